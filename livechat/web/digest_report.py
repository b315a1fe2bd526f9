"""What a digest says: the figures of the pages of the past, as sections with a table each."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livechat.boards import directory_names
from livechat.forms.history_sums import AGENT, TEAM
from livechat.lib.public_urls import public_url
from livechat.models import Site
from livechat.reports.coverage import Covered
from livechat.reports.day_sums import Sums
from livechat.reports.observed import Observed
from livechat.reports.ranges import Range
from livechat.web import (
    coverage_report,
    digest_alerts,
    queue_report,
    report_words,
    time_report,
    today_days,
    today_hours,
    today_report,
)
from livechat.web.digest_sections import Section, marked
from livechat.web.today_report import Pair, Report

MAX_ROWS = 40  # of teams or agents


@dataclass(frozen=True, slots=True)
class Content:
    """A digest of some days of a site. `links`: what a page is called, and its address."""

    site: str
    days: str
    zone: str
    sections: list[Section]
    links: list[tuple[str, str]]

    @property
    def grey(self) -> bool:
        """Whether a figure is marked, because too little was observed."""
        return any(section.grey for section in self.sections)


def of(site: Site, asked: Range, *, single_agents: bool) -> Content:
    """The digest of a day or a week. `single_agents`: whether the reader may see single agents' times."""
    report = today_days.report(site, asked)
    names = directory_names.of(site)
    kinds = (TEAM, AGENT) if single_agents else (TEAM,)
    sections = [
        _figures(report),
        _coverage(site, report),
        _online(report),
        *(_times(time_report.of(site, asked, by, "", names)) for by in kinds),
        digest_alerts.section(site, asked, names, single_agents=single_agents),
    ]
    told = [one for one in sections if one.rows or one.notes]
    return Content(" ".join(site.name.split()), _days(asked), asked.zone.key, told, _links(asked))


def _days(asked: Range) -> str:
    return " – ".join(date_format(day, "D j M Y") for day in sorted({asked.first, asked.last}))


def _head() -> tuple[str, ...]:
    return "", "", _("Observed"), _("A week before"), ""


def _figures(report: Report) -> Section:
    """The figures of the queue, each with how much was observed and the week before's."""
    seen = report.now.queue_seen
    rows, share = [], report_words.share(seen)
    for tile in today_report.tiles(report):
        sure = _lost(report) if tile.anchor == "lost" and seen.share else tile.sure
        rows.append((tile.name, marked(tile.told.value, grey=tile.told.grey), share, tile.before, sure))
    notes = [" · ".join(filter(None, pair)) for pair in report.observed]
    if report.began_recently:
        notes.append(_("Recorded since %(moment)s.") % {"moment": report.began_recently})
    return Section(_("Contacts"), _head(), rows, tuple(notes), grey=not seen.enough)


def _lost(report: Report) -> str:
    """The share that was lost, and how many more it can be."""
    found = report.now.queue
    more = ngettext("%(n)d more was not seen to its end", "%(n)d more were not seen to their end", found.unknown)
    unseen = more % {"n": found.unknown} if found.unknown else ""
    return ", ".join(filter(None, (queue_report.abandoned(found), unseen)))


def _coverage(site: Site, report: Report) -> Section:
    """When nobody was online, somebody waited meanwhile, or all were full."""
    found, before = (coverage_report.Report(site, Covered(site, day.asked)) for day in (report.now, report.before))
    seen, rows = found.whole.seen, []
    earlier = {anchor: told.value for _name, anchor, told in coverage_report.tiles(before)}
    for name, anchor, told in coverage_report.tiles(found):
        if anchor == "hours":
            rows.append((name, told.value, "", "", ""))
            continue
        compared = today_report.beside(report, seen, before.whole.seen, earlier[anchor])
        more = ", ".join(filter(None, (told.often, told.outside)))
        rows.append((name, marked(told.value, grey=not seen.enough), report_words.share(seen), compared, more))
    return Section(_("Coverage"), _head(), rows, grey=not seen.enough)


def _online(report: Report) -> Section:
    """How many agents were online on average, by hour; by day if there are several."""
    by_hour = report.now.asked.by_hour
    rows, grey = [], False
    for label, earlier, (now, before) in _hours(report) if by_hour else _days_of(report):
        if now is None:
            continue
        seen, told, compared = now.online_seen, today_hours.online(now), ""
        if before is not None:
            compared = today_report.named(earlier, seen, before.online_seen, today_hours.online(before).value)
        rows.append((label, marked(told.value, grey=told.grey), report_words.share(seen), compared))
        grey = grey or told.grey
    head = (_("Hour") if by_hour else _("Day"), _("Online"), _("Observed"), _("A week before"))
    return Section(_("Agents online, on average"), head, rows, grey=grey)


def _hours(report: Report) -> Iterable[tuple[str, str, Pair]]:
    """The hours of a day: what each is called, and the day before whose hour stands beside it."""
    for row, pair in zip(today_hours.rows(report), report.used, strict=True):
        yield row.label, report.before.name, pair


def _days_of(report: Report) -> Iterable[tuple[str, str, Pair]]:
    """The days of several in the same way."""
    for pair in zip(report.now.hours, report.before.hours, strict=True):
        now, before = (date_format(report.now.asked.local(day.bucket.began), "D j M") for day in pair)
        yield now, before, pair


def _times(report: time_report.Report) -> Section:
    """How long teams or agents were online, the longest first."""
    online = [status for status in report.statuses if status.kind == "online"]
    found = [(row.name, row.total(online)) for row in report.rows]
    ordered = sorted(((name, one) for name, one in found if one.total), key=lambda pair: (-pair[1].total, pair[0]))
    rows = [(name, *_time(one, report.seen)) for name, one in ordered[:MAX_ROWS]]
    more = len(ordered) - len(rows)
    notes = [ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}] if more else []
    if report.left_out:
        notes.append(_("Days without sums are left out: %(n)d.") % {"n": report.left_out})
    title, who = (_("Time online by team"), _("Team")) if report.by == TEAM else (_("Time online by agent"), _("Agent"))
    head = (who, _("Online"), "", _("Observed"))
    return Section(title, head, rows, tuple(notes), grey=not report.seen.enough)


def _time(found: Sums, seen: Observed) -> tuple[str, str, str]:
    value, off = time_report.words(found)
    return marked(value, grey=not seen.enough), off, report_words.share(seen)


def _links(asked: Range) -> list[tuple[str, str]]:
    """The pages of these days; none if this server does not know its own address."""
    days = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    pages = [
        (_("Queue"), public_url("history-queue", **days)),
        (_("Coverage"), public_url("history-coverage", **days)),
        (_("Time"), public_url("history-time", **days)),
        (_("Alerts"), public_url("alerts")),
    ]
    if asked.by_hour:
        pages.insert(0, (_("The day"), public_url("history", day=asked.first.isoformat())))
    return [(name, url) for name, url in pages if url]
