"""The call budget: Comm100 allows an address 300 calls in 5 minutes (its introduction to the API).

Every call, of every process, is counted before it leaves, in one row. Reads leave 60 of the 300 to writes.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from livechat.comm100.errors import Throttled
from livechat.lib import clock
from livechat.models import Budget

LIMIT = 300
WINDOW = 300.0
FOR_WRITES = 60
LONGEST_WAIT = 900.0
UNSAID = 15.0  # seconds to wait where Comm100 says that it is too much, and not for how long


class BudgetExhausted(Exception):
    """No call may leave now. `wait` is how many seconds until one may."""

    def __init__(self, wait: float, *, asked: bool) -> None:
        self.wait = wait
        self.seconds = math.ceil(wait)  # as a person is told
        self.asked = asked  # Comm100 told us to wait; otherwise our own count says so
        super().__init__(f"next call in {self.seconds} s")


def take(*, write: bool = False) -> None:
    """Count one call that is about to leave. Raises BudgetExhausted where it may not."""
    with transaction.atomic():
        row = _locked()
        now = clock.shared()
        # A time ahead of the clock is from before a reboot: counted as made now, it can only be too careful.
        calls = [min(at, now) for at in row.calls if at > now - WINDOW]
        closed = _closed(row, now)
        allowed = LIMIT if write else LIMIT - FOR_WRITES
        wait = 0.0
        if closed:
            wait = closed
        elif len(calls) >= allowed:
            wait = calls[len(calls) - allowed] + WINDOW - now
        else:
            calls.append(now)
        if calls != row.calls:  # also where none may leave: a time brought back to now must grow old from now on
            row.calls = calls
            row.save(update_fields=["calls"])
    if wait:
        raise BudgetExhausted(wait, asked=closed > 0)


def close(seconds: float) -> None:
    """Let nothing leave for so many seconds (at most 15 minutes): Comm100 said it is too much."""
    with transaction.atomic():
        row = _locked()
        now = clock.shared()
        row.closed_until = now + max(_closed(row, now), min(seconds, LONGEST_WAIT))
        row.save(update_fields=["closed_until"])


@contextmanager
def respecting_limits() -> Iterator[None]:
    """Around a call: where Comm100 answers that it is too much, nothing leaves for as long as it asks.

    A site that is busy by itself (`Throttled.limit`) stops nobody else. What is raised inside is raised on.
    """
    try:
        yield
    except Throttled as error:
        if error.limit:
            close(error.retry_after or UNSAID)
        raise


def used() -> int:
    """How many calls of the last 5 minutes are counted."""
    row = Budget.objects.filter(pk=1).first()
    since = clock.shared() - WINDOW
    return sum(at > since for at in row.calls) if row else 0


def _closed(row: Budget, now: float) -> float:
    """Seconds that Comm100 still asks us to wait, else 0."""
    left = row.closed_until - now
    return left if 0 < left <= LONGEST_WAIT else 0.0  # further ahead than any wait: from before a reboot


def _locked() -> Budget:
    Budget.objects.get_or_create(pk=1)
    return Budget.objects.select_for_update().get(pk=1)
