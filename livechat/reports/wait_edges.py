"""How many waits of counted contacts are no longer than each of some lengths, as numbers that are added up.

Times are in ms.
Up to two minutes these edges are a second apart, then further. A bound is rounded to an edge, away from the wait.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, pairwise, zip_longest
from typing import NamedTuple

from livechat.lib.epoch import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from livechat.reports.tallies import Tally, Wait

EDGES: tuple[int, ...] = (
    *range(0, 2 * MINUTE_MS, SECOND_MS),
    *range(2 * MINUTE_MS, 10 * MINUTE_MS, 5 * SECOND_MS),
    *range(10 * MINUTE_MS, HOUR_MS, 30 * SECOND_MS),
    *range(HOUR_MS, DAY_MS, 5 * MINUTE_MS),
    *range(DAY_MS, 61 * DAY_MS, 6 * HOUR_MS),
)
PARTS = 100  # of a contact: who probably waited no longer counts in parts


class Head(NamedTuple):
    """Counts, and sums of waits: `lower`, `measured` and `upper` of the answered alone."""

    answered: int = 0
    lost: int = 0
    unknown: int = 0
    known: int = 0
    known_lost: int = 0
    lower: int = 0
    measured: int = 0
    upper: int = 0
    slack: int = 0  # of the lost too


class Edge(NamedTuple):
    """How many have come to an edge: by which bound of the answered and of the lost. `within` is in parts.

    `looks`: by how long two looks took, of both.
    """

    lower: int
    nearest: int
    upper: int
    within: int
    lost_lower: int
    lost_measured: int
    lost_upper: int
    lost_within: int
    looks: int


def head(tally: Tally) -> Head:
    """The counts and sums."""
    answered = tally.waits.items()
    return Head(
        tally.answered,
        tally.lost,
        tally.unknown,
        tally.waits.total(),
        tally.lost_waits.total(),
        sum(n * wait.lower for wait, n in answered),
        sum(n * wait.measured for wait, n in answered),
        sum(n * wait.upper for wait, n in answered),
        sum(n * wait.slack for wait, n in (*answered, *tally.lost_waits.items())),
    )


def edges(tally: Tally) -> list[int]:
    """What has come to each edge since the one before, until all have: the numbers of an `Edge` after another's."""
    answered, lost = list(tally.waits.items()), list(tally.lost_waits.items())
    columns = [
        _counted((_at_most(wait.lower), n) for wait, n in answered),
        _counted((_nearest(wait), n) for wait, n in answered),
        _counted((_at_least(wait.upper), n) for wait, n in answered),
        _within(answered),
        _counted((_at_most(wait.lower), n) for wait, n in lost),
        _counted((_rounded(wait.measured), n) for wait, n in lost),
        _counted((_at_least(wait.upper), n) for wait, n in lost),
        _within(lost),
        _counted((_at_least(2 * wait.slack), n) for wait, n in (*answered, *lost)),
    ]
    return [number for edge in zip_longest(*columns, fillvalue=0) for number in edge]


def _at_most(ms: int) -> int:
    """The place of the last edge that is no later."""
    return max(0, bisect_right(EDGES, ms) - 1)


def _at_least(ms: int) -> int:
    """The place of the first edge that is no earlier."""
    return min(bisect_left(EDGES, ms), len(EDGES) - 1)


def _rounded(ms: int) -> int:
    """The place of the edge that is nearest."""
    before, after = _at_most(ms), _at_least(ms)
    return before if ms - EDGES[before] < EDGES[after] - ms else after


def _nearest(wait: Wait) -> int:
    """The same of a wait as it was measured, or of the bound that is nearest to that."""
    return _rounded(wait.nearest if wait.pace else wait.measured)


def _counted(places: Iterable[tuple[int, int]]) -> list[int]:
    """How many are at each edge."""
    found: Counter[int] = Counter()
    for place, n in places:
        found[place] += n
    return [found[place] for place in range(max(found, default=-1) + 1)]


def _within(waits: Iterable[tuple[Wait, int]]) -> list[int]:
    """How many were over at each edge and not at the one before, in parts, as the steady looks tell it."""
    surely: Counter[int] = Counter()
    likely: Counter[int] = Counter()
    for wait, n in waits:
        low, high = wait.likely
        place = bisect_right(EDGES, low)
        while place < len(EDGES) - 1 and EDGES[place] < high:
            likely[place] += n * (EDGES[place] - low) / (high - low)  # type: ignore[assignment]
            place += 1
        surely[_at_least(high)] += n
    until = accumulate(surely[place] for place in range(max(surely, default=-1) + 1))
    parts = [round(PARTS * (n + likely[place])) for place, n in enumerate(until)]
    return [n - before for before, n in pairwise([0, *parts])]
