"""The rows of a day's table as HTML: templates would take longer for them than for the rest of the page."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.lib.markup import fill, join
from livechat.web import day_report
from livechat.web.day_report import DayReport, Line
from livechat.web.day_strips import DayStrips

_ROW = """<tr id="agent-{id}" data-row>
<th scope="row" class="cell-name"><a href="{url}"><bdi>{name}</bdi></a>\
<small class="day-under">{first} – {last}</small></th>
<td class="cell-strip">{strip}</td>
<td class="cell-edge">{first}</td>
<td class="cell-edge">{last}</td>
<td class="cell-total">{online} <small>{online_off}</small><small class="day-under">{away_words}</small></td>
<td class="cell-total cell-away">{away} <small>{away_off}</small></td>
</tr>
"""


def of(report: DayReport, drawn: DayStrips, lines: Iterable[Line]) -> SafeString:
    """Agents as the table shows them."""
    week = f"?from={report.asked.first - timedelta(days=6)}&to={report.asked.first}"
    return join(_row(report, drawn, line, week) for line in lines)


def _row(report: DayReport, drawn: DayStrips, line: Line, week: str) -> SafeString:
    online, away = day_report.time(line.online), day_report.time(line.away)
    return fill(
        _ROW, id=line.id, url=f"{line.url}{week}", name=line.name, strip=drawn.strip(line),
        first=day_report.first_on(report, line), last=day_report.last_on(report, line),
        online=online[0], online_off=online[1], away=away[0], away_off=away[1],
        away_words=_("away %(time)s") % {"time": away[0]} if away[1] else "",
    )  # fmt: skip
