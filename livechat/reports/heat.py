"""Weekday × hour: what happened in such hours, for each hour of them that was observed.

The hours are those of the range's zone. One that the clocks skip is not there, and one that they repeat is there twice:
each counts as long as it was. Times are epoch milliseconds.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from livechat.lib.epoch import HOUR_MS
from livechat.models import Site
from livechat.record.hour_rows import each
from livechat.reports import observed, presence, queue_sums, sums
from livechat.reports.observed import ENOUGH_SHARE, Run
from livechat.reports.presence import Times
from livechat.reports.queue_sums import HourCounts
from livechat.reports.ranges import Range, midnight

DAY_HOURS, WEEK_DAYS = 24, 7
USUAL_DAYS = 28
KINDS = {"online": True, "waiting": False, "occupancy": True, "offered": False, "lost": False}  # whether of agents


class Hour(NamedTuple):
    """An hour as it was: from when to when, and its place in the week, from 0 (Monday at 0:00) to 167."""

    began: int
    ended: int
    slot: int


@dataclass(slots=True)
class Cell:
    """Such hours together: how long they were and for how long watched, in ms. Its value is `amount` ÷ `over`.

    `off`: by how much the amount can be off; None if that is not known.
    """

    existed: int = 0
    watched: int = 0
    amount: int = 0
    over: int = 0
    off: int | None = 0

    def add(self, other: "Cell") -> None:
        """Add another's."""
        self.existed += other.existed
        self.watched += other.watched
        self.amount += other.amount
        self.over += other.over
        self.off = None if self.off is None or other.off is None else self.off + other.off

    @property
    def value(self) -> float | None:
        """None if it was never watched, or if there is nothing to divide by."""
        return self.amount / self.over if self.over else None

    @property
    def error(self) -> float | None:
        """By how much the value can be off. None if that is not known, or if there is no value."""
        return self.off / self.over if self.over and self.off is not None else None

    @property
    def share(self) -> float:
        """How much of it was watched."""
        return self.watched / self.existed if self.existed else 0.0

    @property
    def enough(self) -> bool:
        """Whether its value can be compared with others."""
        return self.share >= ENOUGH_SHARE


def hours(asked: Range) -> list[Hour]:
    """Every hour of a range as far as it has passed, in order."""
    found: list[Hour] = []
    day, until = asked.first, asked.ended
    began = asked.began
    while day <= asked.last and began < until:
        ended = midnight(day + timedelta(days=1), asked.zone)
        first = day.weekday() * DAY_HOURS
        if ended - began == DAY_HOURS * HOUR_MS:  # only other days need the zone: 9,600 conversions take long
            starts = range(began, ended, HOUR_MS)
            found += [Hour(start, start + HOUR_MS, slot) for slot, start in enumerate(starts, first)]
        else:
            parts = Range(day, day, asked.zone, asked.now).buckets()
            found += [Hour(part.began, part.ended, first + asked.local(part.began).hour) for part in parts]
        day, began = day + timedelta(days=1), ended
    while found and found[-1].began >= until:
        found.pop()
    if found:
        found[-1] = found[-1]._replace(ended=min(found[-1].ended, until))
    return found


def watched_by_hour(found: Sequence[Hour], watched: Times) -> list[int]:
    """For how many ms of each hour somebody watched. Both are in order and without overlaps: one sweep over both."""
    made, at = [], 0
    low = high = 0  # of the time that was reached
    for start, end, _slot in found:
        if low <= start and end <= high:
            made.append(end - start)
            continue
        seen = 0
        while at < len(watched) and watched[at][1] <= start:
            at += 1
        place = at
        while place < len(watched) and watched[place][0] < end:
            low, high = watched[place]
            seen += min(high, end) - max(low, start)
            place += 1
        made.append(seen)
    return made


def looks(site: Site, asked: Range, what: str) -> list[Run]:
    """When the list was looked at that a heat map is of."""
    return observed.runs(site, "agents" if KINDS[what] else "visitors", asked.began, asked.ended)


class Week:
    """The hours of a range by their place in the week: for how many ms each place was there, and was watched."""

    def __init__(self, asked: Range, watched: Times) -> None:
        self._hours = hours(asked)
        self._seen = watched_by_hour(self._hours, watched)
        self._starts = [hour.began for hour in self._hours]
        self._places = dict(zip(self._starts, range(len(self._starts)), strict=True))
        self.existed, self.watched = ([0] * (WEEK_DAYS * DAY_HOURS) for _ in range(2))
        for (start, end, slot), length in zip(self._hours, self._seen, strict=True):
            self.existed[slot] += end - start
            self.watched[slot] += length

    def slot(self, moment: int) -> int:
        """The place of the hour that a moment is in."""
        return self._hours[self._place(moment)].slot

    def watched_slot(self, moment: int) -> int | None:
        """The same; None if nobody watched that hour."""
        place = self._place(moment)
        return self._hours[place].slot if self._seen[place] else None

    def _place(self, moment: int) -> int:
        # An hour of a time when the site had another zone can begin within one.
        found = self._places.get(moment)
        return max(0, bisect_right(self._starts, moment) - 1) if found is None else found


def of(
    site: Site, asked: Range, what: str, runs: Iterable[Run], *, team: str = "", department: UUID | None = None
) -> list[Cell]:
    """The 168 cells of a week, Monday at 0:00 first. `what`: of KINDS; a team, or a department, narrows it down.

    `runs`: its `looks`. Amounts recorded in an hour that nobody watched are left out.
    """
    watched = presence.shared(presence.watched(runs), presence.gaps(_unknown(site, asked), asked.began, asked.ended))
    week, full = Week(asked, watched), what == "occupancy"
    cells = [
        Cell(existed, seen, 0, 0 if full else seen, 0 if what == "online" else None)
        for existed, seen in zip(week.existed, week.watched, strict=True)
    ]
    if KINDS[what]:
        for slot, online in sums.online(site, asked, each(week.watched_slot), team).items():
            if slot is not None:
                cells[slot].amount, cells[slot].off = (online.placed, None) if full else (online.total, online.off)
                cells[slot].over += online.place if full else 0
    else:
        for slot, counts in queue_sums.by_hour(site, asked, each(week.watched_slot), department).items():
            if slot is not None:
                cells[slot].amount = _of_queue(counts, what)
    return cells


def _unknown(site: Site, asked: Range) -> Times:
    """The days of which nothing can be said yet."""
    days = sorted(sums.uncounted(site, asked))
    return [(midnight(day, asked.zone), midnight(day + timedelta(days=1), asked.zone)) for day in days]


def _of_queue(counts: HourCounts, what: str) -> int:
    """How long visitors waited, or contacts, each as if it were an hour."""
    if what == "waiting":
        return counts.waited
    return (counts.lost if what == "lost" else counts.answered + counts.lost) * HOUR_MS


def together(cells: Iterable[Cell]) -> Cell:
    """Cells as one: of a weekday, of an hour, or of all."""
    made = Cell()
    for cell in cells:
        made.add(cell)
    return made
