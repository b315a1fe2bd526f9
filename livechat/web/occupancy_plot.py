"""The occupancy of days or of hours of the day as a plot."""

from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.forms import history_sums
from livechat.reports import plots
from livechat.web.occupancy_report import Report, Row
from livechat.web.responses import ROWS_PER_PAGE

MANY_BARS = 31  # bars: with more only the first days of months have a label, and no bar a number
KINDS = (history_sums.DAY, history_sums.HOUR)


def plot(report: Report) -> tuple[str, SafeString] | None:
    """What is drawn, and the plot: occupancy, or the busy share if no places are known. None without either."""
    placed = report.whole.occupancy is not None
    if report.by not in KINDS or (not placed and report.whole.busy_share is None):
        return None
    title = _("Occupancy") if placed else _("Busy share")
    many = len(report.rows) > MANY_BARS
    described = _("The table below has the same figures.")
    if len(report.rows) > ROWS_PER_PAGE:
        described = _("The table below and its other pages have the same figures.")
    found = [_bar(row, row.load.occupancy if placed else row.load.busy_share, many=many) for row in report.rows]
    return title, plots.bars(title, described, found)


def _bar(row: Row, value: float | None, *, many: bool) -> plots.Bar:
    seen = row.seen
    unsure = seen is not None and not seen.enough
    total = "" if value is None or many else f"{100 * value:.0f}"
    label = row.tick if not many else date_format(date.fromisoformat(row.key), "M") if row.tick == "1" else ""
    missing = 1 - seen.share if seen and seen.share < 1 else 0.0
    return plots.Bar(label, total, (("later" if unsure else "in-time", value or 0.0),), missing)
