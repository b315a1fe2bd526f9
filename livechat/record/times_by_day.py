"""The times of some agents of a site together, on each day.

A day has thousands of times, so a month says what all agents had on each of its days. If most of them are asked for,
the others are taken away from that.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from operator import sub

import msgspec
from django.db.models import BinaryField
from django.db.models.functions import Substr

from livechat.lib import packed_numbers
from livechat.lib.binary_rows import in_pieces
from livechat.models import RolledDay
from livechat.record import day_times
from livechat.record.day_times import (
    CELL_BYTES,
    CELL_NUMBERS,
    DAY,
    NUMBER_BYTES,
    ROWS_READ,
    Numbers,
    between,
    month_after,
)

FEW_SLICES, SMALL_SHARE = 20, 0.25  # parts of a row, so many at most and so much of it: then no others are sent
FEW_AGENTS = 50  # of so many at most, only their own places are read; of more, all places of the year
ByStatus = dict[int, Numbers]  # by the number of a status
_CELL = range(CELL_NUMBERS)
_decoder = msgspec.msgpack.Decoder(dict[int, dict[int, tuple[int, ...]]])


class _Places:
    """Times at some places of a year, each with its status."""

    def __init__(self, cells: Iterable[tuple[int, int]]) -> None:
        self.cells = sorted(cells)
        self._length = CELL_BYTES * (1 + max((place for _status, place in self.cells), default=0))
        self._until = {status: end * CELL_NUMBERS for end, (status, _place) in enumerate(self.cells, 1)}
        # Places that follow each other are read at once: those of a status do that, for who was there on the same day.
        self._slices: list[slice] = []
        for _status, place in self.cells:
            began = place * CELL_BYTES
            if self._slices and self._slices[-1].stop == began:
                began = self._slices.pop().start
            self._slices.append(slice(began, (place + 1) * CELL_BYTES))

    def days(self, site_id: int, first: date, last: date) -> Iterator[tuple[date, ByStatus]]:
        """The times at these places on each day of a range that has sums, added up."""
        lengths = [part.stop - part.start for part in self._slices]
        if len(lengths) > FEW_SLICES or sum(lengths) > self._length * SMALL_SHARE:
            yield from ((day, self.of(body)) for day, body in day_times.bodies(site_id, first, last))
            return
        parts = [
            Substr("times", part.start + 1, length, output_field=BinaryField())
            for part, length in zip(self._slices, lengths, strict=True)
        ]
        rows = RolledDay.objects.filter(site_id=site_id, day__range=(first, last)).order_by("day")
        for day, *found in in_pieces(rows.values_list("day", *parts), ROWS_READ):
            own = (bytes(part or b"").ljust(length, b"\0") for part, length in zip(found, lengths, strict=True))
            yield day, self._added(b"".join(own))

    def of(self, body: bytes) -> ByStatus:
        """The times of a day at these places, added up."""
        whole = body.ljust(self._length, b"\0")
        return self._added(b"".join(map(whole.__getitem__, self._slices)))

    def _added(self, own: bytes) -> ByStatus:
        numbers, began, found = packed_numbers.unpacked(own, NUMBER_BYTES), 0, {}
        for status, end in self._until.items():
            part, began = numbers[began:end], end
            if any(part):
                more = len(part) > CELL_NUMBERS
                found[status] = tuple([sum(part[place::CELL_NUMBERS]) for place in _CELL]) if more else part
        return found


def packed(site_id: int, days: Mapping[date, bytes]) -> bytes:
    """What all agents had on each day of a month, by the rows of its days: who is deleted, too."""
    year = next(iter(days)).year
    places = _Places((status, place) for _agent, status, place in day_times.read_cells(site_id, year))
    return msgspec.msgpack.encode({day.day: places.of(body) for day, body in days.items()})


def by_day(site_id: int, first: date, last: date, agents: Collection[int]) -> dict[date, ByStatus]:
    """These agents together on each day that has sums: their time in each status."""
    if len(agents) <= FEW_AGENTS:
        return _of_days(site_id, first, last, agents, {})
    rows = day_times.whole_months(site_id, first, last, "days")
    months = {
        month: {month.replace(day=number): times for number, times in _decoder.decode(body).items()}
        for month, body in rows.items()
        if body  # an older release does not know it
    }
    found = _of_days(site_id, first, last, agents, months)
    # If a day was summed up anew meanwhile, others may have been taken away from what it had before.
    if day_times.whole_months(site_id, first, last, "days") != rows:
        return _of_days(site_id, first, last, agents, {})
    return found


def _of_days(
    site_id: int, first: date, last: date, agents: Collection[int], months: Mapping[date, Mapping[date, ByStatus]]
) -> dict[date, ByStatus]:
    found: dict[date, ByStatus] = {}
    for year in range(first.year, last.year + 1):
        began, ended = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        cells = _cells(site_id, year, agents)
        own = _Places((status, place) for agent, status, place in cells if agent in agents)
        others = _Places((status, place) for agent, status, place in cells if agent not in agents)
        whole = [month for month in months if month.year == year and len(others.cells) < len(own.cells)]
        for start, end in between(began, ended, whole):
            found |= own.days(site_id, start, end)
        for month in whole:
            found |= months[month]
            if others.cells:
                days = others.days(site_id, month, month_after(month) - DAY)
                found |= {day: _less(months[month][day], times) for day, times in days}
    return found


def _cells(site_id: int, year: int, agents: Collection[int]) -> Collection[day_times.Cell]:
    if len(agents) <= FEW_AGENTS:
        return list(day_times.read_cells(site_id, year, agents))
    return day_times.cells(site_id, year, day_times.places(site_id, year))


def _less(whole: ByStatus, others: ByStatus) -> ByStatus:
    """What is left of times if others are taken away."""
    found = {status: tuple(map(sub, times, others.get(status, (0,) * CELL_NUMBERS))) for status, times in whole.items()}
    return {status: times for status, times in found.items() if any(times)}
