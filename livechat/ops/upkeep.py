"""What the web does beside answering: bulk changes and planned statuses, writes of stopped processes, and cleaning up.

A collector does the same jobs, see `shared_jobs`.
"""

import threading
from functools import partial

from livechat.lib import background, scheduler
from livechat.live import heartbeats, readiness
from livechat.ops import shared_jobs

TICK_SECONDS = 5.0


def begin() -> None:
    """Start the upkeep in this process, on a thread of its own, for as long as the process lives."""
    background.start("upkeep", lambda: run(threading.Event()))


def run(stop: threading.Event) -> None:
    """Do it at once and then every few seconds, until `stop` is set."""
    jobs = [
        scheduler.Job(readiness.look, readiness.LOOK_SECONDS),  # a database that fails later takes no process out
        scheduler.Job(partial(heartbeats.beat, heartbeats.WEB), heartbeats.BEAT_SECONDS),
        *shared_jobs.make(),
    ]
    scheduler.run(stop, jobs, tick=TICK_SECONDS, again=scheduler.RETRY_SECONDS)
