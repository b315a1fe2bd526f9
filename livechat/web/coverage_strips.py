"""The strips of how days were covered: who cares sees tall bars, and what was not observed is hatched."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.lib.durations import duration
from livechat.lib.epoch import MINUTE_MS, milliseconds
from livechat.reports import presence, strips
from livechat.reports.coverage import Coverage
from livechat.reports.presence import Times
from livechat.reports.strips import Grounds, Mark, Scale, Tick
from livechat.web.report_words import UNITS

MIN_TOLD_MS = 60_000  # a shorter time is less than two pixels wide, also on the widest screen: nobody can point at it
TICKS, MINOR_TICKS = range(3, 24, 3), range(3, 24, 6)  # hours


class CoverageStrips:
    """What draws the days of a zone. `entered`: whether the opening hours are known."""

    def __init__(self, zone: ZoneInfo, *, entered: bool) -> None:
        self._zone, self._entered = zone, entered
        self._grounds = Grounds("cover")

    def head(self, day: Coverage) -> SafeString:
        """The numbers of the hours above the strips. A day that is longer or shorter has its lines elsewhere."""
        return strips.hours(Scale(day.began, day.until), self._ticks(day))

    def strip(self, day: Coverage, said: str) -> SafeString:
        """A day's strip, with its ground if no other day has it."""
        scale = Scale(day.began, day.until)
        key, ground = self._grounds.of(scale, self._ticks(day), day.gaps)
        return ground + strips.strip(said, scale, [*self._marks(day)], key)

    def legend(self) -> list[tuple[str, str]]:
        """What the colours mean: (class, words)."""
        found = [("online", _("somebody online"))]
        if self._entered:
            found = [
                ("hours", _("open")),
                *found,
                ("amber", _("nobody online")),
                ("offline", _("nobody online, closed")),
            ]
        else:
            found.append(("offline", _("nobody online")))
        return [
            *found,
            ("full", _("all full")),
            ("red", _("uncovered: somebody waits")),
            ("missing", _("not observed")),
        ]

    def _ticks(self, day: Coverage) -> list[Tick]:
        local = datetime.fromtimestamp(day.began / 1000, self._zone)
        return [
            Tick(milliseconds(local.replace(hour=hour, minute=0)), str(hour), hour in MINOR_TICKS) for hour in TICKS
        ]

    def _marks(self, day: Coverage) -> Iterator[Mark]:
        if self._entered:
            yield from self._of("past", "hours", presence.shared(day.hours, day.watched), _("open"))
        yield from self._of("online", "online", day.online, _("somebody online"))
        full = presence.merged(day.full.inside + day.full.outside)
        yield from self._of("away", "full", full, _("all full"))
        yield from self._of("offline", "offline", day.nobody.outside, _("nobody online, closed"))
        style = ("away", "amber") if self._entered else ("offline", "offline")
        yield from self._of(*style, day.nobody.inside, _("nobody online"))
        yield from self._of(
            "past", "red", presence.merged(day.uncovered.inside + day.uncovered.outside), _("uncovered")
        )

    def _of(self, tall: str, slug: str, times: Times, words: str) -> Iterator[Mark]:
        for began, ended in times:
            said = ""
            if ended - began >= MIN_TOLD_MS:
                clock = f"{_clock(began // MINUTE_MS, self._zone)}–{_clock(ended // MINUTE_MS, self._zone)}"
                said = f"{words} {clock}, {duration((ended - began) / 1000, UNITS)}"
            yield Mark(tall, slug, began, ended, said)


@lru_cache(maxsize=10_000)
def _clock(minute: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(minute * 60, zone):%H:%M}"
