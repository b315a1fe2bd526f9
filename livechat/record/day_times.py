"""The times of a site's agents on a day in one row: some numbers for each agent in each status, in ms.

An agent's time in a status has the same place in every day of a year, so days are added up as large numbers: a year of
200 agents is 500,000 times, and takes as long as 20,000 rows. The next year begins with other places, so that agents
who have left take no room. A month all of whose days are summed up has a row of its own, with room for its sums.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby, islice
from operator import add, itemgetter
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet

from livechat.lib import packed_numbers
from livechat.lib.binary_rows import in_pieces
from livechat.lib.ttl_cache import TtlCache
from livechat.models import RolledDay, RolledMonth, TimeCell

Key = tuple[int, int]  # the numbers of an agent in the directory, and of a status
Cell = tuple[int | None, int, int]  # the same, and the place. None: an agent who is deleted
Numbers = tuple[int, ...]
DAY = timedelta(days=1)
NUMBER_BYTES = 5
ROWS_READ = 20  # days read at once: of more, the first are out of the processor's cache before they are added
MAX_ADDED = 40  # days added at once: 255 chats for 25 hours of each are less than 2 ** 40 ms together
PLACE_TRIES = 20  # to give out places, if other processes give out the same ones meanwhile
KNOWN_YEARS, KNOWN_SECONDS = 50, 60.0  # a process keeps the places of so many years: 0.3 MB for 200 agents


class Column(NamedTuple):
    """A column of a day and of a month, with how many numbers each time has there: those of `reports.day_sums.Sums`.

    `least`: how many times it has, if they are all nothing. SQLite says of a part of no bytes that it is None.
    """

    name: str
    numbers: int
    least: int

    @property
    def cell(self) -> int:
        """How many bytes each time takes."""
        return self.numbers * NUMBER_BYTES


TIMES = Column("times", 5, 0)  # total, off, chat, busy, known
DOUBTS = Column("doubts", 3, 1)  # by how much chat, busy and known can be off; None in rows of an older release

_known: TtlCache[tuple[int, int], tuple[int, list[Cell]]] = TtlCache(KNOWN_YEARS, KNOWN_SECONDS)


def packed(site_id: int, day: date, times: Mapping[Key, Numbers], column: Column = TIMES) -> bytes:
    """The row of a day, to be stored in the same transaction. A key that is new in the year gets its place."""
    given, size = _places_of(site_id, day.year, times.keys()), column.cell
    body = bytearray(size * max(column.least, *(1 + given[key] for key in times), 0))
    for key, numbers in times.items():
        cell = b"".join(number.to_bytes(NUMBER_BYTES, "little") for number in numbers)
        body[given[key] * size : (given[key] + 1) * size] = cell
    return bytes(body)


def _places_of(site_id: int, year: int, wanted: Iterable[Key]) -> dict[Key, int]:
    """The places of these times in a year. Another process may give out places meanwhile: then it is tried again."""
    for _try in range(PLACE_TRIES):
        found = {(agent, status): place for agent, status, place in read_cells(site_id, year) if agent is not None}
        missing = sorted({*wanted} - found.keys(), key=itemgetter(1, 0))  # by status, see `times_by_day`
        if not missing:
            return found
        first = places(site_id, year)
        TimeCell.objects.bulk_create(
            [
                TimeCell(site_id=site_id, year=year, place=place, agent_id=agent, status_id=status)
                for place, (agent, status) in enumerate(missing, first)
            ],
            ignore_conflicts=True,
        )
    raise RuntimeError(f"no places in {year} after {PLACE_TRIES} tries")


def added(site_id: int, first: date, last: date) -> dict[Key, Numbers]:
    """All days of a range together, in order of agents and statuses."""
    return _added(site_id, first, last, TIMES)


def doubts(site_id: int, first: date, last: date) -> dict[Key, Numbers] | None:
    """By how much all days of a range together can be off. None if that is not kept of one of them."""
    try:
        return _added(site_id, first, last, DOUBTS)
    except _Unknown:
        return None


class _Unknown(Exception):
    """A row of an older release."""


def _added(site_id: int, first: date, last: date, column: Column) -> dict[Key, Numbers]:
    made: dict[Key, Numbers] = {}
    for year, body in _years(site_id, first, last, column):
        numbers, size = packed_numbers.unpacked(body), column.numbers
        for agent, status, place in cells(site_id, year, len(numbers) // size):
            cell = numbers[place * size : (place + 1) * size]
            if agent is not None and any(cell):
                before = made.get((agent, status))
                made[agent, status] = tuple(map(add, before, cell)) if before else cell
    return made


def _years(site_id: int, first: date, last: date, column: Column) -> Iterator[tuple[int, bytes]]:
    """The years of a range, each with the sums of its days: of whole months as they are stored, and of other days."""
    months = _whole_months(site_id, first, last, column)
    sums: dict[int, list[bytes]] = defaultdict(list)
    for month, body in months.items():
        sums[month.year].append(body)
    for began, ended in _between(first, last, months):
        for year, days in groupby(_known_of(bodies(site_id, began, ended, column)), key=lambda row: row[0].year):
            sums[year] += sums_of(body for _day, body in days)
    return ((year, sum_of(sums[year])) for year in sorted(sums))


def _whole_months(site_id: int, first: date, last: date, column: Column) -> dict[date, bytes]:
    """The sums of the months that are whole in a range, in order."""
    began, ended = month_after(first - DAY), month_of(last + DAY)
    if began >= ended:
        return {}
    rows = RolledMonth.objects.filter(site_id=site_id, month__gte=began, month__lt=ended).order_by("month")
    return dict(_known_of(_bodies(rows.values_list("month", column.name))))


def _known_of(rows: Iterable[tuple[date, bytes | None]]) -> Iterator[tuple[date, bytes]]:
    for day, body in rows:
        if body is None:
            raise _Unknown
        yield day, body


def _bodies(rows: QuerySet[Any, tuple[date, Any]]) -> Iterator[tuple[date, bytes | None]]:
    return ((day, None if body is None else bytes(body)) for day, body in in_pieces(rows, ROWS_READ))


def _between(first: date, last: date, months: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The days of a range that are in none of these months, as ranges. The months are in order."""
    for month in months:
        if first < month:
            yield first, month - DAY
        first = month_after(month)
    if first <= last:
        yield first, last


