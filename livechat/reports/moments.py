"""Moments of the past as addresses name them: local wall time, to the minute. Moments are epoch milliseconds."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from livechat.lib.epoch import MINUTE_MS, milliseconds
from livechat.record.frame_bodies import minute_of
from livechat.reports import ranges

FIRST_YEAR, LAST_YEAR = 2000, 9000
NONE, TO_COME, SKIPPED = "none", "to come", "skipped"


class BadMoment(ValueError):
    """A moment that cannot be shown. `code` says why: it is NONE, TO_COME, or SKIPPED when the clocks went forward."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(text: str, zone: ZoneInfo, now: datetime) -> int:
    """The minute that a local time names: "2026-11-28T14:05". Raises BadMoment.

    It may have an offset. Without one, a time that came twice is the first of the two.
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadMoment(NONE) from None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise BadMoment(NONE)
    local = value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadMoment(SKIPPED)
    return _past(minute_of(milliseconds(local)), now)


def of_day(day: str, minute: int, zone: ZoneInfo, now: datetime) -> int:
    """So many minutes after a local day began. Raises BadMoment."""
    try:
        began = ranges.parse(day, day, zone, now).began
    except ranges.BadRange:
        raise BadMoment(NONE) from None
    return _past(began + minute * MINUTE_MS, now)


def _past(moment: int, now: datetime) -> int:
    if moment > milliseconds(now):
        raise BadMoment(TO_COME)
    return moment


def written(moment: int, zone: ZoneInfo) -> str:
    """A moment as `parse` reads it."""
    local = datetime.fromtimestamp(moment / 1000, zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return (local if twice else local.replace(tzinfo=None)).isoformat(timespec="minutes")
