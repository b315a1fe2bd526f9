"""A day beside the same weekday of the week before, in words: figures, rows of hours and plots."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.lib.durations import duration
from livechat.reports.observed import Observed
from livechat.reports.presence import Presence
from livechat.reports.queue import Queue
from livechat.reports.ranges import Bucket, Range
from livechat.web.queue_report import abandoned, off, wait
from livechat.web.report_words import NOTHING, UNITS, Told, known, little, opening, pace, percent, rounded_down, told_of

# An hour, and the same hour of the week before. One that a day does not have, or not yet, is None.
Pair = tuple["Hour | None", "Hour | None"]


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a day. `gaps`: what of it was not watched by each list, from and to as shares of the hour."""

    bucket: Bucket
    queue: Queue
    queue_seen: Observed
    presence: Presence
    online_seen: Observed
    queue_gaps: tuple[tuple[float, float], ...] = ()
    online_gaps: tuple[tuple[float, float], ...] = ()

    @property
    def used(self) -> bool:
        """Whether anybody was online or came."""
        return bool(self.presence.online or self.queue.offered)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, as far as it has passed. `uncovered`: ms in which somebody waited and nobody was online."""

    asked: Range
    queue: Queue
    queue_seen: Observed
    online_seen: Observed
    uncovered: int
    both_seen: Observed
    hours: list[Hour]

    @property
    def queue_cut(self) -> bool:
        """Whether some of it is hatched, because nobody looked at the visitors."""
        return any(hour.queue_gaps for hour in self.hours)

    @property
    def online_cut(self) -> bool:
        """Whether some of it is hatched, because nobody looked at the agents."""
        return any(hour.online_gaps for hour in self.hours)

    @property
    def name(self) -> str:
        """The day, or the days, as called beside others."""
        days = sorted({self.asked.first, self.asked.last})
        return " – ".join(date_format(day, "D j M") for day in days)

    @property
    def until(self) -> str:
        """Until when it has passed; empty if it is over."""
        ended = self.asked.local(self.asked.ended)
        return f"{ended:%H:%M}" if ended.date() == self.asked.first else ""


@dataclass(frozen=True)
class Report:
    """A day and the same weekday of the week before until the same time of day.

    `since`: when the record of the site begins, in epoch ms; None: nothing is recorded yet.
    """

    now: Day
    before: Day
    since: int | None

    @cached_property
    def pairs(self) -> list[Pair]:
        """The hours of both days side by side, in order."""
        now, before = _numbered(self.now), _numbered(self.before)
        return [(now.get(key), before.get(key)) for key in sorted(now.keys() | before.keys())]

    @cached_property
    def used(self) -> list[Pair]:
        """These from the first to the last in which anybody was online or came on either day."""
        places = [place for place, pair in enumerate(self.pairs) if any(hour and hour.used for hour in pair)]
        return self.pairs[places[0] : places[-1] + 1] if places else []

    @property
    def today(self) -> bool:
        """Whether the day is today."""
        return self.now.asked.first == self.now.asked.now.astimezone(self.now.asked.zone).date()

    @property
    def within(self) -> int:
        """The limit of the service level in seconds."""
        return self.now.queue.within // 1000

    @property
    def began_recently(self) -> str:
        """When the record begins, if that is later than the earlier of the days."""
        if self.since is None or self.since <= self.before.asked.began:
            return ""
        return date_format(self.now.asked.local(self.since), "D j M Y, H:i")

    @property
    def words(self) -> str:
        """The day in words, until when, with the zone."""
        day = date_format(self.now.asked.first, "D j M Y")
        until = self.now.until and _("until %(time)s") % {"time": self.now.until}
        return " · ".join(filter(None, (day, until, self.now.asked.zone.key)))

    @property
    def observed(self) -> list[tuple[str, str]]:
        """How much of each list was observed; and how much of the opening hours, and at which pace."""
        lists = ((_("Visitors"), self.now.queue_seen), (_("Agents"), self.now.online_seen))
        return [
            (
                _("%(list)s: details deleted") % {"list": name}
                if seen.deleted
                else _("%(list)s %(share)s observed") % {"list": name, "share": rounded_down(seen.share)},
                ", ".join(filter(None, (opening(seen), pace(seen)))),
            )
            for name, seen in lists
        ]

    @property
    def uncovered(self) -> tuple[Told, str]:
        """How long somebody waited while nobody was online, and the same of the week before."""
        now, before = self.now, self.before
        told = told_of(_lasting(now), now.both_seen)
        return told, beside(self, now.both_seen, before.both_seen, _lasting(before))


def _lasting(day: Day) -> str:
    return duration(day.uncovered / 1000, UNITS)


def _numbered(day: Day) -> dict[tuple[int, int], Hour]:
    """A day's hours by their number on the clock, and how many of that number came before: clocks are set back."""
    found: dict[tuple[int, int], Hour] = {}
    times: Counter[int] = Counter()
    for hour in day.hours:
        number = day.asked.local(hour.bucket.began).hour
        found[number, times[number]] = hour
        times[number] += 1
    return found


def beside(report: Report, now: Observed, before: Observed, value: str) -> str:
    """A figure of the week before, if both were observed well enough; else why there is none."""
    return named(report.before.name, now, before, value)


def named(name: str, now: Observed, before: Observed, value: str) -> str:
    """The same, of an earlier day or days with this name."""
    return f"{name}: {little(before) or value}" if now.enough else ""


class Tile(NamedTuple):
    """A figure above the plots, the anchor of its definition, what else there is to say, and the week before's."""

    name: str
    anchor: str
    told: Told
    sure: str
    before: str


def tiles(report: Report) -> list[Tile]:
    """The figures of the queue."""
    now, seen = report.now.queue, report.now.queue_seen
    return [
        Tile(name, anchor, told_of(value, seen), sure if known(seen) else "",
             beside(report, seen, report.before.queue_seen, before))
        for (name, anchor, value, sure), before in zip(
            _figures(report, now, report.now.asked),
            [value for _n, _a, value, _s in _figures(report, report.before.queue, report.before.asked)],
            strict=True,
        )
    ]  # fmt: skip


def _figures(report: Report, found: Queue, asked: Range) -> Iterable[tuple[str, str, str, str]]:
    """A day's figures: name, anchor, value, and how sure it is."""
    level, longest = found.level, found.longest
    at = date_format(asked.local(found.longest_at), "H:i" if asked.by_hour else "D H:i")
    yield _("Offered"), "offered", str(found.offered), ""
    yield _("Answered"), "answered", str(found.answered), ""
    yield _("Lost"), "lost", str(found.lost), abandoned(found)
    yield _("Mean wait"), "wait", wait(found.mean), "" if found.mean_off is None else off(found.mean_off)
    yield (
        _("Longest wait"), "longest", NOTHING if longest is None else f"≥ {wait(longest)}",
        "" if longest is None else _("at %(time)s") % {"time": at},
    )  # fmt: skip
    yield (
        _("Within %(within)d s") % {"within": report.within},
        "level",
        _("cannot be told") if level is None else percent(level.value),
        _("looks are too rare, or nobody came") if level is None else f"{100 * level.low:.0f}–{100 * level.high:.0f} %",
    )
