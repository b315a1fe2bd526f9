"""The strips of a day: the hours in which anybody was on, each agent's bars, and a legend in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.boards import status_styles
from livechat.boards.directory_names import Names
from livechat.boards.levels import NO_LIMITS, Limits
from livechat.comm100.names import name_key, readable
from livechat.comm100.records import status_kind
from livechat.reports import strips
from livechat.reports.strips import Mark, Scale, Tick
from livechat.reports.timeline import Edge, Piece
from livechat.web import day_report
from livechat.web.day_report import DayReport, Line
from livechat.web.report_words import NOTHING

GROUND = "day-ground"
HUES = 5  # the last one is for every other kind of away
HOURS = 24  # of a day on the clock
MANY_HOURS, MIDDLE_HOURS = 16, 8


@dataclass(frozen=True, slots=True)
class Look:
    """How a status is drawn: its kind, its class, its name, and the limits of the time in it."""

    kind: str
    slug: str
    label: str
    limits: Limits


class DayStrips:
    """What draws the agents of a day. There must be somebody who was on, or a scale.

    `key`: the id of what lies behind the strips. `others`: statuses that have their colours elsewhere on the page.
    """

    def __init__(
        self, report: DayReport, scale: Scale | None = None, key: str = GROUND, others: Iterable[str] = ()
    ) -> None:
        self._report, self._key = report, key
        self.scale = scale or _scale(report)
        seen = {name_key(piece.status): piece.status for line in report.lines for piece in line.on}
        self._away = kinds_of_away(report.names, {name_key(name): name for name in others} | seen)
        self._hues = hues(self._away)
        self._seen = seen.keys()
        self._levels: set[str] = set()
        self._looks: dict[str, Look] = {}

    @cached_property
    def ticks(self) -> list[Tick]:
        """The full hours that are shown. Of many, every second or fourth has its number."""
        report, scale = self._report, self.scale
        full = [
            bucket.began
            for bucket in report.asked.buckets()
            if scale.began <= bucket.began <= scale.ended and not report.asked.local(bucket.began).minute
        ]
        step = 2 if len(full) > MANY_HOURS else 1
        narrow = 4 if len(full) > MIDDLE_HOURS else 2
        made = []
        for moment in full:
            hour = report.asked.local(moment).hour
            made.append(Tick(moment, str(hour) if hour % step == 0 else "", hour % narrow != 0))
        return made

    @property
    def head(self) -> SafeString:
        """What lies behind every strip, and the numbers of the hours."""
        return self.ground + strips.hours(self.scale, self.ticks)

    @property
    def ground(self) -> SafeString:
        """What lies behind every strip."""
        return strips.ground(self._key, self.scale, self.ticks, self._report.day.gaps)

    def strip(self, line: Line) -> SafeString:
        """An agent's strip."""
        told = [(piece, self._words(piece)) for piece in line.pieces]
        marks = [mark for piece, words in told for mark in self._marks(piece, words)]
        on = ", ".join(words for piece, words in told if piece.kind != "offline")
        return strips.strip(f"{line.name}: {on}", self.scale, marks, self._key)

    def legend(self) -> list[tuple[str, str]]:
        """What the colours mean: (class, words). To be read after the strips were made: it tells what they show."""
        made = [("online", _("online"))] if "online" in self._seen else []
        made += [(f"away-{self._hues[key]}", label(name)) for key, name in self._away.items() if key in self._seen]
        limits = (("amber", _("past its limit")), ("red", _("past 1.5 × its limit")))
        made += [(slug, words) for slug, words in limits if slug in self._levels]
        made.append(("offline", _("offline")))
        if self._report.day.gaps:
            made.append(("missing", _("not observed")))
        return made

    def _marks(self, piece: Piece, words: str) -> Iterator[Mark]:
        """The bars of a piece, within the hours that are shown: one, and more if it lasts past a limit."""
        shown = max(piece.began, self.scale.began), min(piece.ended, self.scale.ended)
        if shown[0] >= shown[1]:
            return
        look = self._look(piece.status)
        parts = list(by_level(piece, look.limits))
        for place, (level, began, ended) in enumerate(parts):
            self._levels |= {level} - {""}
            name = _("over") if level else look.label if look.kind == "away" else ""
            yield Mark(
                "past" if level else look.kind, level or look.slug, max(began, shown[0]), min(ended, shown[1]), words,
                name,
                open_first=place == 0 and piece.first is Edge.UNSEEN and began >= shown[0],
                open_last=place == len(parts) - 1 and piece.last is Edge.UNSEEN and ended <= shown[1],
            )  # fmt: skip

    def _look(self, status: str) -> Look:
        if status not in self._looks:
            kind, limits = status_kind(status), NO_LIMITS
            if kind == "away":
                limits = self._report.names.limits_of(status)
            slug = f"away-{self._hues[name_key(status)]}" if kind == "away" else kind
            self._looks[status] = Look(kind, slug, label(status), limits)
        return self._looks[status]

    def _words(self, piece: Piece) -> str:
        """ "Lunch 12:30–13:05, 35 m"."""
        clock = self._report.clock
        times = f"{clock(piece.began)}–{clock(piece.ended)}"
        return f"{self._look(piece.status).label} {times}, {day_report.hours(piece.seconds)}"


def kinds_of_away(names: Names, seen: Mapping[str, str]) -> dict[str, str]:
    """Every kind of away that the site has or that was seen, by its `name_key`, in the order of the colours."""
    own = [name for name in names.away if name_key(name) != "away"]
    known = {name_key(name) for name in own} | {"online", "away"}
    others = sorted(name for key, name in seen.items() if key not in known and status_kind(name) == "away")
    return {name_key(name): name for name in ("away", *own, *others)}


def hues(kinds: Iterable[str]) -> dict[str, int]:
    """The number of the colour of each kind of away."""
    return {key: min(place, HUES - 1) for place, key in enumerate(kinds)}


def _scale(report: DayReport) -> Scale:
    """From the first to the last hour in which anybody was on."""
    began = min(line.on[0].began for line in report.lines)
    ended = max(line.on[-1].ended for line in report.lines)
    buckets = [bucket for bucket in report.asked.buckets() if bucket.ended > began and bucket.began < ended]
    return Scale(buckets[0].began, min(buckets[-1].ended, max(report.day.ended, ended)))


def by_level(piece: Piece, limits: Limits) -> Iterator[tuple[str, int, int]]:
    """A piece by the levels of its limits, each of which counts from its beginning: (level, from, to)."""
    amber, red = (
        piece.ended if seconds is None else min(piece.ended, max(piece.began, piece.since + seconds * 1000))
        for seconds in (limits.amber, limits.red)
    )
    amber = min(amber, red)
    for level, began, ended in (("", piece.began, amber), ("amber", amber, red), ("red", red, piece.ended)):
        if began < ended:
            yield level, began, ended


def label(status: str) -> str:
    """A status' name on pages."""
    return readable(str(status_styles.of_agent(status).label)) or NOTHING


def rows(report: DayReport, drawn: DayStrips, lines: list[Line]) -> list[dict[str, Any]]:
    """Agents as the table shows them."""
    return [
        {
            "id": line.id,
            "name": line.name,
            "url": f"{line.url}?from={report.asked.first - timedelta(days=6)}&to={report.asked.first}",
            "strip": drawn.strip(line),
            "first": day_report.first_on(report, line),
            "last": day_report.last_on(report, line),
            "online": day_report.time(line.online),
            "away": day_report.time(line.away),
        }
        for line in lines
    ]
