"""When nobody was online or all were full, and when somebody waited meanwhile, inside the opening hours and outside.

Times are epoch milliseconds. Only times in which both lists were watched count: the others are in no sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from livechat.models import Site
from livechat.reports import cover_times, observed, opening, presence
from livechat.reports.observed import Observed, Run
from livechat.reports.presence import Times
from livechat.reports.ranges import Range, midnight


@dataclass(frozen=True, slots=True)
class Spells:
    """The times of one kind, in order and apart: inside the opening hours, and outside."""

    inside: Times
    outside: Times

    @property
    def lasted(self) -> int:
        """How long those inside were together."""
        return presence.length(self.inside)

    @property
    def longest(self) -> int:
        """The longest of those inside: it was at least so long."""
        return max((ended - began for began, ended in self.inside), default=0)

    @property
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
    """How a range of days was covered."""

    def __init__(self, site: Site, asked: Range) -> None:
        span = asked.began, asked.ended
        self.asked = asked
        self.entered = opening.times(site, *span)
        self._times = cover_times.of_range(site, asked)
        self._hours = [span] if self.entered is None else self.entered
        self._closed = presence.gaps(self._hours, *span)

    @property
    def whole(self) -> Coverage:
        """The range as one, with the pace at which it was looked at."""
        part = self._part(self.asked.began, self.asked.ended, self.asked.ended)
        return replace(part, seen=replace(part.seen, paces=self._times.paces))

    def days(self) -> Iterator[Coverage]:
        """Each of its days."""
        day = self.asked.first
        while day <= self.asked.last:
            began, day = midnight(day, self.asked.zone), day + timedelta(days=1)
            until = midnight(day, self.asked.zone)
            yield self._part(began, min(until, self.asked.ended), until)

    def _part(self, began: int, ended: int, until: int) -> Coverage:
        def within(times: Times) -> Times:
            return presence.shared(times, [(began, ended)])

        def spells(times: Times) -> Spells:
            cut = within(times)
            return Spells(presence.shared(cut, self._hours), presence.shared(cut, self._closed))

        watched = within(self._times.watched)
        return Coverage(
            began,
            ended,
            until,
            within(self._hours),
            watched,
            within(self._times.online),
            spells(self._times.nobody),
            spells(self._times.uncovered),
            spells(self._times.full),
            observed.of((Run(first, last, 0) for first, last in watched), began, ended, self.entered),
        )
