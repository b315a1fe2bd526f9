"""Sums by hour, those of a day in one row: how long teams were online and away, and the contacts of departments.

A row has some numbers for each hour and each name: a team, or a department. All names together stand in a row beside
it. Hours beside each other are added up as large numbers: a year is 8,760 hours, and takes as long as 365 rows.

An hour is when it begins, in epoch ms. A row is of a day in the zone that the site had then: in a later zone, some
of its hours are of a day before or after.

The last numbers of an hour and a name say by how much others can be off. A row that an older release stored has fewer
numbers. A row of which some hours were stored by an older release has those that all of its hours have.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import add
from typing import TypeVar

import msgspec
from django.db.models.functions import Coalesce

from livechat.lib import packed_numbers
from livechat.lib.binary_rows import in_pieces
from livechat.lib.epoch import moment_of
from livechat.models import HourRow
from livechat.record import together_rows

Times = Mapping[tuple[int, str], tuple[int, ...]]  # by hours and names
Numbers = tuple[int, ...]
Group = TypeVar("Group")
Label = TypeVar("Label")
GroupOf = Callable[[str], Group | None]  # None: not asked for
LabelsOf = Callable[[list[int]], Iterable[Label]]  # of some hours in order; see `each`
NUMBER_BYTES = 6
NEAR = timedelta(days=2)  # a day in one zone and the same day in another are less apart
ROWS_READ = 40
MAX_ADDED = 10  # days added at once: an hour of 7,000 agents with 1,000 places each is less than 2 ** 48 ms ten times


class _Row(msgspec.Struct, array_like=True):
    """A row's hours in order, its names, and for each of these its numbers, hour by hour.

    `sure`: whether it is known by how much a time can be off. Of some rows, an older release did not keep that.
    """

    hours: list[int]
    names: tuple[str, ...]
    sure: bool
    body: bytes

    @property
    def numbers(self) -> int:
        """How many numbers each hour and name has."""
        return len(self.body) // (len(self.hours) * len(self.names) * NUMBER_BYTES)


_decoder = msgspec.msgpack.Decoder(_Row)


@dataclass(frozen=True, slots=True)
class HourRows:
    """The rows of one kind, with so many `numbers` for each hour and name."""

    kind: str
    numbers: int

    def packed(self, times: Times, *, sure: bool = True) -> bytes:
        """The body of a row, with the numbers that all of its times have."""
        size = min(map(len, times.values()), default=self.numbers)
        hours, names = sorted({hour for hour, _name in times}), tuple(sorted({name for _hour, name in times}))
        cells = (times.get((hour, name), (0,) * size) for name in names for hour in hours)
        body = b"".join(number.to_bytes(NUMBER_BYTES, "little") for numbers in cells for number in numbers[:size])
        return msgspec.msgpack.encode(_Row(hours, names, sure, body))

    def unpacked(self, row: bytes) -> tuple[dict[tuple[int, str], Numbers], bool]:
        """The times of a row but for zeros, and whether the row is `sure`."""
        found = _decoder.decode(row)
        size, numbers = found.numbers, packed_numbers.unpacked(found.body, NUMBER_BYTES)
        cells = ((hour, name) for name in found.names for hour in found.hours)
        each = (numbers[at : at + size] for at in range(0, len(numbers), size))
        return {key: cell for key, cell in zip(cells, each, strict=True) if any(cell)}, found.sure

    def replace(self, site_id: int, day: date, began: int, ended: int, times: Times) -> None:
        """Store a day, from when to when it was, in place of all that is stored of its hours.

        The caller holds the site.
        """
        rows, sure = HourRow.objects.filter(site_id=site_id, kind=self.kind), True
        for row in rows.filter(day__range=(day - NEAR, day + NEAR)):
            found, known = self.unpacked(bytes(row.hours))
            left = {key: numbers for key, numbers in found.items() if not began <= key[0] < ended}
            if row.day == day:
                times, sure = left | dict(times), known or not left
            elif len(left) < len(found):
                self._store(site_id, row.day, left, sure=known)
        self._store(site_id, day, times, sure=sure)

    def forget(self, site_id: int, day: date, began: int) -> None:
        """Delete the hours from the beginning of a day on. The caller holds the site."""
        rows = HourRow.objects.filter(site_id=site_id, kind=self.kind)
        rows.filter(day__gte=day + NEAR).delete()
        for row in rows.order_by("-day")[: 2 * NEAR.days + 1]:
            found, sure = self.unpacked(bytes(row.hours))
            left = {key: numbers for key, numbers in found.items() if key[0] < began}
            if len(left) < len(found):
                self._store(site_id, row.day, left, sure=sure)

    def _store(self, site_id: int, day: date, times: Times, *, sure: bool) -> None:
        if not times:
            HourRow.objects.filter(site_id=site_id, kind=self.kind, day=day).delete()
            return
        hours = self.packed(times, sure=sure)
        HourRow.objects.update_or_create(site_id=site_id, kind=self.kind, day=day, defaults={"hours": hours})
        together_rows.put(site_id, self.kind, day, _together(hours))

    def added(
        self, site_id: int, began: int, ended: int, group_of: GroupOf[Group], labels_of: LabelsOf[Label]
    ) -> dict[tuple[Group, Label, int], Numbers]:
        """All hours of one label that begin in a time, added up group by group, and apart by what is known of them.

        That is how many numbers they have: those of an older release have fewer. If it did not keep by how much a time
        can be off, it is 0. Those of `every` are read as they are stored together.
        """
        days: dict[tuple[tuple[Label, ...], Group, int, bool], list[int]] = {}
        for hours, size, sure, sums in self._days(site_id, began, ended, group_of):
            labels = tuple(labels_of(hours))
            for group, number in sums.items():
                days.setdefault((labels, group, size, sure), []).append(number)
        made: dict[tuple[Group, Label, int], Numbers] = {}
        for (labels, group, size, sure), large in days.items():
            for label, numbers in _by_label(labels, size, _added_up(large, len(labels) * size)):
                key = group, label, size if sure else 0
                made[key] = tuple(map(add, made[key], numbers)) if key in made else numbers
        return made

    def _days(
        self, site_id: int, began: int, ended: int, group_of: GroupOf[Group]
    ) -> Iterator[tuple[list[int], int, bool, dict[Group, int]]]:
        """The hours of each row that begin in a time, and the numbers of each group as one large number.

        Between them: how many numbers an hour has, and whether the row is `sure`.
        """
        days = moment_of(began).date() - NEAR, moment_of(ended).date() + NEAR
        rows = HourRow.objects.filter(site_id=site_id, kind=self.kind, day__range=days).order_by("day")
        column = Coalesce(together_rows.body(self.kind), "hours") if group_of is every else "hours"
        known: dict[tuple[str, ...], dict[Group, list[int]]] = {}
        number = int.from_bytes
        for _day, row in in_pieces(rows.values_list("day", column), ROWS_READ):
            found = _decoder.decode(row)
            body, first, last = found.body, bisect_left(found.hours, began), bisect_left(found.hours, ended)
            if first == last:
                continue
            groups = known.get(found.names)
            if groups is None:
                groups = known[found.names] = _places(found.names, group_of)
            numbers = found.numbers
            size = numbers * NUMBER_BYTES
            length, begin, end = len(found.hours) * size, first * size, last * size
            sums = {
                group: sum([number(body[place * length + begin : place * length + end], "little") for place in places])
                for group, places in groups.items()
            }
            yield found.hours[first:last], numbers, found.sure, sums


def _added_up(days: Sequence[int], count: int) -> Numbers:
    """Days as large numbers of `count` numbers, added up place by place: a few days, then their sums with more room."""
    sums = (sum(days[start : start + MAX_ADDED]) for start in range(0, len(days), MAX_ADDED))
    wide = (packed_numbers.widened(one.to_bytes(count * NUMBER_BYTES, "little"), NUMBER_BYTES) for one in sums)
    whole = sum(int.from_bytes(one, "little") for one in wide)
    return packed_numbers.unpacked(whole.to_bytes(count * packed_numbers.WIDE_BYTES, "little"))


def _by_label(labels: Sequence[Label], size: int, numbers: Numbers) -> Iterator[tuple[Label, Numbers]]:
    """Hours of the same label, one after the other, as one. `size`: how many numbers an hour has."""
    began = 0
    for label, hours in groupby(labels):
        ended = began + size * len(list(hours))
        part = numbers[began:ended]
        yield label, part if len(part) == size else tuple([sum(part[place::size]) for place in range(size)])
        began = ended


def _together(hours: bytes) -> bytes:
    """The same hours with all names as one, which is empty."""
    found = _decoder.decode(hours)
    length = len(found.body) // len(found.names)
    parts = (found.body[start : start + length] for start in range(0, len(found.body), length))
    body = sum(int.from_bytes(part, "little") for part in parts).to_bytes(length, "little")
    return msgspec.msgpack.encode(_Row(found.hours, ("",), found.sure, body))


def every(_name: str) -> bool:
    """All names as one group."""
    return True


def each(label_of: Callable[[int], Label]) -> LabelsOf[Label]:
    """Labels of single hours."""
    return lambda hours: map(label_of, hours)


def _places(names: Iterable[str], group_of: GroupOf[Group]) -> dict[Group, list[int]]:
    """The names of each group, by their places."""
    made: dict[Group, list[int]] = {}
    for place, name in enumerate(names):
        group = group_of(name)
        if group is not None:
            made.setdefault(group, []).append(place)
    return made


TEAMS = HourRows("teams", 16)  # by a team: those of `reports.workloads.Workload`
QUEUE = HourRows("queue", 7)  # by a department: those of `reports.queue_sums.HourCounts`
