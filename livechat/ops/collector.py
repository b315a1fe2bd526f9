"""The collector refreshes every site day and night, so that the history has no gaps.

Any number of collectors may run on any number of machines: the lease in the database decides which makes a call.
"""

import threading
from functools import partial

from livechat.control import bulk, recovery
from livechat.lib import scheduler
from livechat.live import heartbeats, intervals, snapshot_cache, sources
from livechat.models import Site
from livechat.ops import cleanup, digests, rollups
from livechat.record import old_rows

TICK_SECONDS = 0.5
CLEANUP_SECONDS = 60.0
SUMS_SECONDS = 3.0


def run(stop: threading.Event) -> None:
    """Keep every site's shared feed fresh until `stop` is set."""
    settle = scheduler.Job(recovery.settle_left, recovery.EVERY_SECONDS)
    alive = scheduler.Job(partial(heartbeats.beat, heartbeats.COLLECTOR), heartbeats.BEAT_SECONDS)
    again = scheduler.Job(bulk.go_on_with_all)
    jobs = [
        alive,
        scheduler.Job(refresh_due),
        again,
        settle,
        scheduler.Job(old_rows.convert_some, 1.0),
        scheduler.Job(rollups.make_next, SUMS_SECONDS),
        scheduler.Job(digests.send_due, digests.EVERY_SECONDS),
        *cleanup.jobs(CLEANUP_SECONDS),
    ]
    scheduler.run(stop, jobs, tick=TICK_SECONDS)


def refresh_due() -> None:
    """Start the refreshes that are due: each site's lists, by its shared connection."""
    for site in Site.objects.exclude(shared=None).select_related("shared"):
        if site.shared is not None:
            for kind in intervals.LISTS:
                snapshot_cache.tick(sources.of(site, site.shared), kind)
