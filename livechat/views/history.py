"""The past of the queue, and what its words mean."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.history import QueueFilter
from livechat.lib import csv_tables
from livechat.models import Site
from livechat.reports import observed, opening, queue, ranges
from livechat.reports.ranges import Range
from livechat.sites.roles import site_required
from livechat.web import queue_export, queue_report, report_words
from livechat.web.queue_report import Figures, Part, Report
from livechat.web.responses import Request, page


@require_safe
@site_required
def queue_history(request: Request, site: Site) -> HttpResponseBase:
    """Who asked for a chat, who was answered and lost, and how long they waited. `?format=csv|json`: the same rows."""
    names = directory_names.of(site)
    listed = sorted(((key, names.department(key)) for key in names.departments), key=lambda pair: pair[1].casefold())
    form = QueueFilter(request.GET, departments=listed)
    asked = form.asked(ZoneInfo(site.time_zone), timezone.now())
    if asked is None:
        return page(request, "history/queue.html", {"nav": "history", "form": form}, status=422)
    form.show(asked)
    values = form.cleaned_data
    report = _report(site, asked, values["department"], values["within"] * 1000)
    if request.GET.get("format") == "csv":
        return csv_tables.answer("queue", queue_export.CSV_HEAD, queue_export.csv_rows(report))
    if request.GET.get("format") == "json":
        return JsonResponse(queue_export.as_json(report))
    return page(request, "history/queue.html", _context(form, report) | {"presets": report_words.presets(asked)})


def _report(site: Site, asked: Range, department: str, within: int) -> Report:
    """The figures of a range and of its parts, and those of the same weekdays before."""
    chosen = UUID(department) if department else None
    rows = queue.contacts(site, asked.began, asked.ended, chosen)
    runs, hours = (
        observed.runs(site, "visitors", asked.began, asked.ended),
        opening.times(site, asked.began, asked.ended),
    )
    parts = [
        Part(
            bucket,
            queue.of((row for row in rows if bucket.began <= row.began < bucket.ended), within),
            observed.of(runs, bucket.began, bucket.ended, None if asked.by_hour else hours),
        )
        for bucket in asked.buckets()
    ]
    earlier = asked.before(7 * (1 + (asked.last - asked.first).days // 7))
    span = earlier.began, earlier.ended
    before = Figures(
        queue.of(queue.contacts(site, *span, chosen), within),
        observed.of(observed.runs(site, "visitors", *span), *span, opening.times(site, *span)),
    )
    now = Figures(queue.of(rows, within), observed.of(runs, asked.began, asked.ended, hours))
    return Report(asked, now, before, parts)


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
