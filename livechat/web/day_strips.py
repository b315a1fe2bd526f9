"""The strips of a day: the hours in which anybody was on, each agent's bars, and a legend in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation
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
        newest_first = dict.fromkeys(piece.status for line in reversed(report.lines) for piece in reversed(line.on))
        seen = {name_key(status): status for status in reversed(newest_first)}
        self._away = kinds_of_away(report.names, {name_key(name): name for name in others} | seen)
        self._hues = hues(self._away)
        self._seen = seen.keys()
        self._levels: set[str] = set()
        self._looks: dict[str, Look] = {}

    @cached_property
    def ticks(self) -> list[Tick]:
        """The full hours that are shown. Of many, every second or fourth has its number."""
        report, scale = self._report, self.scale
        begun = (bucket.began for bucket in report.asked.buckets() if scale.began <= bucket.began <= scale.ended)
        locals_of = ((moment, report.asked.local(moment)) for moment in begun)
        full = [(moment, local.hour) for moment, local in locals_of if not local.minute]
        step = 2 if len(full) > MANY_HOURS else 1
        narrow = 4 if len(full) > MIDDLE_HOURS else 2
        return [Tick(moment, str(hour) if hour % step == 0 else "", hour % narrow != 0) for moment, hour in full]

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
        first, last = max(piece.began, self.scale.began), min(piece.ended, self.scale.ended)
        if first >= last:
            return
        look = self._look(piece.status)
        for level, began, ended in by_level(piece, look.limits):
            if level:
                self._levels.add(level)
            name = _("over") if level else look.label if look.kind == "away" else ""
            yield Mark(
                "past" if level else look.kind, level or look.slug, max(began, first), min(ended, last), words, name,
                open_first=piece.first is Edge.UNSEEN and began == piece.began >= first,
                open_last=piece.last is Edge.UNSEEN and ended == piece.ended <= last,
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
    if limits.amber is None and limits.red is None:
        yield "", piece.began, piece.ended
        return
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
    return _label(status, translation.get_language())


@lru_cache(maxsize=1_000)
def _label(status: str, _language: str | None) -> str:
    return readable(str(status_styles.of_agent(status).label)) or NOTHING
