"""The hours of a range by their place in the week, from 0 (Monday at 0:00) to 167.

The hours are those of the range's zone. One that the clocks skip is not there, and one that they repeat is there twice:
each counts as long as it was. Times are epoch milliseconds.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from livechat.lib.epoch import HOUR_MS
from livechat.reports.presence import Times
from livechat.reports.ranges import Range, midnight

DAY_HOURS, WEEK_DAYS = 24, 7


class Hour(NamedTuple):
    """An hour as it was: from when to when, and its place in the week."""

    began: int
    ended: int
    slot: int


class Week:
    """For how many ms each place in the week was there in a range, as far as it has passed, and was watched.

    Most days are 24 hours and watched throughout. They are counted, because a year has 8,760 hours.
    """

    def __init__(self, asked: Range, watched: Times) -> None:
        self.existed, self.watched = ([0] * (WEEK_DAYS * DAY_HOURS) for _ in range(2))
        self._starts: list[int] = []
        self._slots: list[int] = []
        self._watched_slots: list[int | None] = []
        whole, at = [0] * WEEK_DAYS, 0
        for day, began, ended in days(asked):
            while at < len(watched) and watched[at][1] <= began:
                at += 1
            seen = at < len(watched) and watched[at][0] <= began and ended <= watched[at][1]
            if seen and ended <= asked.ended and ended - began == DAY_HOURS * HOUR_MS:
                slots = range(day.weekday() * DAY_HOURS, (day.weekday() + 1) * DAY_HOURS)
                whole[day.weekday()] += 1
                self._starts += range(began, ended, HOUR_MS)
                self._slots += slots
                self._watched_slots += slots
            else:
                self._add(hours_of(day, began, ended, asked), watched[at:])
        for slot in range(WEEK_DAYS * DAY_HOURS):
            self.existed[slot] += whole[slot // DAY_HOURS] * HOUR_MS
            self.watched[slot] += whole[slot // DAY_HOURS] * HOUR_MS

    def _add(self, hours: Sequence[Hour], watched: Times) -> None:
        for (start, end, slot), length in zip(hours, watched_by_hour(hours, watched), strict=True):
            self._starts.append(start)
            self._slots.append(slot)
            self._watched_slots.append(slot if length else None)
            self.existed[slot] += end - start
            self.watched[slot] += length

    def slots(self, moments: list[int]) -> Sequence[int]:
        """The places of the hours that some moments are in. The moments are in order."""
        return [self._slots[place] for place in self._places(moments)]

    def watched_slots(self, moments: list[int]) -> Sequence[int | None]:
        """The same; None for an hour that nobody watched."""
        return [self._watched_slots[place] for place in self._places(moments)]

    def _places(self, moments: list[int]) -> Iterable[int]:
        first = max(0, bisect_right(self._starts, moments[0]) - 1)
        if self._starts[first : first + len(moments)] == moments:
            return range(first, first + len(moments))
        # An hour of a time when the site had another zone can begin within one.
        return [max(0, bisect_right(self._starts, moment) - 1) for moment in moments]


def days(asked: Range) -> Iterator[tuple[date, int, int]]:
    """The days of a range that have begun, each as long as it is."""
    day, began = asked.first, asked.began
    while day <= asked.last and began < asked.ended:
        ended = midnight(day + timedelta(days=1), asked.zone)
        yield day, began, ended
        day, began = day + timedelta(days=1), ended


def hours_of(day: date, began: int, ended: int, asked: Range) -> list[Hour]:
    """The hours of a day of a range as far as they have passed, in order."""
    first, until = day.weekday() * DAY_HOURS, min(ended, asked.ended)
    if ended - began == DAY_HOURS * HOUR_MS:  # only other days need the zone
        starts = range(began, until, HOUR_MS)
        return [Hour(start, min(start + HOUR_MS, until), slot) for slot, start in enumerate(starts, first)]
    parts = Range(day, day, asked.zone, asked.now).buckets()
    return [Hour(part.began, part.ended, first + asked.local(part.began).hour) for part in parts]


def watched_by_hour(found: Sequence[Hour], watched: Times) -> list[int]:
    """For how many ms of each hour somebody watched. Both are in order and without overlaps: one sweep over both."""
    made, at = [], 0
    for start, end, _slot in found:
        seen = 0
        while at < len(watched) and watched[at][1] <= start:
            at += 1
        place = at
        while place < len(watched) and watched[place][0] < end:
            seen += min(watched[place][1], end) - max(watched[place][0], start)
            place += 1
        made.append(seen)
    return made
