"""The plots of the queue's past: contacts and waits by hour, by day, or by week."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.reports import plots
from livechat.reports.ranges import MAX_DETAILED_DAYS, Bucket
from livechat.web import queue_report
from livechat.web.queue_report import Part, Report
from livechat.web.report_words import NOTHING

MANY_BARS = 31  # bars: with more only the first days of months have a label, and no bar a number


class Plots(NamedTuple):
    """Contacts, and waits if any are known. `weekly`: each bar is a week."""

    contacts: SafeString
    waits: SafeString | None
    weekly: bool


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A part with its label."""

    part: Part
    label: str


def of(report: Report) -> Plots | None:
    """The plots; None if nobody came."""
    weekly = bool(report.weeks)
    shown = queue_report.used(report.weeks or report.parts)
    if not shown:
        return None
    many = len(shown) > MANY_BARS or weekly
    drawn = [_Drawn(part, _label(report, part.bucket, many=many)) for part in shown]
    described = _("The table below has the same figures.")
    if weekly:
        described = _("Each bar is a week. The table below and its other pages have the days.")
    elif len(report.parts) > MAX_DETAILED_DAYS:
        described = _("The table below and its other pages have the same figures.")
    numbered = len(shown) <= MANY_BARS
    return Plots(
        plots.bars(_("Contacts"), described, [_bar(one, numbered=numbered) for one in drawn]),
        _waits(report, described, drawn, numbered=numbered),
        weekly,
    )


def _label(report: Report, bucket: Bucket, *, many: bool) -> str:
    began = report.asked.local(bucket.began)
    if report.asked.by_hour:
        return str(began.hour)
    if not many:
        return str(began.day)
    last = report.asked.local(bucket.ended - 1)
    return date_format(last, "M") if began.day == 1 or last.month != began.month else ""


def _bar(one: _Drawn, *, numbered: bool) -> plots.Bar:
    queue, seen = one.part.queue, one.part.observed
    number = f"{queue.offered / one.part.days:.0f}" if one.part.known else NOTHING
    parts = (("in-time", queue.in_time), ("later", queue.answered - queue.in_time), ("lost", queue.lost))
    return plots.Bar(
        one.label,
        number if numbered else "",
        tuple((slug, value / one.part.days) for slug, value in parts),
        1 - seen.share if seen.share < 1 else 0.0,
    )


def _waits(report: Report, described: str, drawn: list[_Drawn], *, numbered: bool) -> SafeString | None:
    """Waits, each as high as it is unsure; None if none are known."""
    found = []
    for one in drawn:
        half, most = one.part.queue.percentile(0.5), one.part.queue.percentile(0.9)
        if half and most:
            ranges = [(max(0, value - off) / 1000, (value + off) / 1000) for value, off in (half, most)]
            found.append(plots.Span(one.label, queue_report.wait(most[0]) if numbered else "", ranges[0], ranges[1]))
    return plots.spans(_("Waits"), described, found, float(report.within)) if found else None
