"""The UTC offsets of a wall's time zone, for its clock: a TV's own table of zones may be older than the law."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_SECONDS = 86_400
LOOKAHEAD_SECONDS = 400 * DAY_SECONDS  # a page is loaded again much sooner, if the server answers


@dataclass(frozen=True, slots=True)
class Offsets:
    """Seconds ahead of UTC: `now`, and `then` from `change` on (seconds since 1970; 0: no change is near)."""

    now: int
    change: int
    then: int


def of(zone: str, moment: datetime) -> Offsets:
    """A zone's offsets at a moment."""
    at = int(moment.timestamp())
    offsets = _look_ahead(zone, at // DAY_SECONDS * DAY_SECONDS)
    return Offsets(offsets.then, 0, offsets.then) if offsets.change and at >= offsets.change else offsets


@lru_cache(maxsize=1000)
def _look_ahead(zone: str, start: int) -> Offsets:
    def changed(second: int) -> bool:
        return _offset(zone, second) != now

    now = _offset(zone, start)
    later = next(filter(changed, range(start + DAY_SECONDS, start + LOOKAHEAD_SECONDS, DAY_SECONDS)), None)
    if later is None:
        return Offsets(now, 0, now)
    change = bisect_left(range(later), True, lo=later - DAY_SECONDS, key=changed)
    return Offsets(now, change, _offset(zone, change))


def _offset(zone: str, second: int) -> int:
    ahead = datetime.fromtimestamp(second, ZoneInfo(zone)).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0
