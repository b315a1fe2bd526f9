"""The heat map in words: a row for each weekday with a cell for each hour, and their means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import NamedTuple

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.models import Site
from livechat.reports import heat, observed
from livechat.reports.heat import Cell
from livechat.reports.observed import Observed, Run
from livechat.reports.ranges import Range
from livechat.reports.week_hours import DAY_HOURS, WEEK_DAYS
from livechat.web.report_words import NOTHING, percent, points

NAMES: dict[str, str | Promise] = {
    "online": gettext_lazy("Agents online"),
    "waiting": gettext_lazy("Visitors waiting"),
    "occupancy": gettext_lazy("Occupancy"),
    "offered": gettext_lazy("Offered"),
    "lost": gettext_lazy("Lost"),
}
SAID: dict[str, str | Promise] = {
    "online": gettext_lazy("Agents online at the same time, on average"),
    "waiting": gettext_lazy("Visitors waiting at the same time, on average"),
    "occupancy": gettext_lazy("Chats for each 100 places of the agents online, on average"),
    "offered": gettext_lazy("Contacts that were answered or lost, for each hour"),
    "lost": gettext_lazy("Contacts that were lost, for each hour"),
}
LEVELS = 6  # of the ground, beside that of zero
SMALL_ERROR, LARGE_ERROR = 0.1, 10  # less is told with two digits, and more with none


class Shown(NamedTuple):
    """A cell as the table shows it: its number, its classes, and what is said of it on hover."""

    text: str
    classes: str
    title: str


class Row(NamedTuple):
    """A weekday, or all of them."""

    name: str
    full: str
    cells: list[Shown]
    mean: Shown


@dataclass(frozen=True)
class Report:
    """A heat map of a range. `cells` are 168, Monday at 0:00 first. `runs`: when the list was looked at.

    `of`: of which team or department, or empty.
    """

    site: Site
    asked: Range
    what: str
    cells: list[Cell]
    runs: list[Run]
    of: str = ""

    @property
    def name(self) -> str:
        """What it shows."""
        return str(NAMES[self.what])

    @property
    def said(self) -> str:
        """What its numbers are."""
        return str(SAID[self.what])

    @cached_property
    def whole(self) -> Cell:
        """All hours together."""
        return heat.together(self.cells)

    @cached_property
    def seen(self) -> Observed:
        """How much was looked at, at which pace. A day whose sums are not made yet counts as not observed."""
        return replace(observed.of(self.runs, self.asked.began, self.asked.ended), share=self.whole.share)

    @cached_property
    def error(self) -> float | None:
        """By how much a number of it can be off at most. None if that is not known of one."""
        errors = [cell.error for cell in self.cells if cell.value is not None and _tells(cell)]
        known = [error for error in errors if error is not None]
        return max(known) if known and len(known) == len(errors) else None

    @property
    def off(self) -> str:
        """The same in words; empty if it is not known."""
        return "" if self.error is None else _("± %(off)s at most") % {"off": tolerance(self.what, self.error)}

    @cached_property
    def shown_hours(self) -> list[int]:
        """The hours that the table shows: from the first to the last one with opening hours or anything to tell."""
        opened = {
            hour % DAY_HOURS
            for day in self.site.hours.week
            for began, ended in day
            for hour in range(began // 60, -(-ended // 60))
        }
        told = [
            hour
            for hour in range(DAY_HOURS)
            if hour in opened or any(cell.amount for cell in self.cells[hour::DAY_HOURS])
        ]
        return list(range(told[0], told[-1] + 1)) if told else list(range(DAY_HOURS))

    @property
    def left_out(self) -> str:
        """Which hours the table leaves out, and why. Empty if none."""
        if len(self.shown_hours) == DAY_HOURS:
            return ""
        first, last = self.shown_hours[0], self.shown_hours[-1] + 1
        times = [f"{began}:00–{ended}:00" for began, ended in ((0, first), (last, DAY_HOURS)) if began < ended]
        words = _("Not shown: %(times)s, with no opening hours and nothing to count.")
        return words % {"times": _(" and ").join(times)}

    @cached_property
    def most(self) -> float:
        """The largest value: that of the darkest ground. Cells that were observed too little have no ground."""
        return max((cell.value or 0.0 for cell in self.cells if cell.enough), default=0.0)


def rows(report: Report) -> list[Row]:
    """The weekdays that the range has, and their means."""
    made = []
    for day in range(WEEK_DAYS):
        cells = report.cells[day * DAY_HOURS : (day + 1) * DAY_HOURS]
        if any(cell.existed for cell in cells):
            made.append(_row(report, str(WEEKDAYS_ABBR[day]), str(WEEKDAYS[day]), cells))
    return made


def means(report: Report) -> Row:
    """The hours of all weekdays."""
    cells = [heat.together(report.cells[hour::DAY_HOURS]) for hour in range(DAY_HOURS)]
    made = _row(report, _("Mean"), _("All days"), cells)
    return made._replace(cells=[cell._replace(classes=_plain(cell.classes)) for cell in made.cells])


def _row(report: Report, name: str, full: str, cells: Sequence[Cell]) -> Row:
    shown = [_shown(report, cells[hour], f"{full} {hour}:00–{hour + 1}:00") for hour in report.shown_hours]
    mean = _shown(report, heat.together(cells), full)
    return Row(name, full, shown, mean._replace(classes=_plain(mean.classes)))


def _plain(classes: str) -> str:
    """Without a ground: a mean is not one of the hours that are compared."""
    return "" if classes.startswith("heat-") else classes


def _shown(report: Report, cell: Cell, name: str) -> Shown:
    if not cell.existed:
        return Shown("", "absent", _("%(name)s: not in these days") % {"name": name})
    if not cell.watched:
        return Shown("", "unseen", _("%(name)s: never observed") % {"name": name})
    text = number(report.what, cell.value)
    off = f" ± {tolerance(report.what, cell.error)}" if cell.error is not None and _tells(cell) else ""
    said = {"name": name, "value": text + off, "share": percent(int(1000 * cell.share) / 1000, 1)}
    title = _("%(name)s: %(value)s, %(share)s observed") % said
    if not cell.enough:
        return Shown(text, "unsure", title)
    return Shown(text, f"heat-{_level(cell.value or 0.0, report.most)}", title)


def _level(value: float, most: float) -> int:
    return min(LEVELS, 1 + int(LEVELS * value / most)) if value and most else 0


def _tells(cell: Cell) -> bool:
    """Whether there is anything to be off: a zero is exact if nothing was seen that may belong to it."""
    return bool(cell.amount) or cell.off != 0


def tolerance(what: str, error: float) -> str:
    """By how much a value can be off, rounded up: "0.03", "0.4", "12"; of occupancy in points, "3 %"."""
    if what == "occupancy":
        return points(error)
    if error < SMALL_ERROR:
        return f"{_up(100 * error) / 100:.2f}"
    return f"{_up(10 * error) / 10:.1f}" if error < LARGE_ERROR else f"{_up(error)}"


def _up(number: float) -> int:
    """Rounded up, but not because of the last bit."""
    return ceil(round(number, 6))


def number(what: str, value: float | None) -> str:
    """A value as cells show it: at most four characters wide, if it is below 1,000."""
    if value is None:
        return NOTHING
    if what == "occupancy":
        return f"{100 * value:.0f} %"
    if 0 < value < 0.05:
        return "<0.1"
    return f"{value:.1f}" if 0 < value < 100 else f"{value:.0f}"
