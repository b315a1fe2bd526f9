"""The times of some agents of a site together, on each day.

A day has thousands of times, so it also says what all agents had. If most of them are asked for, the others are taken
away from that.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from operator import add, sub

import msgspec
from django.db.models import BinaryField, Value
from django.db.models.functions import Substr

from livechat.lib import packed_numbers
from livechat.lib.binary_rows import in_pieces
from livechat.models import RolledDay
from livechat.record import day_times, together_rows
from livechat.record.day_times import (
    DOUBTS,
    NUMBER_BYTES,
    ROWS_READ,
    TIMES,
    Key,
    Numbers,
)

FEW_SLICES, SMALL_SHARE = 20, 0.25  # parts of a row, so many at most and so much of it: then no others are sent
FEW_AGENTS = 50  # of so many at most, only their own places are read; of more, all places of the year
ByStatus = dict[int, Numbers]  # by the number of a status
Sizes = tuple[int | None, ...]
UNTOLD: Sizes = (None,) * DOUBTS.numbers
_decoder = msgspec.msgpack.Decoder(dict[int, tuple[int, ...]])


class _Places:
    """Times at some places of a year, each with its status."""

    def __init__(self, cells: Iterable[tuple[int, int]]) -> None:
        self.cells = sorted(cells)
        self._length = TIMES.cell * (1 + max((place for _status, place in self.cells), default=0))
        self._until = {status: end * TIMES.numbers for end, (status, _place) in enumerate(self.cells, 1)}
        # Places that follow each other are read at once: those of a status do that, for who was there on the same day.
        self._slices: list[slice] = []
        for _status, place in self.cells:
            began = place * TIMES.cell
            if self._slices and self._slices[-1].stop == began:
                began = self._slices.pop().start
            self._slices.append(slice(began, (place + 1) * TIMES.cell))

    def days(
        self, site_id: int, first: date, last: date, *, tell: bool = False
    ) -> Iterator[tuple[date, bytes | None, ByStatus]]:
        """Each day of a range that has sums: what all had, and the times at these places, added up.

        What all had is None if it is not stored, or not to `tell`.
        """
        rows = RolledDay.objects.filter(site_id=site_id, day__range=(first, last)).order_by("day")
        all_of = together_rows.body(together_rows.TIMES) if tell else Value(None, BinaryField())
        lengths = [part.stop - part.start for part in self._slices]
        if len(lengths) > FEW_SLICES or sum(lengths) > self._length * SMALL_SHARE:
            for day, whole, body in in_pieces(rows.values_list("day", all_of, "times"), ROWS_READ):
                padded = bytes(body).ljust(self._length, b"\0")
                yield day, whole, self._added(b"".join(map(padded.__getitem__, self._slices)))
            return
        parts = [
            Substr("times", part.start + 1, length, output_field=BinaryField())
            for part, length in zip(self._slices, lengths, strict=True)
        ]
        for day, whole, *found in in_pieces(rows.values_list("day", all_of, *parts), ROWS_READ):
            own = (bytes(part or b"").ljust(length, b"\0") for part, length in zip(found, lengths, strict=True))
            yield day, whole, self._added(b"".join(own))

    def _added(self, own: bytes) -> ByStatus:
        numbers, began, found, size = packed_numbers.unpacked(own, NUMBER_BYTES), 0, {}, TIMES.numbers
        for status, end in self._until.items():
            part, began = numbers[began:end], end
            if any(part):
                more = len(part) > size
                found[status] = tuple([sum(part[place::size]) for place in range(size)]) if more else part
        return found


def together(times: Mapping[Key, Numbers]) -> bytes:
    """What all agents had on a day in each status, as it is stored in `together_rows`."""
    made: ByStatus = {}
    for (_agent, status), numbers in times.items():
        made[status] = tuple(map(add, made[status], numbers)) if status in made else numbers
    return msgspec.msgpack.encode(dict(sorted(made.items())))


def by_day(site_id: int, first: date, last: date, agents: Collection[int]) -> dict[date, ByStatus]:
    """These agents together on each day that has sums: their time in each status."""
    found: dict[date, ByStatus] = {}
    for year in range(first.year, last.year + 1):
        began, ended = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        cells = _cells(site_id, year, agents)
        own = _Places((status, place) for agent, status, place in cells if agent in agents)
        others = _Places((status, place) for agent, status, place in cells if agent not in agents)
        if len(agents) <= FEW_AGENTS or len(own.cells) <= len(others.cells):
            found |= {day: times for day, _all, times in own.days(site_id, began, ended)}
        else:
            found |= _without(others, own, site_id, began, ended)
    return found


def of_agent(site_id: int, first: date, last: date, agent: int) -> dict[date, dict[int, Sizes]]:
    """An agent's times on each day that has sums, by statuses: the numbers of TIMES and of DOUBTS.

    Those of DOUBTS are None if an older release summed the day up.
    """
    found: dict[date, dict[int, Sizes]] = {}
    for year in range(first.year, last.year + 1):
        began, ended = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        cells = [(status, place) for _agent, status, place in day_times.read_cells(site_id, year, {agent})]
        parts = [(column, place) for column in (TIMES, DOUBTS) for _status, place in cells]
        columns = [
            Substr(column.name, place * column.cell + 1, column.cell, output_field=BinaryField())
            for column, place in parts
        ]
        rows = RolledDay.objects.filter(site_id=site_id, day__range=(began, ended)).order_by("day")
        days = list(in_pieces(rows.values_list("day", *columns), ROWS_READ)) if cells else []
        sizes, edge = [column.cell for column, _place in parts], len(cells) * TIMES.numbers
        own = (
            bytes(part or b"").ljust(size, b"\0") for _day, *row in days for part, size in zip(row, sizes, strict=True)
        )
        numbers, step = packed_numbers.unpacked(b"".join(own), NUMBER_BYTES), sum(sizes) // NUMBER_BYTES
        for place, (day, *row) in enumerate(days):
            times = numbers[place * step : place * step + edge]
            doubts = numbers[place * step + edge : (place + 1) * step] if row[-1] is not None else None
            found[day] = _by_status([status for status, _place in cells], times, doubts)
    return found


def _by_status(statuses: list[int], times: Numbers, doubts: Numbers | None) -> dict[int, Sizes]:
    """Beside each other, but for zeros."""
    found: dict[int, Sizes] = {}
    for place, status in enumerate(statuses):
        one = times[place * TIMES.numbers : (place + 1) * TIMES.numbers]
        off = UNTOLD if doubts is None else doubts[place * DOUBTS.numbers : (place + 1) * DOUBTS.numbers]
        if any(one) or any(off):
            found[status] = one + off
    return found


def _without(others: _Places, own: _Places, site_id: int, first: date, last: date) -> dict[date, ByStatus]:
    """What is left of all agents' times on each day if those of others are taken away."""
    found, untold = {}, []
    for day, whole, times in others.days(site_id, first, last, tell=True):
        if whole is None:
            untold.append(day)
        else:
            found[day] = _less(_decoder.decode(whole), times)
    if untold:
        days = own.days(site_id, untold[0], untold[-1])
        found |= {day: times for day, _all, times in days if day not in found}
    return found


def _cells(site_id: int, year: int, agents: Collection[int]) -> Collection[day_times.Cell]:
    if len(agents) <= FEW_AGENTS:
        return list(day_times.read_cells(site_id, year, agents))
    return day_times.cells(site_id, year, day_times.places(site_id, year))


def _less(whole: ByStatus, others: ByStatus) -> ByStatus:
    """What is left of times if others are taken away."""
    if not others:
        return whole
    found = {
        status: tuple(map(sub, times, others.get(status, (0,) * TIMES.numbers))) for status, times in whole.items()
    }
    return {status: times for status, times in found.items() if any(times)}
