"""The page of a day: when each agent was on. It is for those who may see single agents' times."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.history import TeamDayFilter
from livechat.models import Site
from livechat.reports import observed, recorded
from livechat.reports.ranges import Range
from livechat.sites.roles import agent_times_required
from livechat.web import day_export, day_report, day_rows, exports, report_words
from livechat.web.day_report import DayReport
from livechat.web.day_strips import DayStrips
from livechat.web.responses import Request, page, page_of

TEMPLATE = "history/day.html"


@require_safe
@agent_times_required
def day_history(request: Request, site: Site) -> HttpResponseBase:
    """A day's agents as strips with totals. `?format=csv|json`: the same rows, of all pages."""
    names = directory_names.of(site)
    form = TeamDayFilter(request.GET, teams=names.teams)
    asked = form.asked(site, timezone.now())
    if asked is None:
        return exports.refused(request, form) or page(
            request, TEMPLATE, {"nav": "history", "form": form, "first_day": form.first_day}, status=422
        )
    form.show(asked)
    told = partial(day_report.of, site, asked, form.cleaned_data["team"], names)
    exported = exports.of(request, "day", lambda: day_export.csv_lines(told()), lambda: day_export.as_json(told()))
    if exported:
        return exported
    report = told(lambda lines: list(page_of(request, lines)))
    context = {"nav": "history", "form": form} | _context(site, report) | _table(request, report)
    if not report.observed.share:
        context["first_day"] = _first_day(site, asked)
    return page(request, TEMPLATE, context)


def _context(site: Site, report: DayReport) -> dict[str, Any]:
    today = report.asked.now.astimezone(report.asked.zone).date()
    day = report.asked.first
    facts = (
        report_words.opening(report.observed),
        report_words.pace(report.observed),
        day_report.gaps_words(report) if report.observed.share else "",
        report_words.days(report.asked),
        day_report.until_words(report),
    )
    return {
        "report": report,
        "observed": report_words.observed(report.observed),
        "facts": [fact for fact in facts if fact],
        "before": None if recorded.first_day_after(site, report.asked.before(1)) else day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "today": today,
        "noon": f"{day}T12:00",
    }


def _table(request: Request, report: DayReport) -> dict[str, Any]:
    """A page of the table; nothing if nobody was on."""
    if not report.lines:
        return {}
    page_obj = page_of(request, report.lines)
    drawn = DayStrips(report)
    groups = day_report.groups(report, page_obj.object_list)
    for group in groups:
        group["rows"] = day_rows.of(report, drawn, group["lines"])
    return {"page_obj": page_obj, "head": drawn.head, "groups": groups, "legend": drawn.styles.legend()}


def _first_day(site: Site, asked: Range) -> date | None:
    """The first day of which single times are kept, if it is later than the day that is shown."""
    began = observed.details_since(site, "agents")
    found = None if began is None else asked.local(began).date()
    if began is not None and found == asked.first and began == site.details_since:
        found += timedelta(days=1)  # of this day a part is deleted
    return found if found and found > asked.first else None
