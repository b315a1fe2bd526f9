"""The strips of a day: the hours in which anybody was on, and each agent's bars."""

from collections.abc import Iterable, Iterator

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from livechat.lib.epoch import HOUR_MS
from livechat.reports import strips
from livechat.reports.ranges import Range
from livechat.reports.strips import Grounds, Mark, Scale, Tick
from livechat.reports.timeline import Edge, Piece
from livechat.web import day_report
from livechat.web.day_report import DayReport, Line
from livechat.web.strip_styles import StripStyles, by_level

GROUND = "day-ground"
HOURS = 24  # of a day on the clock
MANY_HOURS, MIDDLE_HOURS = 16, 8


class DayStrips:
    """What draws the agents of a day. There must be somebody who was on, or a scale.

    `styles`, `grounds`: those of the page, if it has other days.
    """

    def __init__(
        self,
        report: DayReport,
        scale: Scale | None = None,
        styles: StripStyles | None = None,
        grounds: Grounds | None = None,
    ) -> None:
        self._report, self._grounds = report, grounds or Grounds(GROUND)
        self.scale = scale or _scale(report)
        self.styles = styles or StripStyles(report.names, (*report.statuses, *statuses(report.lines)))
        self.styles.gaps |= bool(report.day.gaps)

    @cached_property
    def ticks(self) -> list[Tick]:
        """The full hours that are shown. Of many, every second or fourth has its number."""
        first, last = self.scale.began, self.scale.ended
        full = [(moment, hour) for moment, hour in _full_hours(self._report.asked) if first <= moment <= last]
        step = 2 if len(full) > MANY_HOURS else 1
        narrow = 4 if len(full) > MIDDLE_HOURS else 2
        return [Tick(moment, str(hour) if hour % step == 0 else "", hour % narrow != 0) for moment, hour in full]

    @property
    def head(self) -> SafeString:
        """What lies behind every strip, and the numbers of the hours."""
        return self.ground + strips.hours(self.scale, self.ticks)

    @property
    def ground(self) -> SafeString:
        """What lies behind every strip; empty if another day of the page has drawn it."""
        return self._ground[1]

    @cached_property
    def _ground(self) -> tuple[str, SafeString]:
        return self._grounds.of(self.scale, self.ticks, self._report.day.gaps)

    def strip(self, line: Line) -> SafeString:
        """An agent's strip."""
        told = [(piece, self._words(piece)) for piece in line.pieces]
        marks = [mark for piece, words in told for mark in self._marks(piece, words)]
        on = ", ".join(words for piece, words in told if piece.kind != "offline")
        return strips.strip(f"{line.name}: {on}", self.scale, marks, self._ground[0])

    def _marks(self, piece: Piece, words: str) -> Iterator[Mark]:
        """The bars of a piece, within the hours that are shown: one, and more if it lasts past a limit."""
        first, last = max(piece.began, self.scale.began), min(piece.ended, self.scale.ended)
        if first >= last:
            return
        style = self.styles.of(piece.status)
        for level, began, ended in by_level(piece, style.limits):
            if level:
                self.styles.levels.add(level)
            name = self.styles.over if level else style.label if style.kind == "away" else ""
            yield Mark(
                "past" if level else style.kind, level or style.slug, max(began, first), min(ended, last), words, name,
                open_first=piece.first is Edge.UNSEEN and began == piece.began >= first,
                open_last=piece.last is Edge.UNSEEN and ended == piece.ended <= last,
            )  # fmt: skip

    def _words(self, piece: Piece) -> str:
        """ "Lunch 12:30–13:05, 35 m"."""
        clock = self._report.clock
        times = f"{clock(piece.began)}–{clock(piece.ended)}"
        return f"{self.styles.of(piece.status).label} {times}, {day_report.hours(piece.seconds)}"


def statuses(lines: list[Line]) -> list[str]:
    """The statuses in which agents were on, those of the last line and of its end last."""
    newest_first = dict.fromkeys(piece.status for line in reversed(lines) for piece in reversed(line.on))
    return list(reversed(newest_first))


def _full_hours(asked: Range) -> Iterable[tuple[int, int]]:
    """When the full hours of a day begin, each with its number on the clock."""
    began = asked.began
    if asked.ended - began == HOURS * HOUR_MS:  # no clock was changed on it
        return [(began + hour * HOUR_MS, hour) for hour in range(HOURS)]
    locals_of = ((bucket.began, asked.local(bucket.began)) for bucket in asked.buckets())
    return [(moment, local.hour) for moment, local in locals_of if not local.minute]


def _scale(report: DayReport) -> Scale:
    """From the first to the last hour in which anybody was on."""
    began, ended = report.on
    buckets = [bucket for bucket in report.asked.buckets() if bucket.ended > began and bucket.began < ended]
    return Scale(buckets[0].began, min(buckets[-1].ended, max(report.day.ended, ended)))
