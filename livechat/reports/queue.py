"""The queue of the past: who was offered, answered and lost, and how long they waited, with bounds.

Looks see a wait only every few seconds, so each wait has bounds. A figure is computed from the waits as they were
measured, which is right on average; its bounds come from theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from livechat.reports import tallies
from livechat.reports.exact_waits import ExactWaits
from livechat.reports.tallies import Row, Tally
from livechat.reports.wait_sums import WaitSums

MIN_SHORT_MS = 10_000  # who gives up sooner has not really waited
SURE_SHARE = 0.95  # of the contacts: their waits must be seen well enough for a service level to be told

Ms = TypeVar("Ms", int, float)


class Waits(Protocol):
    """The waits of contacts that were seen from the beginning. Times are in ms.

    A pair counts the answered and the lost.
    """

    @property
    def known(self) -> int:
        """How many of the answered there are."""

    @property
    def known_lost(self) -> int:
        """How many of the lost."""

    @property
    def ends(self) -> tuple[int, int, int]:
        """The answered: sums of the lower bounds, of the waits as they were measured, and of the upper bounds."""

    @property
    def most(self) -> tuple[int, int] | None:
        """The largest lower and the largest upper bound, of both. None without any."""

    @property
    def slack(self) -> float:
        """The mean time between two looks at these contacts."""

    def percentile(self, share: float) -> tuple[int, int, int]:
        """The lower bound, the value and the upper bound of what a share of the answered waited at most."""

    def within(self, limit: int) -> tuple[float, float]:
        """How many waited no longer than a limit, as the steady looks tell it."""

    def surely(self, limit: int) -> tuple[int, int]:
        """How many waited no longer than a limit, whatever was between the looks."""

    def perhaps(self, limit: int) -> tuple[int, int]:
        """How many may have waited no longer."""

    def seen_within(self, slack: float) -> int:
        """How many of both were seen by looks no further apart than so."""

    def lost_after(self, limit: int) -> int:
        """How many were lost after more than a limit, as it was measured."""


@dataclass(frozen=True, slots=True)
class Level:
    """A share of 1 with the least and the most that it can be."""

    low: float
    value: float
    high: float


@dataclass(frozen=True)
class Queue:
    """What can be said of a tally. In ms: `within`, the service level's limit; `list_age`, of Comm100's list."""

    within: int
    tally: Tally | WaitSums
    list_age: int

    @cached_property
    def waits(self) -> Waits:
        """The waits."""
        return ExactWaits(self.tally) if isinstance(self.tally, Tally) else self.tally

    @property
    def answered(self) -> int:
        """How many were answered."""
        return self.tally.answered

    @property
    def lost(self) -> int:
        """How many left without an answer."""
        return self.tally.lost

    @property
    def unknown(self) -> int:
        """How many were answered or ended unseen."""
        return self.tally.unknown

    @property
    def offered(self) -> int:
        """How many asked for a chat and got one or left."""
        return self.answered + self.lost

    @property
    def recorded(self) -> bool:
        """Whether anybody asked for a chat."""
        return bool(self.offered or self.unknown)

    @property
    def longest(self) -> int | None:
        """The longest wait in ms, of those who were lost too: at least so long."""
        return self.tally.longest

    @property
    def longest_at(self) -> int:
        """When the longest wait began."""
        return self.tally.longest_at

    @cached_property
    def in_time(self) -> float:
        """How many were answered in time, as it was measured."""
        return self.waits.within(self.within)[0]

    @property
    def mean(self) -> float | None:
        """The mean time to answer in ms."""
        return self.waits.ends[1] / self.waits.known if self.waits.known else None

    @property
    def mean_off(self) -> int | None:
        """By how much the mean can be off, in ms, if every wait was at the same end of its bounds."""
        known = self.waits.known
        if not known:
            return None
        low, value, high = (total / known for total in self.waits.ends)
        return round(self._off(low, value, high))

    @property
    def longest_off(self) -> int | None:
        """By how much the longest of the waits that were seen can be off, in ms."""
        most = self.waits.most
        return None if self.longest is None or most is None else self._off(most[0], self.longest, most[1])

    @cached_property
    def slack(self) -> float:
        """The mean time between two looks at these contacts, in ms."""
        return self.waits.slack

    def percentile(self, share: float) -> tuple[int, int] | None:
        """The wait in ms that a share of those answered waited at most, and by how much it can be off."""
        if not self.waits.known:
            return None
        low, value, high = self.waits.percentile(share)
        return value, self._off(low, value, high)

    @cached_property
    def level(self) -> Level | None:
        """Answered in time ÷ (answered + lost later). None if the looks were too rare to tell, or nobody came."""
        limit, age, waits = self.within, self.list_age, self.waits
        total = waits.known + waits.known_lost
        if not total or waits.seen_within((limit - age) / 2) < SURE_SHARE * total:
            return None
        surely, likely, perhaps = waits.surely(limit - age), waits.within(limit), waits.perhaps(limit + age)
        shares = []
        for in_time, lost_in_time in (surely, likely, perhaps):
            asked = waits.known + waits.known_lost - lost_in_time
            shares.append(in_time / asked if asked else 0.0)
        low, value, high = shares
        return Level(low, min(max(value, low), high), high)

    def _off(self, low: Ms, value: Ms, high: Ms) -> Ms:
        """By how much a wait can be off that is between two others, if lists are as old as they can be."""
        return max(value - max(0, low - self.list_age), high + self.list_age - value)

    @property
    def abandoned(self) -> float | None:
        """Lost after more than a short while ÷ (answered + these)."""
        late = self.waits.lost_after(self.short)
        return late / (self.answered + late) if self.answered + late else None

    @property
    def short(self) -> int:
        """The short while, in ms."""
        return round(max(MIN_SHORT_MS, 2 * self.slack))


def of(rows: Iterable[Row], within: int, list_age: int) -> Queue:
    """The queue of these contacts. In ms: `within`, the service level's limit; `list_age`, of Comm100's list."""
    return Queue(within, tallies.of(rows), list_age)
