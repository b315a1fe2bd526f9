"""The past of the queue, and what its words mean."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.history import QueueFilter
from livechat.models import Site
from livechat.reports.ranges import MAX_DAYS, MAX_DETAILED_DAYS
from livechat.sites.roles import site_required
from livechat.web import exports, queue_export, queue_parts, queue_plots, queue_report, report_words
from livechat.web.queue_report import Report
from livechat.web.responses import Request, page, page_of


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
    report = queue_parts.report(site, asked, values["department"], values["within"] * 1000)
    exported = exports.of(
        request, "queue", lambda: queue_export.csv_lines(report), lambda: queue_export.as_json(report)
    )
    return exported or page(request, "history/queue.html", _context(request, form, report))


def _context(request: Request, form: QueueFilter, report: Report) -> dict[str, Any]:
    page_obj = page_of(request, queue_report.shown(report), MAX_DETAILED_DAYS)
    return {
        "nav": "history",
        "form": form,
        "report": report,
        "presets": report_words.presets(report.asked),
        "figures": queue_report.tiles(report),
        "page_obj": page_obj,
        "rows": queue_report.rows(report, page_obj.object_list),
        "plots": queue_plots.of(report),
    }


@require_safe
def about(request: Request) -> HttpResponse:
    """What each word of the pages of the past means."""
    return page(request, "history/about.html", {"nav": "history", "max_days": MAX_DAYS})
