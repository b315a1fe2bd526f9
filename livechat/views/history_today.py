"""A day, today if none is named, beside the same weekday of the week before."""

from datetime import timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.forms.history import DayFilter
from livechat.models import Site
from livechat.reports import recorded
from livechat.sites.roles import site_required
from livechat.web import exports, today_days, today_export, today_hours, today_report, today_rows
from livechat.web.responses import Request, page
from livechat.web.today_report import Report


@require_safe
@site_required
def today(request: Request, site: Site) -> HttpResponseBase:
    """The figures of a day and of a week before, and who was online by hour. `?format=csv|json`: the same rows."""
    form = DayFilter(request.GET)
    asked = form.asked(site, timezone.now())
    if asked is None:
        return exports.refused(request, form) or page(
            request, "history/today.html", {"nav": "history", "form": form}, status=422
        )
    form.show(asked)
    report = today_days.report(site, asked)
    exported = exports.of(
        request, "today", lambda: today_export.csv_lines(report), lambda: today_export.as_json(report)
    )
    return exported or page(request, "history/today.html", _context(site, form, report))


def _context(site: Site, form: DayFilter, report: Report) -> dict[str, Any]:
    day, rows = report.now.asked.first, today_hours.rows(report)
    return {
        "nav": "history",
        "form": form,
        "report": report,
        "previous": None if recorded.first_day_after(site, report.now.asked.before(1)) else day - timedelta(days=1),
        "next": None if report.today else day + timedelta(days=1),
        "figures": today_report.tiles(report),
        "rows": rows,
        "drawn_rows": today_rows.of(report, rows),
        "online_plot": today_hours.online_plot(report),
        "contacts_plot": today_hours.contacts_plot(report),
    }
