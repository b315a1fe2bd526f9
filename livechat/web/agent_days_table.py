"""An agent's days as a table: a strip for each of them, all of one scale, and their figures in words."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from livechat.lib.epoch import milliseconds
from livechat.reports import ranges, strips
from livechat.reports.ranges import Range
from livechat.reports.strips import Grounds, Scale
from livechat.web import day_report, day_strips, occupancy_report, report_words, strip_styles, time_report
from livechat.web.agent_days import Day, Report
from livechat.web.day_report import DayReport
from livechat.web.day_strips import DayStrips
from livechat.web.occupancy_report import Figure
from livechat.web.report_words import NOTHING
from livechat.web.strip_styles import StripStyles

USUAL_HOURS = (8, 18)


class Line(NamedTuple):
    """A day as the table shows it. `away`: each kind with its time. `figures`: busy share and concurrency."""

    name: str
    key: str
    strip: SafeString | str
    share: str
    unsure: bool
    first: str
    last: str
    online: tuple[str, str]
    away: list[tuple[str, str, str]]
    figures: list[Figure]


class Table:
    """The days of a report. `legend` is complete when the lines are made."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._hours = _hours(day.report for day in report.days if day.report)
        lines = [line for day in report.days if day.report for line in day.report.lines]
        self._styles = StripStyles(report.names, (*report.whole.seen_times, *day_strips.statuses(lines)))
        self._grounds = Grounds(day_strips.GROUND)

    @property
    def head(self) -> SafeString | str:
        """The numbers of the hours above the strips. Of a longer or shorter day the lines stand elsewhere."""
        newest = next((day.report for day in reversed(self.report.days) if day.report), None)
        if newest is None:
            return ""
        drawn = self._drawn(newest)
        return strips.hours(drawn.scale, drawn.ticks)

    @property
    def whole(self) -> Line:
        """All days together."""
        return self.line(self.report.whole)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """What the colours of the strips mean."""
        return self._styles.legend() if self.report.detailed else []

    def line(self, day: Day) -> Line:
        """A day in words."""
        on, report = day.online_pieces, day.report
        return Line(
            date_format(day.date, "D j M Y"),
            day.date.isoformat(),
            self._strip(report) if report else "",
            report_words.share(day.seen),
            not day.seen.enough,
            day_report.began(report, on[0]) if report and on else NOTHING,
            day_report.ended(report, on[-1]) if report and on else NOTHING,
            time_report.words(day.online),
            [(strip_styles.label(status), *time_report.words(one)) for status, one in day.away.items()],
            occupancy_report.figures(day.load)[1:],
        )

    def _strip(self, report: DayReport) -> SafeString:
        drawn = self._drawn(report)
        return drawn.ground + drawn.strip(report.lines[0])

    def _drawn(self, report: DayReport) -> DayStrips:
        asked, day = report.asked, report.asked.first
        began, ended = (_instant(asked, day, hour) for hour in self._hours)
        return DayStrips(report, Scale(began, ended), self._styles, self._grounds)


def _instant(asked: Range, day: date, hour: int) -> int:
    """When an hour of a day begins on the clock; 24: when the day ends."""
    if hour == day_strips.HOURS:
        return ranges.midnight(day + timedelta(days=1), asked.zone)
    return milliseconds(datetime.combine(day, time(hour), asked.zone))


def _hours(reports: Iterable[DayReport]) -> tuple[int, int]:
    """From the first to the last hour of the clock in which the agent was on, on any of the days."""
    found = [(report.asked, report.lines[0].on) for report in reports if report.lines[0].on]
    if not found:
        return USUAL_HOURS
    return (
        min(asked.local(on[0].began).hour for asked, on in found),
        max(asked.local(on[-1].ended - 1).hour + 1 for asked, on in found),
    )
