"""The rows of a day's hours as HTML: templates would take longer for them than for the rest of the page."""

from collections.abc import Iterable

from django.utils.safestring import SafeString

from livechat.lib.markup import fill, join
from livechat.web import today_hours
from livechat.web.today_report import Report, Told

_ROW = '<tr data-row>\n<td class="cell-name">{}</td>\n{}{}</tr>\n'
_CELL = '<td class="cell-number{}{}" data-label="{}">{}{}</td>\n'
_SHARE = " <small>{}</small>"


def of(report: Report) -> SafeString:
    """The hours as the table shows them: of the day, and beside them those of the week before."""
    return join(
        fill(_ROW, row.label, _cells(row.now), _cells(row.before, report.before.name))
        for row in today_hours.rows(report)
    )


def _cells(cells: Iterable[tuple[str, Told]], beside: str = "") -> SafeString:
    """The cells of an hour. `beside`: the day of the week before, which stands in front of its first cell."""
    made = []
    for label, told in cells:
        share = fill(_SHARE, told.share) if told.share else ""
        first = beside and not made
        words = f"{beside}: {label}" if first else label
        made.append(fill(_CELL, " unsure" if told.grey else "", " beside" if first else "", words, told.value, share))
    return join(made)
