"""Whether somebody was there while the site was open."""

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.forms.history import RangeFilter
from livechat.models import Site
from livechat.reports.coverage import Covered
from livechat.sites.roles import site_required
from livechat.web import coverage_export, coverage_report, exports, report_words
from livechat.web.coverage_report import Report
from livechat.web.coverage_strips import CoverageStrips
from livechat.web.responses import Request, page

TEMPLATE = "history/coverage.html"
USUAL_DAYS = 7


@require_safe
@site_required
def coverage(request: Request, site: Site) -> HttpResponseBase:
    """When nobody was online, and when somebody waited meanwhile, day by day. `?format=csv|json`: the same rows."""
    form = RangeFilter(request.GET)
    asked = form.asked(site, timezone.now(), usual=USUAL_DAYS)
    if asked is None:
        return exports.refused(request, form) or page(request, TEMPLATE, {"nav": "history", "form": form}, status=422)
    form.show(asked)
    report = Report(site, Covered(site, asked))
    exported = exports.of(
        request,
        "coverage",
        lambda: coverage_export.csv_lines(report),
        lambda: coverage_export.as_json(report),
    )
    if exported:
        return exported
    strips = CoverageStrips(asked.zone, entered=report.entered)
    context = {
        "nav": "history",
        "form": form,
        "report": report,
        "presets": report_words.presets(asked),
        "figures": coverage_report.tiles(report),
        "rows": coverage_report.rows(report, strips),
        "head": strips.head(report.days[0]),
        "legend": strips.legend(),
    }
    return page(request, TEMPLATE, context)
