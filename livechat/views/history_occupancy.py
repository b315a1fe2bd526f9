"""How busy agents were: by team, day, hour of the day, or agent."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.history_sums import AGENT, DAY, HOUR, TEAM, SumsFilter
from livechat.models import Site
from livechat.sites.roles import site_required
from livechat.views.history_time import refuse_single_agents
from livechat.web import exports, occupancy_export, occupancy_plot, occupancy_report, occupancy_rows, report_words
from livechat.web.occupancy_report import Report
from livechat.web.responses import Request, page, page_of
from livechat.web.row_names import RowNames

TEMPLATE = "history/occupancy.html"


@require_safe
@site_required
def occupancy(request: Request, site: Site) -> HttpResponseBase:
    """Occupancy, busy share, concurrency. `?format=csv|json`: the same rows, of all pages.

    Those of agents are for those who may see them.
    """
    refuse_single_agents(request)
    names = directory_names.of(site)
    kinds = [DAY, HOUR, TEAM, *([AGENT] if request.seat.sees_agent_times else [])]
    form = SumsFilter(request.GET, kinds=kinds, teams=names.teams)
    asked = form.asked(site, timezone.now())
    if asked is None:
        return exports.refused(request, form) or page(request, TEMPLATE, {"nav": "history", "form": form}, status=422)
    form.show(asked)
    report = occupancy_report.of(site, asked, form.cleaned_data["by"], form.cleaned_data["team"], names)
    rows_as = exports.of(
        request, "occupancy", lambda: occupancy_export.csv_lines(report), lambda: occupancy_export.as_json(report)
    )
    if rows_as:
        return rows_as
    return page(request, TEMPLATE, {"form": form} | _context(request, report))


def _context(request: Request, report: Report) -> dict[str, Any]:
    page_obj = page_of(request, report.rows[::-1] if report.by == DAY else report.rows)
    rows = list(page_obj.object_list)
    names = RowNames(request.GET, agent_times=request.seat.sees_agent_times)
    return {
        "nav": "history",
        "report": report,
        "facts": report_words.facts(report.seen, report.asked),
        "observed": report_words.observed(report.seen),
        "presets": report_words.presets(report.asked),
        "figures": occupancy_report.figures(report.whole),
        "plot": occupancy_plot.plot(report),
        "page_obj": page_obj,
        "with_shares": any(row.seen for row in rows),
        "rows": occupancy_rows.of(report, rows, names),
    }
