"""What the web does beside answering: orders go on, and writes are settled, whose process was stopped; it tidies up.

The collector does the same, where there is one. Any number of processes may: an order has a lease, a change is
settled once, a link ends once, and nothing is ever sent again.
"""

import threading

from livechat.control import bulk, recovery
from livechat.lib import background, scheduler
from livechat.ops import cleanup

TICK = 5.0  # seconds
SETTLE_EVERY = 20.0
TIDY_EVERY = 60.0


def begin() -> None:
    """Start it in this process, on a thread of its own, for as long as the process lives."""
    background.start("upkeep", lambda: run(threading.Event()))


def run(stop: threading.Event) -> None:
    """Look at once and then every few seconds, until told to stop."""
    settle = scheduler.Job(recovery.settle_left, SETTLE_EVERY)
    jobs = [scheduler.Job(bulk.go_on_with_all), settle, *cleanup.jobs(TIDY_EVERY)]
    scheduler.run(stop, jobs, tick=TICK, again=scheduler.AFTER_TROUBLE)
