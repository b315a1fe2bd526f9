"""Sums of the queue: contacts by day with their waits, and by hour. Days that have no sums yet are counted."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from livechat.models import QueueDay, Site
from livechat.record.hour_rows import QUEUE, LabelsOf, every
from livechat.reports import sums, tallies
from livechat.reports.ranges import Range
from livechat.reports.tallies import Tally

Label = TypeVar("Label")


@dataclass(slots=True)
class HourCounts:
    """The contacts that began in some hours, and for how many ms visitors waited in them."""

    answered: int = 0
    lost: int = 0
    unknown: int = 0
    waited: int = 0

    def add(self, other: "HourCounts") -> None:
        """Add another's."""
        self.answered += other.answered
        self.lost += other.lost
        self.unknown += other.unknown
        self.waited += other.waited


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


def by_hour(
    site: Site, asked: Range, labels_of: LabelsOf[Label], department: UUID | None = None
) -> dict[Label, HourCounts]:
    """The contacts of all departments or of one in the hours of each label. An hour is when it begins, in epoch ms."""
    wanted = every if department is None else lambda name: name == str(department) or None
    made: dict[Label, HourCounts] = defaultdict(HourCounts)
    found = QUEUE.added(site.pk, asked.began, asked.ended, wanted, labels_of)
    for (_wanted, label, _sure), numbers in found.items():
        if any(numbers):
            made[label].add(HourCounts(*numbers))
    for day in sums.of_days_without(site, asked):
        for (hour, key), one in day.queue.items():
            if department is None or key == department:
                tally = one.tally
                (label,) = labels_of([hour])
                made[label].add(HourCounts(tally.answered, tally.lost, tally.unknown, one.waited))
    return made
