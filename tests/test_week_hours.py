"""The hours of a week: days that are counted as a whole say the same as their hours one by one."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from livechat.lib.epoch import HOUR_MS, MINUTE_MS
from livechat.reports import week_hours
from livechat.reports.ranges import Range
from livechat.reports.week_hours import DAY_HOURS, Hour, Week

NOW = datetime(2026, 11, 30, 12, 20, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu")


def hours_of(asked: Range) -> list[Hour]:
    """Every hour of a range as far as it has passed, in order."""
    return [hour for day in week_hours.days(asked) for hour in week_hours.hours_of(*day, asked)]


def looked_at(asked: Range, random: Random) -> list[tuple[int, int]]:
    """Times without overlaps: some of many days, some of minutes."""
    found, at = [], asked.began - 3 * HOUR_MS
    while at < asked.ended:
        until = at + random.choice((7 * MINUTE_MS, 24 * HOUR_MS, 300 * HOUR_MS))
        found.append((at, min(until, asked.ended)))
        at = until + random.choice((0, 1, 90 * MINUTE_MS, 30 * HOUR_MS))
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("first", "last"), [(date(2025, 11, 1), date(2026, 11, 30)), (date(2026, 11, 30),) * 2])
def test_places_in_the_week_are_as_long_as_their_hours_and_watched_as_long(zone: str, first: date, last: date) -> None:
    for seed in range(5):
        asked = Range(first, last, ZoneInfo(zone), NOW)
        watched = looked_at(asked, Random(seed))
        hours, week = hours_of(asked), Week(asked, watched)
        seen = week_hours.watched_by_hour(hours, watched)
        for slot in range(168):
            own = [(hour, length) for hour, length in zip(hours, seen, strict=True) if hour.slot == slot]
            assert week.existed[slot] == sum(hour.ended - hour.began for hour, _length in own)
            assert week.watched[slot] == sum(length for _hour, length in own)
        for shift in (0, HOUR_MS // 2):
            moments = [hour.began + shift for hour in hours if hour.began + shift < hour.ended]
            kept = [place for place, hour in enumerate(hours) if hour.began + shift < hour.ended]
            assert list(week.slots(moments)) == [hours[place].slot for place in kept]
            assert list(week.watched_slots(moments)) == [hours[place].slot if seen[place] else None for place in kept]


@pytest.mark.parametrize(("sunday", "twice"), [(date(2026, 3, 29), 0), (date(2026, 10, 25), 2)])
def test_an_hour_that_clocks_skip_is_not_there_and_one_that_they_repeat_is_there_twice(
    sunday: date, twice: int
) -> None:
    asked = Range(sunday - timedelta(days=1), sunday + timedelta(days=1), ZoneInfo("Europe/Berlin"), NOW)
    week = Week(asked, [(asked.began, asked.ended)])
    expected = [0] * 4 * DAY_HOURS + [HOUR_MS] * 2 * DAY_HOURS  # Tuesday to Friday, then the weekend
    expected = [HOUR_MS] * DAY_HOURS + expected
    expected[6 * DAY_HOURS + 2] = twice * HOUR_MS
    assert week.existed == week.watched == expected
