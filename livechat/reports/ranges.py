"""Ranges of local days: the instants at which they begin and end, and the hours or days within."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from livechat.lib.epoch import HOUR_MS, milliseconds

MAX_DAYS = 400
MAX_DETAILED_DAYS = 31  # of which a page reads details


class BadRange(ValueError):
    """A range that cannot be shown. `code` says why: date, order, long, or before the `first` day of the record."""

    def __init__(self, code: str, first: date | None = None) -> None:
        super().__init__(code)
        self.code, self.first = code, first


@dataclass(frozen=True, slots=True)
class Bucket:
    """A part of a range, in epoch ms: an hour of a single day, or a day of several."""

    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Range:
    """The local days from `first` to `last`, both included, as far as they have passed at `now`."""

    first: date
    last: date
    zone: ZoneInfo
    now: datetime

    @property
    def began(self) -> int:
        """When it begins, in epoch ms."""
        return midnight(self.first, self.zone)

    @property
    def ended(self) -> int:
        """When it ends, or now."""
        return min(midnight(self.last + timedelta(days=1), self.zone), milliseconds(self.now))

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.ended == midnight(self.last + timedelta(days=1), self.zone)

    @property
    def by_hour(self) -> bool:
        """Whether its parts are hours."""
        return self.first == self.last

    def buckets(self) -> Iterator[Bucket]:
        """Its parts in order. Hours begin at full local hours; a day may have 23, 24, 24.5 or 25 of them."""
        began, until = self.began, self.ended
        while began < until:
            ended = self._next_hour(began) if self.by_hour else self._next_day(began)
            yield Bucket(began, min(ended, until))
            began = ended

    def days(self) -> Iterator[tuple[date, Bucket]]:
        """Its days in order, the last one as far as it has passed."""
        began, until = self.began, self.ended
        for place in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=place)
            ended = midnight(day + timedelta(days=1), self.zone)
            yield day, Bucket(began, min(ended, until))
            began = ended

    def hours(self) -> Iterator[tuple[int, Bucket]]:
        """The parts of its hours in order, each with its number on the clock."""
        began, until = self.began, self.ended
        while began < until:
            ended = self._next_hour(began)
            yield self.local(began).hour, Bucket(began, min(ended, until))
            began = ended

    def before(self, days: int) -> "Range":
        """The same range so many days earlier, until the same time of day."""
        moved = timedelta(days=days)
        now = self.now.astimezone(self.zone).replace(tzinfo=None) - moved
        return Range(self.first - moved, self.last - moved, self.zone, now.replace(tzinfo=self.zone).astimezone(UTC))

    def local(self, moment: int) -> datetime:
        """A moment in the range's zone."""
        return datetime.fromtimestamp(moment / 1000, self.zone)

    def _next_hour(self, moment: int) -> int:
        local = self.local(moment)
        return moment + HOUR_MS - (local.minute * 60 + local.second) * 1000

    def _next_day(self, moment: int) -> int:
        return midnight(self.local(moment).date() + timedelta(days=1), self.zone)


def midnight(day: date, zone: ZoneInfo) -> int:
    """When a local day begins, in epoch ms; at 01:00 if the clocks go forward at midnight."""
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=zone))


def parse(first: str, last: str, zone: ZoneInfo, now: datetime) -> Range:
    """The range that two dates name (`2026-11-30`), of at most `MAX_DAYS`; today if both are empty.

    Raises BadRange.
    """
    today = now.astimezone(zone).date()
    begin = _date(first or last) if first or last else today
    end = _date(last or first) if first or last else today
    if end < begin:
        raise BadRange("order")
    if (end - begin).days >= MAX_DAYS:
        raise BadRange("long")
    if begin > today or begin.year < 2000:
        raise BadRange("date")
    return Range(begin, min(end, today), zone, now)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadRange("date") from None
