"""The queue of the past: who was offered, answered and lost, and how long they waited, with bounds.

Looks see a wait only every few seconds, so each wait has bounds. A figure is computed from the waits as they were
measured, which is right on average; its bounds come from theirs.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TypeVar

from livechat.reports import tallies
from livechat.reports.tallies import Row, Tally, Wait

MIN_SHORT_MS = 10_000  # who gives up sooner has not really waited
_ENDS = Wait._fields.index("lower"), Wait._fields.index("upper")
SURE_SHARE = 0.95  # of the contacts: their waits must be seen well enough for a service level to be told

Ms = TypeVar("Ms", int, float)


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
    tally: Tally
    list_age: int

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
        return sum(n * wait.within(self.within) for wait, n in self.tally.waits.items())

    @property
    def mean(self) -> float | None:
        """The mean time to answer in ms."""
        waits = self.tally.waits
        return sum(n * wait.measured for wait, n in waits.items()) / waits.total() if waits else None

    @property
    def mean_off(self) -> int | None:
        """By how much the mean can be off, in ms, if every wait was at the same end of its bounds."""
        waits, value = self.tally.waits, self.mean
        if value is None:
            return None
        low, high = (sum(n * wait[end] for wait, n in waits.items()) / waits.total() for end in _ENDS)
        return round(self._off(low, value, high))

    @property
    def longest_off(self) -> int | None:
        """By how much the longest of the waits that were seen can be off, in ms."""
        found = [*self.tally.waits, *self.tally.lost_waits]
        if self.longest is None or not found:
            return None
        low, high = (max(wait[end] for wait in found) for end in _ENDS)
        return self._off(low, self.longest, high)

    @cached_property
    def slack(self) -> float:
        """The mean time between two looks at these contacts, in ms."""
        found = [(wait.slack, n) for waits in (self.tally.waits, self.tally.lost_waits) for wait, n in waits.items()]
        total = sum(n for _slack, n in found)
        return sum(slack * n for slack, n in found) / total if total else 0.0

    @cached_property
    def _ordered(self) -> list[tuple[list[int], list[int]]]:
        """The lower bounds, the measured waits and the upper bounds, each in order with how many there are until it."""
        waits, counts, made = list(self.tally.waits), self.tally.waits.values(), []
        nearest = [wait.nearest if wait.pace else wait.measured for wait in waits]
        for bounds in ([wait.lower for wait in waits], nearest, [wait.upper for wait in waits]):
            ordered = sorted(zip(bounds, counts, strict=True))
            made.append(([wait for wait, _n in ordered], list(accumulate(n for _wait, n in ordered))))
        return made

    def percentile(self, share: float) -> tuple[int, int] | None:
        """The wait in ms that a share of those answered waited at most, and by how much it can be off."""
        if not self.tally.waits:
            return None
        low, value, high = (values[_place(until, share)] for values, until in self._ordered)
        return value, self._off(low, value, high)

    @cached_property
    def level(self) -> Level | None:
        """Answered in time ÷ (answered + lost later). None if the looks were too rare to tell, or nobody came."""
        limit, age = self.within, self.list_age
        answered, lost = _Seen(self.tally.waits, limit, age), _Seen(self.tally.lost_waits, limit, age)
        total = answered.total + lost.total
        if not total or answered.sure + lost.sure < SURE_SHARE * total:
            return None
        late = sum(n * (1 - wait.within(limit)) for wait, n in self.tally.lost_waits.items())
        pairs = (
            (answered.surely, lost.total - lost.surely),
            (self.in_time, late),
            (answered.perhaps, lost.total - lost.perhaps),
        )
        shares = (in_time / (answered.total + gone) if answered.total or gone else 0.0 for in_time, gone in pairs)
        low, value, high = shares
        return Level(low, min(max(value, low), high), high)

    def _off(self, low: Ms, value: Ms, high: Ms) -> Ms:
        """By how much a wait can be off that is between two others, if lists are as old as they can be."""
        return max(value - max(0, low - self.list_age), high + self.list_age - value)

    @property
    def abandoned(self) -> float | None:
        """Lost after more than a short while ÷ (answered + these)."""
        short = self.short
        late = sum(n for wait, n in self.tally.lost_waits.items() if wait.measured > short)
        return late / (self.answered + late) if self.answered + late else None

    @property
    def short(self) -> int:
        """The short while, in ms."""
        return round(max(MIN_SHORT_MS, 2 * self.slack))


class _Seen:
    """How many waits there are, how many were seen well enough, and were surely and perhaps within a limit."""

    def __init__(self, waits: Mapping[Wait, int], limit: int, age: int) -> None:
        self.total = self.sure = self.surely = self.perhaps = 0
        most_slack, least, most = (limit - age) / 2, limit - age, limit + age
        for (lower, measured, upper, pace), n in waits.items():
            self.total += n
            if (pace or upper - measured) <= most_slack:
                self.sure += n
            if upper <= least:
                self.surely += n
            if lower <= most:
                self.perhaps += n


def _place(until: Sequence[int], share: float) -> int:
    """Where the value is that a share of all are no greater than."""
    return bisect_right(until, min(until[-1] - 1, int(share * until[-1])))


def of(rows: Iterable[Row], within: int, list_age: int) -> Queue:
    """The queue of these contacts. In ms: `within`, the service level's limit; `list_age`, of Comm100's list."""
    return Queue(within, tallies.of(rows), list_age)
