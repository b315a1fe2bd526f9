"""The collector refreshes every site day and night, so that the history has no gaps.

Any number of collectors may run on any number of machines: the lease in the database decides which makes a call.
"""

import threading
from functools import partial

from livechat.lib import outages, scheduler
from livechat.live import heartbeats, intervals, metric_sums, snapshot_cache, sources
from livechat.models import Site
from livechat.ops import heartbeat_url, shared_jobs

TICK_SECONDS = 0.25


def run(stop: threading.Event) -> None:
    """Keep every site's shared feed fresh until `stop` is set."""
    jobs = [
        scheduler.Job(partial(heartbeats.beat, heartbeats.COLLECTOR), heartbeats.BEAT_SECONDS),
        scheduler.Job(refresh_due),
        *shared_jobs.make(),
        scheduler.Job(heartbeat_url.tell_if_refreshed, heartbeat_url.LOOK_SECONDS),
    ]
    scheduler.run(stop, jobs, tick=TICK_SECONDS)
    with outages.told("to add what was measured last"):
        metric_sums.add()


def refresh_due() -> None:
    """Start the refreshes that are due: each site's lists, by its shared connection."""
    for site in Site.objects.exclude(shared=None).select_related("shared"):
        if site.shared is not None:
            for kind in intervals.LISTS:
                snapshot_cache.tick(sources.of(site, site.shared), kind)
