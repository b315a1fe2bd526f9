"""An agent's chats as frames tell them, minute by minute: how many there were, and by how much that can be off.

Times are epoch milliseconds.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

from livechat.lib.epoch import MINUTE_MS
from livechat.record.frame_bodies import UNKNOWN

_ZERO_IF_UNKNOWN = bytes([*range(UNKNOWN), 0])
_ONE_IF_BUSY = bytes([0, *[1] * (UNKNOWN - 1), 0])
_ONE_IF_KNOWN = bytes([1] * UNKNOWN + [0])
_SAME = re.compile(rb"([^\xff])\1*")  # minutes with the same number of chats, one after the other


class _Changes(NamedTuple):
    """The changes from a frame to the next that is known, in order: each happened somewhere between them.

    It counts from the next frame's minute on. It can have happened since the frame before (`first`), of a list that may
    have been old, whose minute ends at `counted`; and until the end of the next frame's minute (`last`), which begins a
    minute earlier.
    """

    first: list[int]
    counted: list[int]
    last: list[int]
    chats: list[int]
    sums: list[int]  # of the chats of all changes before each


class Load:
    """An agent's chats until any moment: sums of chats × ms, of ms with a chat, and of ms of which they are known."""

    def __init__(self, row: bytes, first: int, list_age: int = 0) -> None:
        self.row, self.first, self.list_age = row, first, list_age
        self.cells = [row.translate(table) for table in (_ZERO_IF_UNKNOWN, _ONE_IF_BUSY, _ONE_IF_KNOWN)]
        self.sums = [list(accumulate(cells, initial=0)) for cells in self.cells]

    def between(self, began: int, ended: int) -> list[int]:
        """The three sums between two moments."""
        return [last - first for first, last in zip(self._until(began), self._until(ended), strict=True)]

    def _until(self, moment: int) -> Iterator[int]:
        minute, rest = divmod(moment - self.first, MINUTE_MS)
        for cells, sums in zip(self.cells, self.sums, strict=True):
            if minute < 0 or minute >= len(cells):
                yield sums[0 if minute < 0 else -1] * MINUTE_MS
            else:
                yield sums[minute] * MINUTE_MS + cells[minute] * rest

    def most(self, began: int, ended: int) -> int | None:
        """The most chats that the agent was seen with in a time, or in a minute around it. None if none are known."""
        first = max(0, (began - self.first) // MINUTE_MS - 1)
        cells = self.row[first : max(0, (ended - self.first) // MINUTE_MS + 2)].replace(b"\xff", b"")
        return max(cells, default=None)

    def off(self, began: int, ended: int) -> int:
        """By how many chats × ms the sum between two moments can be off, because chats change between two frames."""
        found, whole = self._changes, MINUTE_MS + self.list_age
        inside, outside = bisect_left(found.first, began), bisect_right(found.last, ended)
        made = whole * (found.sums[outside] - found.sums[inside]) if inside < outside else 0
        for place in range(bisect_right(found.last, began), bisect_left(found.first, ended)):
            if not inside <= place < outside:
                earlier = min(found.counted[place], ended) - max(found.first[place], began)
                later = min(found.last[place], ended) - max(found.last[place] - MINUTE_MS, began)
                made += found.chats[place] * max(0, earlier, later)
        return made

    @cached_property
    def _changes(self) -> _Changes:
        made = _Changes([], [], [], [], [])
        for one, other in pairwise(_SAME.finditer(self.row)):
            if chats := abs(other[0][0] - one[0][0]):
                counted = self.first + one.end() * MINUTE_MS
                made.first.append(counted - MINUTE_MS - self.list_age)
                made.counted.append(counted)
                made.last.append(self.first + (other.start() + 1) * MINUTE_MS)
                made.chats.append(chats)
        made.sums.extend(accumulate(made.chats, initial=0))
        return made
