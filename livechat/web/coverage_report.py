"""When nobody was online while the site was open, in words: figures and a row for each day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livechat.lib import opening_hours
from livechat.lib.durations import duration
from livechat.lib.epoch import DAY_MS, HOUR_MS, SECOND_MS
from livechat.lib.opening_hours import OpeningHours
from livechat.models import Site
from livechat.reports.coverage import Coverage, Covered, Spells
from livechat.web import report_words
from livechat.web.coverage_strips import CoverageStrips
from livechat.web.day_report import hours
from livechat.web.report_words import NOTHING, UNITS, percent


class Told(NamedTuple):
    """How long something lasted inside the opening hours, how sure and how often that was, and how long outside."""

    value: str
    often: str = ""
    outside: str = ""


class Row(NamedTuple):
    """A day as the table shows it. `facts`: its opening hours, its holiday, and its length if that is not usual."""

    name: str
    url: str
    facts: list[str]
    strip: SafeString
    share: str
    unsure: bool
    nobody: Told
    uncovered: Told
    full: Told


@dataclass(frozen=True)
class Report:
    """A range of days with how each was covered."""

    site: Site
    covered: Covered

    @cached_property
    def whole(self) -> Coverage:
        """The range as one."""
        return self.covered.whole

    @cached_property
    def days(self) -> list[Coverage]:
        """Each of its days."""
        return [self.covered.day(date) for date in self.covered.dates]

    @cached_property
    def hours(self) -> OpeningHours:
        """The site's opening hours."""
        return self.site.hours

    @property
    def entered(self) -> bool:
        """Whether opening hours are entered."""
        return self.covered.entered is not None

    @property
    def words(self) -> list[str]:
        """What stands behind the observed share."""
        seen, days = self.whole.seen, report_words.days(self.covered.asked)
        return [fact for fact in (report_words.opening(seen), report_words.pace(seen), days) if fact]

    @property
    def observed(self) -> str:
        """How much of the time both lists were watched."""
        return report_words.observed(self.whole.seen)


def tiles(report: Report) -> list[tuple[str, str, Told]]:
    """The figures above the table: name, the anchor of its definition, and what is told."""
    whole = report.whole
    open_ms = sum(ended - began for began, ended in whole.hours)
    found = [(_("Open"), "hours", Told(_time(open_ms)))] if report.entered else []
    return [
        *found,
        (_("Nobody online"), "nobody", told_of(report, whole, whole.nobody)),
        (_("Uncovered"), "uncovered", told_of(report, whole, whole.uncovered)),
        (_("All full"), "all-full", told_of(report, whole, whole.full)),
    ]


def told_of(report: Report, part: Coverage, spells: Spells) -> Told:
    """What is told of times of one kind. If a time was not observed at all, nothing is told: that is not zero."""
    if not report_words.known(part.seen):
        return Told(NOTHING)
    outside = ""
    if report.entered and spells.lasted_outside >= SECOND_MS:
        outside = _("outside %(time)s") % {"time": _unbroken(spells.lasted_outside)}
    if not spells.inside:
        return Told(_("none"), "", outside)
    times = ngettext("%(n)d time", "%(n)d times", len(spells.inside)) % {"n": len(spells.inside)}
    longest = _("longest ≥ %(time)s") % {"time": _unbroken(spells.longest)}
    sure = "" if spells.lasted_off is None else f"{_off(spells.lasted_off)}, "
    return Told(_time(spells.lasted), f"{sure}{times}, {longest}", outside)


def _off(ms: int) -> str:
    return f"± {duration(ceil(ms / SECOND_MS), UNITS)}".replace(" ", "\N{NO-BREAK SPACE}")


def _time(ms: int) -> str:
    return hours(ms // SECOND_MS)


def _unbroken(ms: int) -> str:
    """A time within words, in one line."""
    return _time(ms).replace(" ", "\N{NO-BREAK SPACE}")


def rows(report: Report, strips: CoverageStrips, dates: Iterable[date]) -> list[Row]:
    """Days as the table shows them."""
    asked, made = report.covered.asked, []
    for one in dates:
        day = report.covered.day(one)
        name = date_format(one, "D j M" if asked.first.year == asked.last.year else "D j M Y")
        nobody, uncovered, full = (told_of(report, day, spells) for spells in (day.nobody, day.uncovered, day.full))
        said = _("%(day)s: nobody online %(nobody)s, uncovered %(uncovered)s, all full %(full)s") % {
            "day": name,
            "nobody": nobody.value,
            "uncovered": uncovered.value,
            "full": full.value,
        }
        url = f"{reverse('history')}?day={one.isoformat()}"
        share = percent(int(1000 * day.seen.counted) / 1000, 1)
        drawn = strips.strip(day, said)
        made.append(Row(name, url, _facts(report, day), drawn, share, not day.seen.enough, nobody, uncovered, full))
    return made


def _facts(report: Report, day: Coverage) -> list[str]:
    site_hours, date = report.hours, report.covered.asked.local(day.began).date()
    found = []
    if report.entered:
        found.append(opening_hours.day_text(site_hours.of_day(date)) or _("closed"))
    if date in site_hours.holidays:
        found.append(site_hours.holidays[date] or _("holiday"))
    if day.until - day.began != DAY_MS:
        found.append(_("%(hours)s hours long") % {"hours": f"{(day.until - day.began) / HOUR_MS:g}"})
    return found
