"""The rows of a day's hours as HTML: templates would take longer for them than for the rest of the page."""

from collections.abc import Iterable

from django.utils.safestring import SafeString

from livechat.lib.markup import fill, join
from livechat.web.report_words import Told
from livechat.web.today_hours import Row
from livechat.web.today_report import Report

_ROW = '<tr data-row>\n<td class="cell-name">{}</td>\n{}{}</tr>\n'
_CELL = '<td class="cell-number{}{}" data-label="{}">{}{}</td>\n'
_SHARE = " <small>{}</small>"


def of(report: Report, rows: Iterable[Row]) -> SafeString:
    """The hours as the table shows them: of the day, and beside them those of the week before."""
    before = report.before.name
    return join(fill(_ROW, row.label, _cells(row.now), _cells(row.before, before)) for row in rows)


def _cells(cells: Iterable[tuple[str, Told]], beside: str = "") -> SafeString:
    """The cells of an hour. `beside`: the day of the week before, which stands in front of its first cell."""
    made: list[SafeString] = []
    for label, told in cells:
        share = fill(_SHARE, told.share) if told.share else ""
        first = beside and not made
        words = f"{beside}: {label}" if first else label
        made.append(fill(_CELL, " unsure" if told.grey else "", " beside" if first else "", words, told.value, share))
    return join(made)
