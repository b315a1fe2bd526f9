"""The rows of occupancy as HTML: templates would take longer for them than for the rest of the page."""

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.lib.markup import fill, join
from livechat.web import occupancy_report, report_words
from livechat.web.occupancy_report import Report, Row
from livechat.web.row_names import RowNames

UNSURE = SafeString(' class="unsure"')
_ROW = '<tr data-row{}>\n<td class="cell-name">{}</td>\n{}{}</tr>\n'
_NUMBER = '<td class="cell-number" data-label="{}">{}{}</td>\n'
_SURE = " <small>{}</small>"


def of(report: Report, rows: Iterable[Row], names: RowNames) -> SafeString:
    """The rows as the table shows them."""
    observed, made = _("Observed"), []
    for row in rows:
        seen = row.seen or report.seen
        share = fill(_NUMBER, observed, report_words.share(seen), "") if row.seen else ""
        cells = join(
            fill(_NUMBER, one.name, one.value, fill(_SURE, one.sure) if one.sure else "")
            for one in occupancy_report.figures(row.load)
        )
        name = names.of_day(row.key, row.name) if row.day else names.of(row.name, row.url)
        made.append(fill(_ROW, "" if seen.enough else UNSURE, name, share, cells))
    return join(made)
