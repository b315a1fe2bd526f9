"""The heat map: what is usual in each hour of the week."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.history import HeatFilter
from livechat.models import Site
from livechat.reports import heat
from livechat.sites.roles import site_required
from livechat.web import exports, heat_export, heat_report, heat_rows, report_words
from livechat.web.heat_report import Report
from livechat.web.responses import Request, page

TEMPLATE = "history/heat.html"


@require_safe
@site_required
def heat_map(request: Request, site: Site) -> HttpResponseBase:
    """Weekday × hour: `?what=` of heat.KINDS, of a team or a department. `?format=csv|json`: the same cells."""
    names = directory_names.of(site)
    form = HeatFilter(request.GET, kinds=heat.KINDS, teams=names.teams, departments=names.listed_departments)
    asked = form.asked(site, timezone.now(), usual=heat.USUAL_DAYS)
    context = {"nav": "history", "form": form, "kinds": heat_report.NAMES}
    if asked is None:
        return exports.refused(request, form) or page(request, TEMPLATE, context, status=422)
    form.show(asked)
    what, team = form.cleaned_data["what"], form.cleaned_data.get("team", "")
    department = form.cleaned_data.get("department")
    runs = heat.looks(site, asked, what)
    cells = heat.of(site, asked, what, runs, team=team, department=UUID(department) if department else None)
    report = Report(site, asked, what, cells, runs, team or (names.department(department) if department else ""))
    exported = exports.of(request, "heat", lambda: heat_export.csv_lines(report), lambda: heat_export.as_json(report))
    if exported:
        return exported
    rows, means = heat_report.rows(report), heat_report.means(report)
    context |= {
        "report": report,
        "presets": report_words.presets(asked),
        "share": report_words.percent(report.whole.share, 1),
        "facts": list(filter(None, (report.off, report_words.pace(report.seen), report_words.days(asked)))),
        "rows": rows,
        "drawn_rows": [(row, heat_rows.cells(row)) for row in rows],
        "means": means,
        "drawn_means": heat_rows.cells(means),
        "scale": range(heat_report.LEVELS + 1),
    }
    return page(request, TEMPLATE, context)
