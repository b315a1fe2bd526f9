"""The call budget: Comm100 allows an address 300 calls in 5 minutes (its introduction to the API).

Every process counts each call in one row before the call leaves. Reads leave 60 of the 300 calls to writes. Of the
other 240 the lists may have all, but reads of single records, trials of credentials and looks that a hint caused only
their shares, so that nobody who opens many pages or sends many hints stops everybody's boards.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction

from livechat.comm100.errors import Comm100Error, Throttled
from livechat.lib import clock, measures
from livechat.models import Budget

CALL_LIMIT = 300  # calls in the window
WINDOW_SECONDS = 300.0
WRITE_RESERVE = 60  # calls
MAX_WAIT_SECONDS = 900.0
ANSWERED = "ok"  # the outcome of a call that did not fail
DEFAULT_WAIT_SECONDS = 15.0  # if Comm100 refuses a call as too many and does not say for how long


@dataclass(frozen=True, slots=True)
class Share:
    """What one kind of call may have of the window: all people together, and one person.

    `apart`: the seconds between two of its calls. `spare`: how many calls it leaves to others.
    """

    name: str
    total: int
    each: int
    apart: float = 0.0
    spare: int = 0


RECORDS = Share("records", total=90, each=45)  # one visitor's page that stays open takes 30
TRIALS = Share("trials", total=20, each=10)  # of credentials
# Looks that a hint caused; "each" is a site. The steady looks are planned to take nine calls in ten: with half of the
# rest spared, hints stop none of them.
HINTS = Share("hints", total=60, each=60, apart=1.0, spare=12)


class BudgetExhausted(Exception):
    """No call may leave now. `wait` is the seconds until one may."""

    def __init__(self, wait: float, *, asked: bool = False, share: Share | None = None) -> None:
        self.wait = wait
        self.share = share  # the share that is used up; None: the whole limit
        self.seconds = math.ceil(wait)  # as a person is told
        self.asked = asked  # whether Comm100 asked us to wait; if not, our own count says so
        super().__init__(f"next call in {self.seconds} s")


def take(*, write: bool = False, share: Share | None = None, person: int | None = None) -> None:
    """Count a call that is about to leave. Raises BudgetExhausted if it may not leave.

    A call of a `share` is counted for the `person`, by the key of their user.
    """
    with transaction.atomic():
        row = _locked()
        now = clock.shared()
        # A time ahead of the clock is from before a reboot. It counts as now, which is too careful at worst.
        calls = [_Call(min(call.at, now), *call[1:]) for call in _calls(row) if call.at > now - WINDOW_SECONDS]
        closed = _closed(row, now)
        reason = BudgetExhausted(closed, asked=True) if closed else _over(calls, now, write, share, person)
        if reason is None:
            calls.append(_Call(now, share.name if share else "", person))
        stored = [list(call) if call.share else call.at for call in calls]
        if stored != row.calls:  # also if the call may not leave: a time that was set to now must age from now on
            row.calls = stored
            row.save(update_fields=["calls"])
    if reason:
        raise reason


class _Call(NamedTuple):
    """A call that left: when, of which share, and for whom."""

    at: float
    share: str = ""
    person: int | None = None


def _calls(row: Budget) -> list[_Call]:
    return [_Call(*call) if isinstance(call, list) else _Call(call) for call in row.calls]


def _over(
    calls: list[_Call], now: float, write: bool, share: Share | None, person: int | None
) -> BudgetExhausted | None:
    """Why a call may not leave although Comm100 did not ask us to wait."""
    limits = [(calls, (CALL_LIMIT if write else CALL_LIMIT - WRITE_RESERVE) - (share.spare if share else 0))]
    if share:
        of_share = [call for call in calls if call.share == share.name]
        limits += [(of_share, share.total), ([call for call in of_share if call.person == person], share.each)]
        if of_share and now - of_share[-1].at < share.apart:
            return BudgetExhausted(of_share[-1].at + share.apart - now, share=share)
    for counted, allowed in limits:
        if len(counted) >= allowed:
            wait = counted[len(counted) - allowed].at + WINDOW_SECONDS - now
            return BudgetExhausted(wait, share=None if counted is calls else share)
    return None


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
    The call is counted for metrics, with its time and its outcome.
    """
    began = time.monotonic()
    try:
        yield
    except Comm100Error as error:
        _measure(began, error.slug)
        if isinstance(error, Throttled) and error.limit:
            close(error.retry_after or DEFAULT_WAIT_SECONDS)
        raise
    _measure(began, ANSWERED)


def _measure(began: float, outcome: str) -> None:
    measures.count(measures.CALLS_TOTAL, outcome)
    measures.observe(measures.CALLS, "", time.monotonic() - began)


def used() -> int:
    """The number of calls in the last 5 minutes."""
    row = Budget.objects.filter(pk=1).first()
    since = clock.shared() - WINDOW_SECONDS
    return sum(call.at > since for call in _calls(row)) if row else 0


def _closed(row: Budget, now: float) -> float:
    """The seconds that Comm100 still asks us to wait, or 0."""
    left = row.closed_until - now
    return left if 0 < left <= MAX_WAIT_SECONDS else 0.0  # more than any wait: from before a reboot


def _locked() -> Budget:
    Budget.objects.get_or_create(pk=1)
    return Budget.objects.select_for_update().get(pk=1)
