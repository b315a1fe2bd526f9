"""The rows of coverage as HTML: templates would take longer for them than for the rest of the page."""

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.lib.markup import fill, join
from livechat.web.coverage_report import Row

UNSURE = SafeString(' class="unsure"')
_FACT = " <small><bdi>{}</bdi></small>"
_ROW = (
    '<tr data-row{}>\n<td class="cell-name"><a href="{}">{}</a>{}</td>\n<td class="cell-strip">{}</td>\n'
    '<td class="cell-number" data-label="{}">{}</td>\n{}</tr>\n'
)
_TIME = '<td class="cell-time" data-label="{}">{} <small>{}</small> <small>{}</small></td>\n'


def of(rows: Iterable[Row]) -> SafeString:
    """The days as the table shows them."""
    names, observed = (_("Nobody online"), _("Uncovered"), _("All full")), _("Observed")
    made = []
    for row in rows:
        facts = join(fill(_FACT, fact) for fact in row.facts)
        times = join(
            fill(_TIME, name, *told) for name, told in zip(names, (row.nobody, row.uncovered, row.full), strict=True)
        )
        made.append(
            fill(_ROW, UNSURE if row.unsure else "", row.url, row.name, facts, row.strip, observed, row.share, times)
        )
    return join(made)