def sums_of(days: Iterator[bytes]) -> Iterator[bytes]:
    """Days of one year, added up place by place, as few sums as there is room for."""
    while some := list(islice(days, MAX_ADDED)):
        number, length = sum(int.from_bytes(body, "little") for body in some), max(map(len, some))
        yield bytes(packed_numbers.widened(number.to_bytes(length, "little"), NUMBER_BYTES))


def sum_of(sums: Iterable[bytes]) -> bytes:
    """The sum of such sums."""
    some = list(sums)
    return sum(int.from_bytes(body, "little") for body in some).to_bytes(max(map(len, some)), "little")


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after a day's."""
    return month_of(month_of(day) + 31 * DAY)


def bodies(site_id: int, first: date, last: date, column: Column) -> Iterator[tuple[date, bytes | None]]:
    """A column of the days of a range that have sums, in order."""
    rows = RolledDay.objects.filter(site_id=site_id, day__range=(first, last)).order_by("day")
    return _bodies(rows.values_list("day", column.name))


def cells(site_id: int, year: int, places: int) -> list[Cell]:
    """The cells of a year in its first `places` places. A place never changes, so they are kept in memory."""
    known, found = _known.get((site_id, year)) or (-1, [])
    if places > known:
        found = sorted(read_cells(site_id, year), key=lambda cell: (cell[0] or 0, *cell[1:]))
        _known.put((site_id, year), (places, found))
    return [cell for cell in found if cell[2] < places]


def places(site_id: int, year: int) -> int:
    """How many places a year has."""
    last = TimeCell.objects.filter(site_id=site_id, year=year).aggregate(last=Max("place"))["last"]
    return 0 if last is None else last + 1


def read_cells(site_id: int, year: int, agents: Collection[int] | None = None) -> Iterable[Cell]:
    """The cells of a year, of some agents or of all."""
    rows = TimeCell.objects.filter(site_id=site_id, year=year)
    return (rows if agents is None else rows.filter(agent__in=agents)).values_list("agent_id", "status_id", "place")
