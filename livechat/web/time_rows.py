"""The rows of times in statuses as HTML: templates would take longer for them than for the rest of the page."""

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.lib.markup import fill, join
from livechat.web.row_names import RowNames
from livechat.web.time_table import Line

UNSURE = SafeString(' class="unsure"')
_ROW = '<tr data-row{}>\n<td class="cell-name">{}</td>\n<td class="cell-bar">{}</td>\n{}{}</tr>\n'
_SHARE = '<td class="cell-share" data-label="{}">{}</td>\n'


def of(lines: Iterable[Line], names: RowNames, *, by_day: bool) -> SafeString:
    """The rows as the table shows them."""
    observed, made = _("Observed"), []
    for line in lines:
        name = names.of_day(line.key, line.name) if by_day else names.of(line.name, line.url)
        share = fill(_SHARE, observed, line.share) if by_day else ""
        made.append(fill(_ROW, UNSURE if line.unsure else "", name, line.bar, share, line.cells))
    return join(made)
