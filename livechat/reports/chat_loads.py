"""An agent's chats as frames tell them, minute by minute: how many there were, and by how much that can be off.

Times are epoch milliseconds.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, chain
from operator import sub

from livechat.lib.epoch import MINUTE_MS
from livechat.record.frame_bodies import UNKNOWN

_ZERO_IF_UNKNOWN = bytes([*range(UNKNOWN), 0])
_ONE_IF_BUSY = bytes([0, *[1] * (UNKNOWN - 1), 0])
_ONE_IF_KNOWN = bytes([1] * UNKNOWN + [0])
_BUSY_IF_KNOWN = bytes([0, *[1] * (UNKNOWN - 1), UNKNOWN])
_GAP = re.compile(rb"\xff+")


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

    def off(self, began: int, ended: int) -> tuple[int, int]:
        """By how much the first two sums between two moments can be off, because chats change between two frames."""
        edges = began - self.first, ended - self.first
        return self._chats.off(*edges), self._busy.off(*edges)

    @cached_property
    def _chats(self) -> "_Changes":
        return _Changes(self.row, self.list_age)

    @cached_property
    def _busy(self) -> "_Changes":
        return _Changes(self.row.translate(_BUSY_IF_KNOWN), self.list_age)


class _Changes:
    """By how much the numbers of a row differ from one minute to the next. Times are since the first minute."""

    def __init__(self, row: bytes, list_age: int) -> None:
        self.list_age = list_age
        known, gaps = bytearray(row.strip(b"\xff")), []
        start = len(row) - len(row.lstrip(b"\xff"))
        for gap in _GAP.finditer(known):
            one, other = gap.start() - 1, gap.end()
            known[one + 1 : other] = known[one : one + 1] * (other - one - 1)
            gaps.append((start + one, start + other, abs(known[other] - known[one])))
        self._changes = [0] * start + list(map(abs, map(sub, known[1:], known)))
        for _one, other, _number in gaps:
            self._changes[other - 1] = 0
        self._sums = list(accumulate(self._changes, initial=0))
        # The minute before some that are not known, the one after them, and by how much they differ: in no sum.
        self._gaps = [gap for gap in gaps if gap[2]]

    def off(self, began: int, ended: int) -> int:
        """By how much a sum of numbers × ms between two moments can be off.

        A change counts from the next frame's minute on. It can have happened since the frame before, of a list that may
        have been old; and until the end of the next frame's minute.
        """
        changes, sums, age = self._changes, self._sums, self.list_age
        most = len(changes)
        inside, outside = max(0, -(-(began + age) // MINUTE_MS)), min(ended // MINUTE_MS - 1, most)
        made = (MINUTE_MS + age) * (sums[outside] - sums[inside]) if inside < outside else 0
        until = min(most, -(-(ended + age) // MINUTE_MS))
        edges = range(max(0, began // MINUTE_MS - 1), until)
        for place in chain(edges[: max(0, inside - edges.start)], range(max(inside, outside), until)):
            if number := changes[place]:
                made += number * self._open(place, place + 1, began, ended)
        for one, other, number in self._gaps:
            made += number * self._open(one, other, began, ended)
        return made

    def _open(self, one: int, other: int, began: int, ended: int) -> int:
        """For how long in a time a change between two minutes can have counted wrongly."""
        earlier = min((one + 1) * MINUTE_MS, ended) - max(one * MINUTE_MS - self.list_age, began)
        later = min((other + 1) * MINUTE_MS, ended) - max(other * MINUTE_MS, began)
        return max(0, earlier, later)
