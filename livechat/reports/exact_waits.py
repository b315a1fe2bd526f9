"""The waits of counted contacts, one by one: what `queue.Queue` asks of them. Times are in ms."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

from livechat.reports.tallies import Tally, Wait

_LOWER, _MEASURED, _UPPER = (Wait._fields.index(name) for name in ("lower", "measured", "upper"))


class ExactWaits:
    """See `queue.Waits`."""

    def __init__(self, tally: Tally) -> None:
        self.answered, self.lost = tally.waits, tally.lost_waits

    @property
    def known(self) -> int:
        """How many waits of answered contacts are known."""
        return self.answered.total()

    @property
    def known_lost(self) -> int:
        """How many of lost ones."""
        return self.lost.total()

    @property
    def ends(self) -> tuple[int, int, int]:
        """The answered: sums of the lower bounds, of the waits as they were measured, and of the upper bounds."""
        low, value, high = (
            sum(n * wait[end] for wait, n in self.answered.items()) for end in (_LOWER, _MEASURED, _UPPER)
        )
        return low, value, high

    @property
    def most(self) -> tuple[int, int] | None:
        """The largest lower and the largest upper bound, of the lost too."""
        found = [*self.answered, *self.lost]
        return (max(wait.lower for wait in found), max(wait.upper for wait in found)) if found else None

    @property
    def slack(self) -> float:
        """The mean time between two looks at these contacts."""
        found = [(wait.slack, n) for waits in (self.answered, self.lost) for wait, n in waits.items()]
        total = sum(n for _slack, n in found)
        return sum(slack * n for slack, n in found) / total if total else 0.0

    @cached_property
    def _ordered(self) -> list[tuple[list[int], list[int]]]:
        """The lower bounds, the measured waits and the upper bounds, each in order with how many there are until it."""
        waits, counts, made = list(self.answered), self.answered.values(), []
        nearest = [wait.nearest if wait.pace else wait.measured for wait in waits]
        for bounds in ([wait.lower for wait in waits], nearest, [wait.upper for wait in waits]):
            ordered = sorted(zip(bounds, counts, strict=True))
            made.append(([wait for wait, _n in ordered], list(accumulate(n for _wait, n in ordered))))
        return made

    def percentile(self, share: float) -> tuple[int, int, int]:
        """The lower bound, the value and the upper bound of the wait that a share of the answered waited at most."""
        low, value, high = (values[_place(until, share)] for values, until in self._ordered)
        return low, value, high

    def within(self, limit: int) -> tuple[float, float]:
        """How many waited no longer than a limit, answered and lost, as the steady looks tell it."""
        answered, lost = (
            sum(n * wait.within(limit) for wait, n in waits.items()) for waits in (self.answered, self.lost)
        )
        return answered, lost

    def surely(self, limit: int) -> tuple[int, int]:
        """How many waited no longer than a limit for sure, answered and lost."""
        answered, lost = (
            _count((wait.upper <= limit, n) for wait, n in waits.items()) for waits in (self.answered, self.lost)
        )
        return answered, lost

    def perhaps(self, limit: int) -> tuple[int, int]:
        """How many waited perhaps no longer than a limit, answered and lost."""
        answered, lost = (
            _count((wait.lower <= limit, n) for wait, n in waits.items()) for waits in (self.answered, self.lost)
        )
        return answered, lost

    def seen_within(self, slack: float) -> int:
        """How many were seen by looks no further apart than so, answered and lost."""
        return sum(
            _count((wait.slack <= slack, n) for wait, n in waits.items()) for waits in (self.answered, self.lost)
        )

    def lost_after(self, limit: int) -> int:
        """How many were lost after more than a limit, as it was measured."""
        return _count((wait.measured > limit, n) for wait, n in self.lost.items())


def _count(found: Iterable[tuple[bool, int]]) -> int:
    return sum(n for counts, n in found if counts)


def _place(until: Sequence[int], share: float) -> int:
    """Where the value is that a share of all are no greater than."""
    return bisect_right(until, min(until[-1] - 1, int(share * until[-1])))
