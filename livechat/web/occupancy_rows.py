"""The rows of occupancy as HTML: templates would take longer for them than for the rest of the page."""

from collections.abc import Iterable

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.forms.history_sums import DAY
from livechat.lib.markup import fill, join
from livechat.web import occupancy_report, report_words
from livechat.web.occupancy_report import Report, Row

UNSURE = SafeString(' class="unsure"')
_ROW = '<tr data-row{}>\n<td class="cell-name">{}</td>\n{}{}</tr>\n'
_NUMBER = '<td class="cell-number" data-label="{}">{}</td>\n'
_DAY, _AGENT, _PLAIN = '<a href="{}?{}">{}</a>', '<a href="{}"><bdi>{}</bdi></a>', "<bdi>{}</bdi>"
_OF_A_RANGE = ("from", "to", "by", "sort", "page", "format")


def of(report: Report, rows: Iterable[Row], asked: QueryDict, *, agent_times: bool) -> SafeString:
    """The rows as the table shows them. `asked`: the page's own query. Days lead to their agents if `agent_times`."""
    query, page, observed = asked.copy(), reverse("history-day" if agent_times else "history"), _("Observed")
    for name in _OF_A_RANGE:
        query.pop(name, None)
    made = []
    for row in rows:
        seen = row.seen or report.seen
        share = fill(_NUMBER, observed, report_words.share(seen)) if row.seen else ""
        cells = join(fill(_NUMBER, one.name, one.value) for one in occupancy_report.figures(row.load))
        made.append(fill(_ROW, "" if seen.enough else UNSURE, _name(report, row, page, query), share, cells))
    return join(made)


def _name(report: Report, row: Row, page: str, query: QueryDict) -> SafeString:
    if row.url:
        return fill(_AGENT, row.url, row.name)
    if report.by != DAY:
        return fill(_PLAIN, row.name)
    query["day"] = row.key
    return fill(_DAY, page, query.urlencode(), row.name)
