"""Weekday × hour: what happened in such hours, for each hour of them that was observed.

Times are epoch milliseconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from livechat.lib.epoch import HOUR_MS
from livechat.models import Site
from livechat.reports import bounds, observed, presence, queue_sums, sums, workloads
from livechat.reports.observed import ENOUGH_SHARE, Run
from livechat.reports.presence import Times
from livechat.reports.queue_sums import HourCounts
from livechat.reports.ranges import Range, midnight
from livechat.reports.week_hours import Week

USUAL_DAYS = 28
KINDS = {"online": True, "waiting": False, "occupancy": True, "offered": False, "lost": False}  # whether of agents


@dataclass(slots=True)
class Cell:
    """Such hours together: how long they were and for how long watched, in ms. Its value is `amount` ÷ `over`.

    `off` and `over_off`: by how much these can be off; None if that is not known. `over` is exact but for places.
    """

    existed: int = 0
    watched: int = 0
    amount: int = 0
    over: int = 0
    off: int | None = 0
    over_off: int | None = 0

    def add(self, other: "Cell") -> None:
        """Add another's."""
        self.existed += other.existed
        self.watched += other.watched
        self.amount += other.amount
        self.over += other.over
        self.off = bounds.added(self.off, other.off)
        self.over_off = bounds.added(self.over_off, other.over_off)

    @property
    def value(self) -> float | None:
        """None if it was never watched, or if there is nothing to divide by."""
        return self.amount / self.over if self.over else None

    @property
    def error(self) -> float | None:
        """By how much the value can be off. None if that is not known, or if there is no value."""
        if self.over_off != 0:
            return bounds.share_error(self.amount, self.off, self.over, self.over_off)
        return self.off / self.over if self.over and self.off is not None else None

    @property
    def share(self) -> float:
        """How much of it was watched."""
        return self.watched / self.existed if self.existed else 0.0

    @property
    def enough(self) -> bool:
        """Whether its value can be compared with others."""
        return self.share >= ENOUGH_SHARE


def looks(site: Site, asked: Range, what: str) -> list[Run]:
    """When the list was looked at that a heat map is of."""
    return observed.runs(site, "agents" if KINDS[what] else "visitors", asked.began, asked.ended)


def of(
    site: Site, asked: Range, what: str, runs: Iterable[Run], *, team: str = "", department: UUID | None = None
) -> list[Cell]:
    """The 168 cells of a week, Monday at 0:00 first. `what`: of KINDS; a team, or a department, narrows it down.

    `runs`: its `looks`. Amounts recorded in an hour that nobody watched are left out.
    """
    watched = presence.shared(presence.watched(runs), presence.gaps(_unknown(site, asked), asked.began, asked.ended))
    week, full = Week(asked, watched), what == "occupancy"
    cells = [
        Cell(existed, seen, 0, 0 if full else seen) for existed, seen in zip(week.existed, week.watched, strict=True)
    ]
    if KINDS[what]:
        for slot, one in workloads.by_label(site, asked, week.watched_slots, team).items():
            if slot is None:
                continue
            cell = cells[slot]
            if full:
                cell.amount, cell.off, cell.over, cell.over_off = one.placed, one.placed_off, one.place, one.place_off
            else:
                cell.amount, cell.off = one.online, one.off
    else:
        for slot, counts in queue_sums.by_hour(site, asked, week.watched_slots, department).items():
            if slot is not None:
                cells[slot].amount, cells[slot].off = _of_queue(counts, what)
    return cells


def _unknown(site: Site, asked: Range) -> Times:
    """The days of which nothing can be said yet."""
    days = sorted(sums.uncounted(site, asked))
    return [(midnight(day, asked.zone), midnight(day + timedelta(days=1), asked.zone)) for day in days]


def _of_queue(counts: HourCounts, what: str) -> tuple[int, int | None]:
    """How long visitors waited, or contacts, each as if it were an hour; and by how much that can be off."""
    if what == "waiting":
        return counts.waited, counts.waited_off
    if what == "lost":
        count, off = counts.lost, counts.lost_off
    else:
        count, off = counts.answered + counts.lost, counts.offered_off
    return count * HOUR_MS, None if off is None else off * HOUR_MS


def together(cells: Iterable[Cell]) -> Cell:
    """Cells as one: of a weekday, of an hour, or of all."""
    made = Cell()
    for cell in cells:
        made.add(cell)
    return made
