"""How long agents were in which status: by agent, by team or by day."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.history_sums import AGENT, DAY, TEAM, SumsFilter
from livechat.models import Site
from livechat.record import known_numbers
from livechat.sites.roles import NO_AGENT_TIMES, site_required
from livechat.web import exports, report_words, time_export, time_report, time_rows, time_table
from livechat.web.responses import Request, page, page_of
from livechat.web.row_names import RowNames
from livechat.web.time_report import Report

TEMPLATE = "history/time.html"


@require_safe
@site_required
def time_history(request: Request, site: Site) -> HttpResponseBase:
    """Times in statuses. `?format=csv|json`: the same rows, of all pages. Agents' are for those who may see them."""
    refuse_single_agents(request)
    names = directory_names.of(site)
    sorts = time_table.sorts(known_numbers.all_statuses(site.pk).values())
    kinds = [AGENT, TEAM, DAY] if request.seat.sees_agent_times else [TEAM, DAY]
    form = SumsFilter(request.GET, kinds=kinds, teams=names.teams, sorts=sorts)
    asked = form.asked(site, timezone.now())
    if asked is None:
        return exports.refused(request, form) or page(request, TEMPLATE, {"nav": "history", "form": form}, status=422)
    form.show(asked)
    values = form.cleaned_data
    report = time_report.of(site, asked, values["by"], values["team"], names)
    rows = time_table.ordered(report, values["sort"])
    rows_as = exports.of(
        request, "time", lambda: time_export.csv_lines(report, rows), lambda: time_export.as_json(report, rows)
    )
    if rows_as:
        return rows_as
    page_obj = page_of(request, rows)
    lines = list(time_table.lines(report, page_obj.object_list))
    row_names = RowNames(request.GET, agent_times=request.seat.sees_agent_times)
    context = {
        "form": form,
        "page_obj": page_obj,
        "sorts": time_table.heads(report, values["sort"]),
        "lines": lines,
        "rows": time_rows.of(lines, row_names, by_day=report.by == DAY),
        "whole": time_table.cells(report, report.whole),
    }
    return page(request, TEMPLATE, context | _context(report))


def refuse_single_agents(request: Request) -> None:
    """Refuse to tell single agents' times to those who may not see them. Raises PermissionDenied."""
    if request.GET.get("by") == AGENT and not request.seat.sees_agent_times:
        raise PermissionDenied(NO_AGENT_TIMES)


def _context(report: Report) -> dict[str, Any]:
    return {
        "nav": "history",
        "report": report,
        "facts": report_words.facts(report.seen, report.asked),
        "observed": report_words.observed(report.seen),
        "presets": report_words.presets(report.asked),
        "legend": time_table.legend(report),
        "by_day": report.by == DAY,
        "many": len(report.statuses) + (report.by == DAY) >= time_table.MANY_COLUMNS,
    }
