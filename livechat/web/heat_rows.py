"""The cells of a heat map as HTML: templates would take longer for them than for the rest of the page."""

from django.utils.safestring import SafeString

from livechat.lib.markup import fill, join
from livechat.web.heat_report import Row

_CELL = '<td class="{}" title="{}"><span>{}</span></td>'
_MEAN = '<td class="mean {}" title="{}"><span>{}</span></td>'


def cells(row: Row) -> SafeString:
    """The hours of a weekday, or of all of them, and their mean."""
    hours = (fill(_CELL, cell.classes, cell.title, cell.text) for cell in row.cells)
    return join([*hours, fill(_MEAN, row.mean.classes, row.mean.title, row.mean.text)])
