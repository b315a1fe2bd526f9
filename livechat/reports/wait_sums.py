"""Contacts with their waits as numbers that are added up, of a day and of a department, however many there were.

Times are in ms.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import msgspec

from livechat.lib import packed_numbers
from livechat.reports import wait_edges
from livechat.reports.tallies import Tally
from livechat.reports.wait_edges import EDGES, PARTS, Edge, Head

NAMES = Edge._fields
NUMBER_BYTES = 4  # of what is added up: a year of 100,000 contacts a day
NOBODY = Head()


class _Packed(msgspec.Struct, array_like=True):
    longest: int | None
    longest_at: int
    most: tuple[int, int] | None
    head: Head
    width: int  # of the numbers in bytes
    edges: bytes


_decoder = msgspec.msgpack.Decoder(_Packed)


@dataclass(frozen=True)
class WaitSums:
    """Contacts as `tallies.Tally` counts them, and what `queue.Waits` tells of their waits.

    `longest` and `longest_at` as there, `most`: the largest lower and the largest upper bound. `edges`: what has come
    to each edge since the one before, see `wait_edges`.
    """

    longest: int | None = None
    longest_at: int = 0
    most: tuple[int, int] | None = None
    head: Head = NOBODY
    edges: bytes = b""

    @cached_property
    def _numbers(self) -> tuple[int, ...]:
        return packed_numbers.unpacked(self.edges, NUMBER_BYTES)

    @cached_property
    def _columns(self) -> dict[str, list[int]]:
        return {}

    def _column(self, name: str) -> list[int]:
        """How many there are until each edge."""
        if name not in self._columns:
            self._columns[name] = list(accumulate(self._numbers[NAMES.index(name) :: len(NAMES)]))
        return self._columns[name]

    @property
    def answered(self) -> int:
        """How many were answered."""
        return self.head.answered

    @property
    def lost(self) -> int:
        """How many left without an answer."""
        return self.head.lost

    @property
    def unknown(self) -> int:
        """How many were answered or ended unseen."""
        return self.head.unknown

    @property
    def known(self) -> int:
        """See `queue.Waits`."""
        return self.head.known

    @property
    def known_lost(self) -> int:
        """See `queue.Waits`."""
        return self.head.known_lost

    @property
    def ends(self) -> tuple[int, int, int]:
        """See `queue.Waits`."""
        return self.head.lower, self.head.measured, self.head.upper

    @property
    def slack(self) -> float:
        """See `queue.Waits`."""
        total = self.known + self.known_lost
        return self.head.slack / total if total else 0.0

    def percentile(self, share: float) -> tuple[int, int, int]:
        """See `queue.Waits`."""
        place = min(self.known - 1, int(share * self.known))
        low, value, high = (EDGES[bisect_right(self._column(name), place)] for name in ("lower", "nearest", "upper"))
        return low, value, high

    def within(self, limit: int) -> tuple[float, float]:
        """See `queue.Waits`. Between two edges it is told in proportion."""
        place = bisect_right(EDGES, limit, hi=len(EDGES) - 1)
        part = (limit - EDGES[place - 1]) / (EDGES[place] - EDGES[place - 1]) if place else 0.0
        answered, lost = (
            (self._at(name, place - 1) * (1 - part) + self._at(name, place) * part) / PARTS
            for name in ("within", "lost_within")
        )
        return answered, lost

    def surely(self, limit: int) -> tuple[int, int]:
        """See `queue.Waits`."""
        return self._until("upper", limit), self._until("lost_upper", limit)

    def perhaps(self, limit: int) -> tuple[int, int]:
        """See `queue.Waits`."""
        return self._until("lower", limit), self._until("lost_lower", limit)

    def seen_within(self, slack: float) -> int:
        """See `queue.Waits`."""
        return self._until("looks", 2 * slack)

    def lost_after(self, limit: int) -> int:
        """See `queue.Waits`."""
        return self.known_lost - self._until("lost_measured", limit)

    def _until(self, name: str, limit: float) -> int:
        """How many there are until the last edge that is no later than a limit."""
        return self._at(name, bisect_right(EDGES, limit) - 1)

    def _at(self, name: str, place: int) -> int:
        """How many there are until an edge; -1: before the first."""
        column = self._column(name)
        return column[min(place, len(column) - 1)] if column and place >= 0 else 0

    def packed(self) -> bytes:
        """As a row keeps it."""
        width, edges = packed_numbers.packed(self._numbers)
        return msgspec.msgpack.encode(_Packed(self.longest, self.longest_at, self.most, self.head, width, edges))


def unpacked(row: bytes) -> WaitSums:
    """What a row keeps."""
    found = _decoder.decode(row)
    edges = bytes(packed_numbers.widened(found.edges, found.width, NUMBER_BYTES))
    return WaitSums(found.longest, found.longest_at, found.most, found.head, edges)


def together(found: Iterable[WaitSums]) -> WaitSums:
    """All as one. Of two longest waits of the same length the first one counts."""
    parts = list(found)
    edges = sum(int.from_bytes(one.edges, "little") for one in parts)
    longest = max(((one.longest, -one.longest_at) for one in parts if one.longest is not None), default=None)
    most = [one.most for one in parts if one.most is not None]
    return WaitSums(
        longest[0] if longest else None,
        -longest[1] if longest else 0,
        (max(low for low, _high in most), max(high for _low, high in most)) if most else None,
        Head(*(sum(numbers) for numbers in zip(*(one.head for one in parts), strict=True))),
        edges.to_bytes(max((len(one.edges) for one in parts), default=0), "little"),
    )


def of(tally: Tally) -> WaitSums:
    """Counted contacts, with bounds that are no narrower than they are."""
    both = [*tally.waits, *tally.lost_waits]
    numbers = wait_edges.edges(tally)
    edges = struct.pack(f"<{len(numbers)}I", *numbers)
    most = (max(wait.lower for wait in both), max(wait.upper for wait in both)) if both else None
    return WaitSums(tally.longest, tally.longest_at, most, wait_edges.head(tally), edges)
