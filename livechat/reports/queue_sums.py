"""Sums of the queue: contacts by day with their waits, and by hour. Days that have no sums yet are counted."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import add
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from livechat.models import QueueDay, QueueHour, Site
from livechat.reports import sums, tallies
from livechat.reports.ranges import Range
from livechat.reports.tallies import Tally

_COLUMNS = {"answered": "answered", "lost": "lost", "unknown": "unknown", "waited": "waited_ms"}


@dataclass(slots=True)
class HourCounts:
    """The contacts that began in an hour, and for how many ms visitors waited in it."""

    answered: int = 0
    lost: int = 0
    unknown: int = 0
    waited: int = 0


def by_day(site: Site, asked: Range, department: UUID | None = None, *, with_waits: bool = True) -> dict[date, Tally]:
    """The contacts of each day on which there were any, of one department or of all. `with_waits`: their waits too."""
    rows = QueueDay.objects.filter(site=site, day__range=(asked.first, asked.last))
    if department is not None:
        rows = rows.filter(department=department)
    made: dict[date, Tally] = defaultdict(Tally)
    columns = ("day", "answered", "lost", "unknown", "longest_ms", "longest_at", *(["waits"] if with_waits else []))
    for day, answered, lost, unknown, longest, longest_at, *waits in rows.values_list(*columns):
        made[day].add(Tally(answered, lost, unknown, longest=longest, longest_at=longest_at))
        for body in waits:
            made[day].add_waits(*tallies.unpacked(bytes(body)))
    if without := sums.lacking(site, asked):
        _count(made, site, replace(asked, first=without[-1], last=without[0]), set(without), department)
    return made


def _count(made: dict[date, Tally], site: Site, asked: Range, wanted: set[date], department: UUID | None) -> None:
    """Count the contacts of the wanted days of a range."""
    days = {bucket.began: asked.local(bucket.began).date() for bucket in asked.buckets()}
    if asked.by_hour:
        days = {asked.began: asked.first}
    starts = list(days)
    for row in tallies.contacts(site, asked.began, asked.ended, department):
        day = days[starts[bisect_right(starts, row.began) - 1]]
        if day in wanted:
            made[day].count(row)


def by_hour(site: Site, asked: Range, department: UUID | None = None) -> dict[int, HourCounts]:
    """The contacts by hour, of all departments or of one. The database adds up."""
    found = (
        _hours(site, asked, department)
        .order_by("hour")
        .values_list("hour")
        .annotate(Sum("answered"), Sum("lost"), Sum("unknown"), Sum("waited_ms"))
    )
    made = {hour: HourCounts(*counts) for hour, *counts in found.iterator()}
    for day in sums.of_days_without(site, asked):
        for (hour, key), one in day.queue.items():
            if department is None or key == department:
                to = made.setdefault(hour, HourCounts())
                to.answered, to.lost = to.answered + one.tally.answered, to.lost + one.tally.lost
                to.unknown += one.tally.unknown
                to.waited += one.waited
    return made


def each_hour(
    site: Site, asked: Range, wanted: Collection[str], department: UUID | None = None
) -> Iterator[tuple[int, int]]:
    """The hours in any order, each with the sum of the counts of `HourCounts` that are wanted: these names."""
    added = reduce(add, (F(_COLUMNS[name]) for name in wanted))
    yield from _hours(site, asked, department).order_by().values_list("hour").annotate(count=Sum(added)).iterator()
    for day in sums.of_days_without(site, asked):
        for (hour, key), one in day.queue.items():
            if department is None or key == department:
                counts = HourCounts(one.tally.answered, one.tally.lost, one.tally.unknown, one.waited)
                yield hour, sum(getattr(counts, name) for name in wanted)


def _hours(site: Site, asked: Range, department: UUID | None) -> QuerySet[QueueHour]:
    rows = QueueHour.objects.filter(site=site, hour__gte=asked.began, hour__lt=asked.ended)
    return rows.filter(department=department) if department else rows
