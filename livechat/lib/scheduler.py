"""Rounds of job, for as long as a process lives: what fails in one is tried again, and keeps nothing else waiting."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import Error, close_old_connections

from livechat.lib import clock

AFTER_TROUBLE = 60.0  # seconds until what failed as nobody had thought of is tried again
log = logging.getLogger(__name__)


@dataclass
class Job:
    """A piece of job: at every round, or so many seconds after it last began."""

    do: Callable[[], object]
    every: float = 0.0
    due: float = float("-inf")


def run(stop: threading.Event, jobs: Sequence[Job], *, tick: float, again: float = 0.0) -> None:
    """Do what is due at once and then every `tick` seconds, until told to stop.

    Where the database does not answer, job is tried again after `again` seconds, or when it is due if that is later.
    """
    pause = 0.0
    while not stop.wait(pause):
        pause = tick
        close_old_connections()
        for job in jobs:
            began = clock.steady()
            if began >= job.due:
                job.due = began + max(job.every, _trouble(job.do, again))


def _trouble(do: Callable[[], object], again: float) -> float:
    """Do it; how many seconds to wait for its sake: none where all went well."""
    try:
        do()
    except Error as error:
        log.warning("the database does not answer, trying again: %s", error)
        return again
    except Exception:
        # A boundary, as the 500 of a request is: nobody starts this again, and one thing that failed must not end the
        # rest for as long as the process lives.
        log.exception("a piece of job failed, trying again")
        return AFTER_TROUBLE
    return 0.0
