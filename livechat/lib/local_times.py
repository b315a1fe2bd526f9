"""Times of day as people type them, and the next moment at which a zone's clocks show one."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::00)?")


class NoSuchMoment(ValueError):
    """The clocks of the zone leave this time out on that day: they are put forward. `day` is the day."""

    def __init__(self, day: datetime) -> None:
        self.day = day
        super().__init__(f"{day:%F %H:%M} does not exist")


def read(text: str) -> time | None:
    """A time of day such as "13:00", "9.30" or "13:00:00"; None if the text is none."""
    found = _TIME.fullmatch(text.strip())
    return time(int(found[1]), int(found[2])) if found else None


def next_at(clock: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The next moment after `now` at which the zone's clocks show this time: today, or tomorrow if it has passed.

    On the day on which the clocks are put back a time that comes twice counts twice. Raises NoSuchMoment if the clocks
    skip the time on the day that is meant.
    """
    today = now.astimezone(zone).date()
    for day in (today, today + timedelta(days=1)):
        for fold in (0, 1):
            local = datetime.combine(day, clock.replace(fold=fold), tzinfo=zone)
            moment = local.astimezone(UTC)
            if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
                if local.replace(tzinfo=None) > now.astimezone(zone).replace(tzinfo=None):
                    raise NoSuchMoment(local)
                break
            if moment > now:
                return moment
    raise NoSuchMoment(datetime.combine(today, clock, tzinfo=zone))
