"""The past of the queue, and what its words mean."""

from bisect import bisect_right
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.history import QueueFilter
from livechat.models import Site
from livechat.reports import observed, opening, queue_sums, ranges, tallies
from livechat.reports.queue import Queue
from livechat.reports.queue_sums import HourCounts
from livechat.reports.ranges import Bucket, Range
from livechat.reports.tallies import Tally
from livechat.sites.roles import site_required
from livechat.web import exports, queue_export, queue_report, report_words
from livechat.web.queue_report import Figures, Part, Report
from livechat.web.responses import Request, page


@require_safe
@site_required
def queue_history(request: Request, site: Site) -> HttpResponseBase:
    """How many asked for a chat, were answered or lost, and how long they waited. `?format=csv|json`: the same rows."""
    names = directory_names.of(site)
    form = QueueFilter(request.GET, departments=names.listed_departments, usual_seconds=site.level_seconds)
    asked = form.asked(site, timezone.now())
    if asked is None:
        return exports.refused(request, form) or page(
            request, "history/queue.html", {"nav": "history", "form": form}, status=422
        )
    form.show(asked)
    values = form.cleaned_data
    report = _report(site, asked, values["department"], values["within"] * 1000)
    exported = exports.of(
        request, "queue", lambda: queue_export.csv_lines(report), lambda: queue_export.as_json(report)
    )
    return exported or page(
        request, "history/queue.html", _context(form, report) | {"presets": report_words.presets(asked)}
    )


def _report(site: Site, asked: Range, department: str, within: int) -> Report:
    """The figures of a range and of its parts, and those of the same weekdays before."""
    chosen, told = UUID(department) if department else None, partial(Queue, within, list_age=site.list_age_ms)
    summed = asked.by_hour and asked.began < (site.details_since or 0)
    by_part = _by_day if not asked.by_hour else _by_hour_of_sums if summed else _by_hour
    tallies_of = by_part(site, asked, chosen)
    runs = observed.runs(site, "visitors", asked.began, asked.ended)
    hours = opening.times(site, asked.began, asked.ended)
    parts = [
        Part(
            told(tally),
            observed.of(runs, bucket.began, bucket.ended, None if asked.by_hour else hours),
            bucket,
        )
        for bucket, tally in tallies_of
    ]
    earlier = asked.before(7 * (1 + (asked.last - asked.first).days // 7))
    span = earlier.began, earlier.ended
    seen = observed.runs(site, "visitors", *span)
    if not earlier.is_over:  # its last day is counted one by one
        seen = observed.detailed(site, seen)
    before = Figures(
        told(_whole(site, earlier, chosen)),
        observed.of(seen, *span, opening.times(site, *span)),
    )
    whole = _whole(site, asked, chosen, with_waits=True) if summed else tallies.merged(one for _, one in tallies_of)
    now = Figures(told(whole), observed.of(runs, asked.began, asked.ended, hours))
    return Report(asked, now, before, parts, summed=summed)


def _by_hour(site: Site, asked: Range, department: UUID | None) -> list[tuple[Bucket, Tally]]:
    """Each hour of a day with its contacts."""
    buckets = list(asked.buckets())
    starts, made = [bucket.began for bucket in buckets], [Tally() for _ in buckets]
    for row in tallies.contacts(site, asked.began, asked.ended, department):
        made[bisect_right(starts, row.began) - 1].count(row)
    return list(zip(buckets, made, strict=True))


def _by_hour_of_sums(site: Site, asked: Range, department: UUID | None) -> list[tuple[Bucket, Tally]]:
    """Each hour of a day whose details are deleted: how many contacts it had. Waits are kept by day alone."""
    hours = queue_sums.by_hour(site, asked, list, department)
    found = ((bucket, hours.get(bucket.began, HourCounts())) for bucket in asked.buckets())
    return [(bucket, Tally(one.answered, one.lost, one.unknown)) for bucket, one in found]


def _by_day(site: Site, asked: Range, department: UUID | None) -> list[tuple[Bucket, Tally]]:
    """Each day with its contacts."""
    days = queue_sums.by_day(site, asked, department)
    return [(bucket, days.get(asked.local(bucket.began).date(), Tally())) for bucket in asked.buckets()]


def _whole(site: Site, asked: Range, department: UUID | None, *, with_waits: bool = False) -> Tally:
    """How many contacts a range had. Those of its last day are counted one by one if it ends at a time of day."""
    last, made = ranges.midnight(asked.last, asked.zone), Tally()
    if not asked.is_over:
        made = tallies.of(tallies.contacts(site, last, asked.ended, department))
        asked = replace(asked, last=asked.last - timedelta(days=1))
    if asked.first <= asked.last:
        made.add(tallies.merged(queue_sums.by_day(site, asked, department, with_waits=with_waits).values()))
    return made


def _context(form: QueueFilter, report: Report) -> dict[str, Any]:
    return {
        "nav": "history",
        "form": form,
        "report": report,
        "figures": queue_report.tiles(report),
        "rows": queue_report.rows(report),
        "contacts_plot": queue_report.contacts_plot(report),
        "waits_plot": queue_report.waits_plot(report),
    }


@require_safe
def about(request: Request) -> HttpResponse:
    """What each word of the pages of the past means."""
    days = {"max_days": ranges.MAX_DAYS, "max_days_of_sums": ranges.MAX_DAYS_OF_SUMS}
    return page(request, "history/about.html", {"nav": "history"} | days)
