"""An agent's days: for those who may see single agents' times."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.history import RangeFilter
from livechat.models import Site
from livechat.sites.roles import agent_times_required
from livechat.web import agent_days, agent_days_export, agent_days_rows, exports, report_words
from livechat.web.agent_days import Report
from livechat.web.agent_days_table import Table
from livechat.web.responses import Request, page, page_of

TEMPLATE = "history/agent.html"
USUAL_DAYS = 7


@require_safe
@agent_times_required
def agent_history(request: Request, site: Site, agent_id: UUID) -> HttpResponseBase:
    """A row for each day, with a strip if details are read. `?format=csv|json`: the same rows, of all pages."""
    get_object_or_404(site.agents, agent_id=agent_id)
    names = directory_names.of(site)
    about = {"nav": "history", "id": str(agent_id), "name": names.agent(str(agent_id))}
    form = RangeFilter(request.GET)
    asked = form.asked(site, timezone.now(), usual=USUAL_DAYS)
    if asked is None:
        return exports.refused(request, form) or page(request, TEMPLATE, about | {"form": form}, status=422)
    form.show(asked)
    report = agent_days.of(site, asked, agent_id, names)
    rows_as = exports.of(
        request, "days", lambda: agent_days_export.csv_lines(report), lambda: agent_days_export.as_json(report)
    )
    if rows_as:
        return rows_as
    return page(request, TEMPLATE, about | {"form": form} | _context(request, report))


def _context(request: Request, report: Report) -> dict[str, Any]:
    table, page_obj = Table(report), page_of(request, report.days[::-1])
    lines, whole = [table.line(day) for day in page_obj.object_list], table.whole
    return {
        "report": report,
        "facts": report_words.facts(report.seen, report.asked),
        "observed": report_words.observed(report.seen),
        "presets": report_words.presets(report.asked),
        "head": table.head,
        "page_obj": page_obj,
        "lines": lines,
        "rows": agent_days_rows.of(report, lines, request.GET),
        "whole": whole,
        "whole_figures": agent_days_rows.figures(whole),
        "legend": table.legend,
    }
