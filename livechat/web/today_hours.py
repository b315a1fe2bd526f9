"""The hours of a day beside those of a week before: rows of a table, and plots."""

from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.reports import plots
from livechat.reports.observed import Observed
from livechat.reports.ranges import Bucket, Range
from livechat.web.queue_report import hours
from livechat.web.report_words import NOTHING, Told, share, told_of
from livechat.web.today_report import Hour, Pair, Report

SMALLEST_ERROR = 0.05  # agents: less than that is less than the number's last digit
EXACT_AGENTS = 9.95  # agents: a plot tells more of them in whole numbers


class Row(NamedTuple):
    """An hour, its cells and those of the week before, each with what it is."""

    label: str
    now: list[tuple[str, Told]]
    before: list[tuple[str, Told]]


def rows(report: Report) -> list[Row]:
    """The hours from the first to the last in which anybody was online or came on either day."""
    names = (_("Online"), _("Offered"), _("Answered"), _("Lost"))
    return [
        Row(hours(*_place(report, pair)), *(list(zip(names, cells(hour), strict=True)) for hour in pair))
        for pair in report.used
    ]


def cells(hour: Hour | None) -> tuple[Told, ...]:
    """The figures of an hour: agents online, offered, answered, lost.

    The share that was observed of the contacts stands beside the first of theirs.
    """
    if hour is None:
        return (Told(NOTHING),) * 4
    offered, *others = (
        _told(str(value), hour.queue_seen) for value in (hour.queue.offered, hour.queue.answered, hour.queue.lost)
    )
    return (online(hour), offered, *(told._replace(share="") for told in others))


def online(hour: Hour) -> Told:
    """How many agents were online on average, and by how many that can be off if one can see it in the number."""
    error = hour.presence.error or 0
    told = _told(f"{hour.presence.mean or 0:.1f}", hour.online_seen)
    return told._replace(share=f"± {error:.1f}") if error >= SMALLEST_ERROR and not told.share else told


def _told(value: str, seen: Observed) -> Told:
    """A cell has room for the share alone, without a word."""
    return told_of(value, seen)._replace(share="" if seen.enough or seen.deleted else share(seen))


def online_plot(report: Report) -> SafeString | None:
    """Agents online by hour, with a mark for the week before; None if there is no hour to show."""
    found = []
    for pair in report.used:
        now, before = pair
        parts = (("online", now.presence.mean or 0.0),) if now else ()
        mark = before.presence.mean if before and _compared(pair, "online_seen") else None
        total, gaps = (_rounded(now), now.online_gaps) if now else ("", ())
        found.append(plots.Bar(_tick(report, pair), total, parts, gaps=gaps, mark=mark))
    return plots.bars(_("Agents online"), _below(), found, "hatch-online") if found else None


def _rounded(hour: Hour) -> str:
    """How many agents were online, short: 24 bars stand beside each other."""
    mean = hour.presence.mean
    if mean is None:
        return NOTHING
    return f"{mean:.1f}" if mean < EXACT_AGENTS else f"{mean:.0f}"


def contacts_plot(report: Report) -> SafeString | None:
    """Contacts by hour, with a mark for the week before; None if there is no hour to show."""
    found = []
    for pair in report.used:
        now, before = pair
        mark = float(before.queue.offered) if before and _compared(pair, "queue_seen") else None
        total, gaps = (cells(now)[1].value, now.queue_gaps) if now else ("", ())
        found.append(plots.Bar(_tick(report, pair), total, _parts(now), gaps=gaps, mark=mark))
    return plots.bars(_("Contacts"), _below(), found, "hatch-contacts") if found else None


def _below() -> str:
    return _("The table below has the same figures.")


def _parts(hour: Hour | None) -> tuple[tuple[str, float], ...]:
    if hour is None:
        return ()
    found = hour.queue
    return ("in-time", found.in_time), ("later", found.answered - found.in_time), ("lost", found.lost)


def _compared(pair: Pair, list_seen: str) -> bool:
    """Whether both hours were observed well enough to be compared. `list_seen`: whose share counts."""
    return all(hour is not None and getattr(hour, list_seen).enough for hour in pair)


def _place(report: Report, pair: Pair) -> tuple[Range, Bucket]:
    """The hour of the day, or of the week before if the day does not have it."""
    days = zip((report.now, report.before), pair, strict=True)
    return next((day.asked, hour.bucket) for day, hour in days if hour is not None)


def _tick(report: Report, pair: Pair) -> str:
    asked, bucket = _place(report, pair)
    return str(asked.local(bucket.began).hour)
