"""Whether somebody was there while the site was open."""

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.forms.history import RangeFilter
from livechat.models import Site
from livechat.reports.coverage import Covered
from livechat.reports.ranges import MAX_DETAILED_DAYS
from livechat.sites.roles import site_required
from livechat.web import coverage_export, coverage_report, coverage_rows, exports, report_words
from livechat.web.coverage_report import Report
from livechat.web.coverage_strips import CoverageStrips
from livechat.web.responses import Request, page, page_of

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
    page_obj = page_of(request, report.covered.dates[::-1], MAX_DETAILED_DAYS)
    context = {
        "nav": "history",
        "form": form,
        "report": report,
        "presets": report_words.presets(asked),
        "figures": coverage_report.tiles(report),
        "page_obj": page_obj,
        "days": (days := coverage_report.rows(report, strips, page_obj.object_list)),
        "rows": coverage_rows.of(days),
        "head": strips.head(report.covered.day(page_obj.object_list[-1])),
        "legend": strips.legend(),
    }
    return page(request, TEMPLATE, context)
