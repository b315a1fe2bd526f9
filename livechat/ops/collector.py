"""The collector: a steady pace day and night, so that the record has no gaps.

Any number may run on any number of machines: the lease in the database decides who makes a call.
"""

import threading

from livechat.control import bulk
from livechat.lib import scheduler
from livechat.live import intervals, snapshot_cache, sources
from livechat.models import Site
from livechat.ops import cleanup

TICK = 0.5  # seconds
TIDY_EVERY = 60.0


def run(stop: threading.Event) -> None:
    """Keep every site's shared feed fresh until told to stop."""
    jobs = [scheduler.Job(refresh_due), scheduler.Job(bulk.go_on_with_all), *cleanup.jobs(TIDY_EVERY)]
    scheduler.run(stop, jobs, tick=TICK)


def refresh_due() -> None:
    """Start what is due, each site's lists by its shared connection."""
    for site in Site.objects.exclude(shared=None).select_related("shared"):
        if site.shared is not None:
            for kind in intervals.LISTS:
                snapshot_cache.tick(sources.of(site, site.shared), kind)
