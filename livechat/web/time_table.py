"""Times in statuses as a table: heads that sort, rows in order with their cells and bars, and the legend."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.boards.agent_groups import Column
from livechat.comm100.names import name_key
from livechat.forms import history_sums
from livechat.lib import addresses
from livechat.reports import shares
from livechat.reports.day_sums import Sums
from livechat.reports.shares import Part
from livechat.web import report_words, time_report
from livechat.web.counts import SortLink, sort_link
from livechat.web.time_report import Report, Row

NAME, SHARE, ON, IN = "name", "share", "on", "in:"  # columns to sort by; IN is before a status
NOTHING = Sums()
MANY_COLUMNS = 7  # with more the table may be wider than a page, and moves beneath its names


class Line(NamedTuple):
    """A row as the table shows it. `share`: how much of a day was looked at. `cells`: its other cells, as HTML."""

    key: str
    name: str
    url: str
    bar: SafeString
    share: str
    unsure: bool
    cells: SafeString


def sorts(statuses: Iterable[str]) -> set[str]:
    """What a site's tables can be sorted by: also a status that does not occur in the range."""
    return {NAME, SHARE, ON, *(IN + name_key(status) for status in statuses)}


def heads(report: Report, sort: str) -> list[SortLink]:
    """The links that sort, for the heads of the table."""
    names = {history_sums.AGENT: _("Agent"), history_sums.TEAM: _("Team"), history_sums.DAY: _("Day")}
    by_day = report.by == history_sums.DAY
    columns = [Column(NAME, "name", names[report.by])]
    columns += [Column(SHARE, "share", _("Observed"))] if by_day else []
    columns += [Column(IN + name_key(one.name), "part", one.label, custom=True) for one in report.statuses]
    columns.append(Column(ON, "part", _("On")))
    largest_first = {column.key for column in columns if column.key != NAME or by_day}
    return [sort_link(column, sort or NAME, largest_first=column.key in largest_first) for column in columns]


def ordered(report: Report, sort: str) -> list[Row]:
    """The rows in order; those that are alike by name."""
    by_day = report.by == history_sums.DAY
    if by_day:
        rows = sorted(report.rows, key=lambda row: row.key, reverse=True)
    else:
        rows = sorted(report.rows, key=lambda row: (not row.key, name_key(row.name), row.key))
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    if key in ("", NAME) or (key == SHARE and not by_day):
        return rows[::-1] if backwards else rows
    return sorted(rows, key=lambda row: _value(report, row, key), reverse=not backwards)


def _value(report: Report, row: Row, key: str) -> float:
    if key == SHARE:
        return row.seen.counted if row.seen else 0.0
    if key == ON:
        return row.total(report.on).total
    return sum(times.total for status, times in row.times.items() if IN + name_key(status) == key)


def lines(report: Report, rows: Iterable[Row]) -> Iterator[Line]:
    """Rows as the table shows them."""
    names = [one.name for one in report.on]
    longest = max((sum(row.times[name].total for name in names if name in row.times) for row in report.rows), default=0)
    for row in rows:
        seen = row.seen or report.seen
        share, name = report_words.share(seen) if row.seen else "", row.name
        words = _by_status(report, row)
        drawn, told = _bar(report, row, name, words, longest), _cells(report, row, words)
        yield Line(row.key, name, _url(report, row), drawn, share, not seen.enough, told)


def cells(report: Report, row: Row) -> SafeString:
    """The times of a row as cells: in each status, then online and away together. A page has hundreds of them."""
    return _cells(report, row, _by_status(report, row))


def _cells(report: Report, row: Row, words: Mapping[str, tuple[str, str]]) -> SafeString:
    each = [_cell(one.label, *words[one.name]) for one in report.statuses]
    each.append(_cell(_("On"), *time_report.words(row.total(report.on))))
    return SafeString("".join(each))  # nosec B703  (_cell escapes)


def _by_status(report: Report, row: Row) -> dict[str, tuple[str, str]]:
    """A row's times in words, and by how much they can be off."""
    return {one.name: time_report.words(row.times.get(one.name, NOTHING)) for one in report.statuses}


def _cell(label: str, value: str, off: str) -> str:
    small = f" <small>{escape(off)}</small>" if off else ""
    return f'<td class="cell-part" data-label="{escape(label)}">{escape(value)}{small}</td>'


def _url(report: Report, row: Row) -> str:
    """An agent's days."""
    if report.by != history_sums.AGENT:
        return ""
    return f"{addresses.of('history-agent', row.key)}?from={report.asked.first}&to={report.asked.last}"


def _bar(report: Report, row: Row, name: str, words: Mapping[str, tuple[str, str]], longest: float) -> SafeString:
    """The time of a row online and away, of one scale with all others."""
    parts = [
        Part(one.slug, row.times[one.name].total, f"{one.label} {words[one.name][0]}", one.label)
        for one in report.on
        if one.name in row.times
    ]
    return shares.bar(f"{name}: {', '.join(part.words for part in parts)}", parts, longest)


def legend(report: Report) -> list[tuple[str, str]]:
    """What the colours mean: (class, words)."""
    return [(one.slug, one.label) for one in report.on]
