"""When nobody was online or all were full, and when somebody waited meanwhile, inside the opening hours and outside.

Times are epoch milliseconds. Only times in which both lists were watched count: the others are in no sum.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from livechat.models import Site
from livechat.reports import cover_times, observed, opening, presence
from livechat.reports.cover_times import CoverTimes
from livechat.reports.observed import Observed, Run
from livechat.reports.presence import Times
from livechat.reports.ranges import Range, midnight


@dataclass(frozen=True)
class Spells:
    """The times of one kind, in order and apart: inside the opening hours, and outside.

    `off`: by how many ms a beginning or an end can be off. None if that is not known.
    """

    inside: Times
    outside: Times
    off: int | None = None

    @cached_property
    def _lengths(self) -> list[int]:
        return [ended - began for began, ended in self.inside]

    @property
    def lasted(self) -> int:
        """How long those inside were together."""
        return sum(self._lengths)

    @property
    def lasted_off(self) -> int | None:
        """By how much that can be off, if both ends of each are off to the same side."""
        return None if self.off is None else 2 * self.off * len(self.inside)

    @property
    def longest(self) -> int:
        """The longest of those inside: it was at least so long."""
        return max(self._lengths, default=0)

    @cached_property
    def lasted_outside(self) -> int:
        """How long those outside were together."""
        return presence.length(self.outside)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A time, as far as it has passed. `until` is its end, which can be to come.

    `hours`: the opening hours in it, or all of it if none are entered. `online`: when anybody was online.
    """

    began: int
    ended: int
    until: int
    hours: Times
    watched: Times
    online: Times
    nobody: Spells
    uncovered: Spells
    full: Spells
    seen: Observed

    @property
    def gaps(self) -> Times:
        """What of it was not watched."""
        return presence.gaps(self.watched, self.began, self.ended)


class Covered:
    """How a range of days was covered. `left_out`: days of which that is not known yet."""

    def __init__(self, site: Site, asked: Range) -> None:
        span = asked.began, asked.ended
        self.asked, self._list_age = asked, site.list_age_ms
        self.entered = opening.times(site, *span)
        self._days, self.left_out = cover_times.of_days(site, asked)
        self._hours = [span] if self.entered is None else self.entered
        self._closed = presence.gaps(self._hours, *span)

    @property
    def whole(self) -> Coverage:
        """The range as one, with the pace at which it was looked at."""
        times = cover_times.together(self._days.values())
        part = self._part(times, self.asked.began, self.asked.ended, self.asked.ended)
        return replace(part, seen=replace(part.seen, paces=times.paces))

    @property
    def dates(self) -> list[date]:
        """The days in order."""
        return list(self._days)

    def day(self, day: date) -> Coverage:
        """One of its days."""
        began, until = (midnight(one, self.asked.zone) for one in (day, day + timedelta(days=1)))
        return self._part(self._days[day], began, min(until, self.asked.ended), until)

    def _part(self, times: CoverTimes, began: int, ended: int, until: int) -> Coverage:
        hours, closed = (presence.within(each, began, ended) for each in (self._hours, self._closed))

        def spells(found: Times, off: int | None) -> Spells:
            return Spells(presence.shared(found, hours), presence.shared(found, closed), off)

        offs = [None if off is None else off + self._list_age for off in times.offs or (None, None, None)]
        nobody, uncovered, full = map(spells, (times.nobody, times.uncovered, times.full), offs)

        return Coverage(
            began,
            ended,
            until,
            hours,
            times.watched,
            times.online,
            nobody,
            uncovered,
            full,
            observed.of((Run(first, last, 0) for first, last in times.watched), began, ended, self.entered and hours),
        )
