"""Jobs that run again and again while a process lives. A job that fails is tried again and delays no other job."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import Error, close_old_connections

from livechat.lib import clock, outages
from livechat.lib.postgresql import limits

RETRY_SECONDS = 60.0  # after an error that no one expected
log = logging.getLogger(__name__)


@dataclass
class Job:
    """Work that is due `every` seconds after it last began; at every tick if that is 0."""

    do: Callable[[], object]
    every: float = 0.0
    due: float = float("-inf")


def run(stop: threading.Event, jobs: Sequence[Job], *, tick: float, again: float = 0.0) -> None:
    """Do the jobs that are due, at once and then every `tick` seconds, until `stop` is set.

    If the database does not answer, a job is tried again after `again` seconds, or later if it is due later.
    """
    pause = 0.0
    with limits.patient():
        while not stop.wait(pause):
            pause = tick
            close_old_connections()
            for job in jobs:
                began = clock.steady()
                if began >= job.due:
                    job.due = began + max(job.every, _trouble(job.do, again))


def _trouble(do: Callable[[], object], again: float) -> float:
    """Do the work. Returns the seconds to wait before it is tried again, 0 if all went well."""
    try:
        do()
    except Error as error:
        outages.note(error, "to do a job, which is tried again")
        return again
    except Exception:
        # A boundary, like the 500 of a request: no one starts this process again, and one job that fails must not end
        # the others.
        log.exception("a job failed, trying again")
        return RETRY_SECONDS
    return 0.0
