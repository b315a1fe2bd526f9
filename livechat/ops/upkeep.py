"""What the web does beside answering: it continues bulk changes and settles writes of stopped processes, and cleans up.

A collector does the same. Any number of processes may: a bulk change has a lease, what was left at a site has one, a
link ends once, and nothing is ever sent again.
"""

import threading
from functools import partial

from livechat.control import bulk, recovery
from livechat.lib import background, scheduler
from livechat.live import heartbeats, readiness
from livechat.ops import cleanup, digests, rollups
from livechat.record import old_rows

TICK_SECONDS = 5.0
CLEANUP_SECONDS = 60.0
SUMS_SECONDS = 3.0


def begin() -> None:
    """Start the upkeep in this process, on a thread of its own, for as long as the process lives."""
    background.start("upkeep", lambda: run(threading.Event()))


def run(stop: threading.Event) -> None:
    """Do it at once and then every few seconds, until `stop` is set."""
    settle = scheduler.Job(recovery.settle_left, recovery.EVERY_SECONDS)
    alive = scheduler.Job(partial(heartbeats.beat, heartbeats.WEB), heartbeats.BEAT_SECONDS)
    ready = scheduler.Job(readiness.look, readiness.LOOK_SECONDS)  # a database that fails later takes no process out
    jobs = [
        ready,
        alive,
        scheduler.Job(bulk.go_on_with_all),
        settle,
        scheduler.Job(old_rows.convert_some, 1.0),
        scheduler.Job(rollups.make_next, SUMS_SECONDS),
        scheduler.Job(digests.send_due, digests.EVERY_SECONDS),
        *cleanup.jobs(CLEANUP_SECONDS),
    ]
    scheduler.run(stop, jobs, tick=TICK_SECONDS, again=scheduler.RETRY_SECONDS)
