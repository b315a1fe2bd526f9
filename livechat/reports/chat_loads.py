"""An agent's chats as frames tell them, minute by minute: how many there were, and by how much that can be off.

Times are epoch milliseconds.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, chain
from operator import sub
from typing import NamedTuple

from livechat.lib.epoch import MINUTE_MS
from livechat.record.frame_bodies import UNKNOWN

_ZERO_IF_UNKNOWN = bytes([*range(UNKNOWN), 0])
_ONE_IF_BUSY = bytes([0, *[1] * (UNKNOWN - 1), 0])
_ONE_IF_KNOWN = bytes([1] * UNKNOWN + [0])
_GAP = re.compile(rb"\xff+")


class _Changes(NamedTuple):
    """By how many an agent's chats differ from one minute to the next, from the first minute on.

    `sums`: of all before each. `gaps`: the minute before some that are not known, the one after them, and how many
    chats they differ by; these are in no sum.
    """

    chats: list[int]
    sums: list[int]
    gaps: list[tuple[int, int, int]]


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
        """By how many chats × ms the sum between two moments can be off, because chats change between two frames.

        A change counts from the next frame's minute on. It can have happened since the frame before, of a list that may
        have been old; and until the end of the next frame's minute.
        """
        found, age, first, last = self._changes, self.list_age, began - self.first, ended - self.first
        most = len(found.chats)
        inside, outside = -(-(first + age) // MINUTE_MS), min(last // MINUTE_MS - 1, most)
        inside = max(0, inside)
        made = (MINUTE_MS + age) * (found.sums[outside] - found.sums[inside]) if inside < outside else 0
        until = min(most, -(-(last + age) // MINUTE_MS))
        edges = range(max(0, first // MINUTE_MS - 1), until)
        for place in chain(edges[: max(0, inside - edges.start)], range(max(inside, outside), until)):
            if chats := found.chats[place]:
                made += chats * self._open(place, place + 1, first, last)
        for one, other, chats in found.gaps:
            made += chats * self._open(one, other, first, last)
        return made

    def _open(self, one: int, other: int, began: int, ended: int) -> int:
        """For how long in a time a change between two minutes can have counted wrongly. Times are since `first`."""
        earlier = min((one + 1) * MINUTE_MS, ended) - max(one * MINUTE_MS - self.list_age, began)
        later = min((other + 1) * MINUTE_MS, ended) - max(other * MINUTE_MS, began)
        return max(0, earlier, later)

    @cached_property
    def _changes(self) -> _Changes:
        row, gaps = bytearray(self.row.strip(b"\xff")), []
        start = len(self.row) - len(self.row.lstrip(b"\xff"))
        for gap in _GAP.finditer(row):
            one, other = gap.start() - 1, gap.end()
            row[one + 1 : other] = row[one : one + 1] * (other - one - 1)
            gaps.append((start + one, start + other, abs(row[other] - row[one])))
        chats = [0] * start + list(map(abs, map(sub, row[1:], row)))
        for _one, other, _chats in gaps:
            chats[other - 1] = 0
        return _Changes(chats, list(accumulate(chats, initial=0)), [gap for gap in gaps if gap[2]])
