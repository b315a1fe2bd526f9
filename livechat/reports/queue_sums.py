"""Sums of the queue: contacts by day with their waits, and by hour. Days that have no sums yet are counted."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from django.db.models import Sum

from livechat.lib.binary_rows import in_pieces
from livechat.models import QueueDay, Site, TogetherRow
from livechat.record import together_rows
from livechat.record.hour_rows import QUEUE, ROWS_READ, LabelsOf, every
from livechat.reports import bounds, ranges, sums, tallies, wait_sums
from livechat.reports.queue_hours import QueueSums
from livechat.reports.ranges import Range
from livechat.reports.tallies import Tally
from livechat.reports.wait_sums import WaitSums

Label = TypeVar("Label")


@dataclass(slots=True)
class HourCounts:
    """The contacts that began in some hours, and for how many ms visitors waited in them.

    `waited_off` in ms, `offered_off` and `lost_off` in contacts: by how much these can be off. None if an older release
    summed them up.
    """

    answered: int = 0
    lost: int = 0
    unknown: int = 0
    waited: int = 0
    waited_off: int | None = 0
    offered_off: int | None = 0
    lost_off: int | None = 0

    def add(self, other: "HourCounts") -> None:
        """Add another's."""
        self.answered += other.answered
        self.lost += other.lost
        self.unknown += other.unknown
        self.waited += other.waited
        self.waited_off = bounds.added(self.waited_off, other.waited_off)
        self.offered_off = bounds.added(self.offered_off, other.offered_off)
        self.lost_off = bounds.added(self.lost_off, other.lost_off)


def of_sums(one: QueueSums) -> HourCounts:
    """The numbers of an hour, as they are kept."""
    tally = one.tally
    return HourCounts(
        tally.answered, tally.lost, tally.unknown, one.waited, one.waited_off, one.offered_off, one.lost_off
    )


def by_day(site: Site, asked: Range, department: UUID | None = None) -> tuple[dict[date, WaitSums], set[date]]:
    """The contacts of each day on which there were any, of one department or of all; and the days left out.

    These have no sums yet, and are too many to be counted.
    """
    days = (asked.first, asked.last)
    if department is None:
        rows = TogetherRow.objects.filter(site=site, kind=together_rows.WAITS, day__range=days)
        kept = in_pieces(rows.values_list("day", "body"), ROWS_READ)
    else:
        of_one = QueueDay.objects.filter(site=site, department=department, day__range=days)
        kept = in_pieces(of_one.values_list("day", "sums"), ROWS_READ)
    made = {day: wait_sums.unpacked(bytes(body)) for day, body in kept}
    counted, left_out = sums.without(site, asked)
    return made | {day: wait_sums.of(one) for day, one in _count(site, asked, counted, department).items()}, left_out


def counts(site: Site, asked: Range, department: UUID | None = None) -> tuple[Tally, set[date]]:
    """How many contacts a range had, without their waits, and the days left out. Its last day is counted to its end."""
    last, made = asked.last, Tally()
    if not asked.is_over:
        last -= timedelta(days=1)
        began = ranges.midnight(asked.last, asked.zone)
        made = tallies.of(tallies.contacts(site, began, asked.ended, department))
    if asked.first > last:
        return made, set()
    over = replace(asked, last=last)
    rows = QueueDay.objects.filter(site=site, day__range=(over.first, last))
    if department is not None:
        rows = rows.filter(department=department)
    found = rows.aggregate(answered=Sum("answered"), lost=Sum("lost"), unknown=Sum("unknown"))
    kept = Tally(found["answered"] or 0, found["lost"] or 0, found["unknown"] or 0)
    counted, left_out = sums.without(site, over)
    return tallies.merged([made, kept, *_count(site, over, counted, department).values()]), left_out


def _count(site: Site, asked: Range, wanted: set[date], department: UUID | None) -> dict[date, Tally]:
    """The contacts of wanted days, counted. Days beside each other are read at once."""
    made: dict[date, Tally] = defaultdict(Tally)
    for counts, group in groupby(asked.days() if wanted else (), key=lambda pair: pair[0] in wanted):
        days = list(group) if counts else []
        starts = [part.began for _day, part in days]
        for row in tallies.contacts(site, starts[0], days[-1][1].ended, department) if days else ():
            made[days[bisect_right(starts, row.began) - 1][0]].count(row)
    return made


def by_hour(
    site: Site, asked: Range, labels_of: LabelsOf[Label], department: UUID | None = None
) -> dict[Label, HourCounts]:
    """The contacts of all departments or of one in the hours of each label. An hour is when it begins, in epoch ms."""
    wanted = every if department is None else lambda name: name == str(department) or None
    made: dict[Label, HourCounts] = defaultdict(HourCounts)
    found = QUEUE.added(site.pk, asked.began, asked.ended, wanted, labels_of)
    for (_wanted, label, known), numbers in found.items():
        if any(numbers):
            one = HourCounts(*numbers)
            if known < QUEUE.numbers:
                one.waited_off = one.offered_off = one.lost_off = None
            made[label].add(one)
    for day in sums.of_days_without(site, asked):
        for (hour, key), counted in day.queue.items():
            if department is None or key == department:
                (label,) = labels_of([hour])
                made[label].add(of_sums(counted))
    return made
