"""The call budget: Comm100 allows an address 300 calls in 5 minutes (its introduction to the API).

Every process counts each call in one row before the call leaves. Reads leave 60 of the 300 calls to writes.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from livechat.comm100.errors import Throttled
from livechat.lib import clock
from livechat.models import Budget

CALL_LIMIT = 300  # calls in the window
WINDOW_SECONDS = 300.0
WRITE_RESERVE = 60  # calls
MAX_WAIT_SECONDS = 900.0
DEFAULT_WAIT_SECONDS = 15.0  # if Comm100 refuses a call as too many and does not say for how long


class BudgetExhausted(Exception):
    """No call may leave now. `wait` is the seconds until one may."""

    def __init__(self, wait: float, *, asked: bool) -> None:
        self.wait = wait
        self.seconds = math.ceil(wait)  # as a person is told
        self.asked = asked  # whether Comm100 asked us to wait; if not, our own count says so
        super().__init__(f"next call in {self.seconds} s")


def take(*, write: bool = False) -> None:
    """Count a call that is about to leave. Raises BudgetExhausted if it may not leave."""
    with transaction.atomic():
        row = _locked()
        now = clock.shared()
        # A time ahead of the clock is from before a reboot. It counts as now, which is too careful at worst.
        calls = [min(at, now) for at in row.calls if at > now - WINDOW_SECONDS]
        closed = _closed(row, now)
        allowed = CALL_LIMIT if write else CALL_LIMIT - WRITE_RESERVE
        wait = 0.0
        if closed:
            wait = closed
        elif len(calls) >= allowed:
            wait = calls[len(calls) - allowed] + WINDOW_SECONDS - now
        else:
            calls.append(now)
        if calls != row.calls:  # also if the call may not leave: a time that was set to now must age from now on
            row.calls = calls
            row.save(update_fields=["calls"])
    if wait:
        raise BudgetExhausted(wait, asked=closed > 0)


def close(seconds: float) -> None:
    """Let no call leave for so many seconds, at most 15 minutes, because Comm100 asked for it."""
    with transaction.atomic():
        row = _locked()
        now = clock.shared()
        row.closed_until = now + max(_closed(row, now), min(seconds, MAX_WAIT_SECONDS))
        row.save(update_fields=["closed_until"])


@contextmanager
def respecting_limits() -> Iterator[None]:
    """Around a call: if Comm100 answers that the limit is reached, no call leaves for as long as it asks.

    A site that is only busy itself (`Throttled.limit` is false) stops no other site. The exception is raised again.
    """
    try:
        yield
    except Throttled as error:
        if error.limit:
            close(error.retry_after or DEFAULT_WAIT_SECONDS)
        raise


def used() -> int:
    """The number of calls in the last 5 minutes."""
    row = Budget.objects.filter(pk=1).first()
    since = clock.shared() - WINDOW_SECONDS
    return sum(at > since for at in row.calls) if row else 0


def _closed(row: Budget, now: float) -> float:
    """The seconds that Comm100 still asks us to wait, or 0."""
    left = row.closed_until - now
    return left if 0 < left <= MAX_WAIT_SECONDS else 0.0  # more than any wait: from before a reboot


def _locked() -> Budget:
    Budget.objects.get_or_create(pk=1)
    return Budget.objects.select_for_update().get(pk=1)
