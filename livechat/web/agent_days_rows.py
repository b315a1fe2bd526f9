"""The rows of an agent's days as HTML: templates would take longer for them than for the rest of the page."""

from collections.abc import Iterable

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.lib.markup import fill, join
from livechat.web.agent_days import Report
from livechat.web.agent_days_table import Line

UNSURE = SafeString(' class="unsure"')

_NAME = '<tr data-row{}>\n<td class="cell-name"><a href="{}#agent-{}">{}</a></td>\n'
_STRIP = '<td class="cell-strip">{}</td>\n'
_NUMBER = '<td class="cell-number{}" data-label="{}">{}</td>\n'
_LOAD = '<td class="cell-number cell-load" data-label="{}">{}{}</td>\n'
_SURE = " <small>{}</small>"
_ONLINE = '<td class="cell-number" data-label="{}">{} <small>{}</small></td>\n'
_AWAY = '<td class="cell-number cell-away" data-label="{}">{}</td>\n'
_KIND = '<span class="away-kind"><bdi>{}</bdi> {} <small>{}</small></span>'


def of(report: Report, lines: Iterable[Line], asked: QueryDict) -> SafeString:
    """The days as the table shows them, each with a link to the day of all agents. `asked`: the page's own query."""
    query = asked.copy()
    for name in ("from", "to", "page", "format", *([] if report.team else ["team"])):
        query.pop(name, None)
    query["day"] = ""  # of each row
    if report.team:
        query["team"] = report.team
    names, page = (_("Observed"), _("First online"), _("Last online")), reverse("history-day")
    return join(_row(report, line, query, names, page) for line in lines)


def _row(report: Report, line: Line, query: QueryDict, names: tuple[str, str, str], page: str) -> SafeString:
    query["day"] = line.key
    cells = [fill(_NAME, UNSURE if line.unsure else "", f"{page}?{query.urlencode()}", report.agent, line.name)]
    if report.detailed:
        cells.append(fill(_STRIP, line.strip))
    cells.append(fill(_NUMBER, " cell-share", names[0], line.share))
    if report.detailed:
        cells.append(fill(_NUMBER, "", names[1], line.first))
        cells.append(fill(_NUMBER, "", names[2], line.last))
    return join([*cells, figures(line), SafeString("</tr>\n")])


def figures(line: Line) -> SafeString:
    """The cells with the sums of a day, or of all days."""
    kinds = join(fill(_KIND, *kind) for kind in line.away) or "–"
    loads = (fill(_LOAD, one.name, one.value, fill(_SURE, one.sure) if one.sure else "") for one in line.figures)
    return join([fill(_ONLINE, _("Online"), *line.online), fill(_AWAY, _("Away"), kinds), *loads])
