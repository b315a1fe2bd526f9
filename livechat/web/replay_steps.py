"""The ways from a moment of the past to another: steps, the next change, a slider over its day, the edges of a gap."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.lib.epoch import MINUTE_MS, milliseconds
from livechat.record.frame_bodies import minute_of
from livechat.reports import moments, ranges
from livechat.reports.replay import Gap
from livechat.web.replay_report import Replay, minute_after
from livechat.web.report_words import UNITS

STEP_MINUTES = (-15, -1, 1, 15)  # minutes
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Step:
    """A link to a moment: its words, and the moment as an address names it; empty for one that is still to come."""

    words: str
    at: str


@dataclass(frozen=True, slots=True)
class Slider:
    """The minutes of a local day, as far as it has passed: the last one, the one that is shown, and the words of both.

    `plain`: each hour of the day has 60 minutes on the clock, so that a script can write the time of a minute.
    """

    day: str
    last: int
    minute: int
    until: str
    plain: bool


def clock(moment: int, zone: ZoneInfo, beside: datetime | None = None) -> str:
    """The local time of a moment as "14:05", with its day if it is not that of the time `beside` which it stands."""
    local = datetime.fromtimestamp(moment / 1000, zone)
    day = "" if beside is None or beside.date() == local.date() else f"{date_format(local, 'D j M')} "
    return f"{day}{local.hour}:{local:%M}"


def told(local: datetime) -> str:
    """A moment in words: "Sat 28 Nov 14:05", with the year if it is not this one."""
    this_year = timezone.now().astimezone(local.tzinfo).year == local.year
    return f"{date_format(local, 'D j M' if this_year else 'D j M Y')} {local.hour}:{local:%M}"


def steps(found: Replay, now: datetime) -> list[Step]:
    """A few minutes to and fro, and the next change."""
    made = [
        _step(f"{'+' if n > 0 else '−'}{abs(n)} {UNITS[1]}", found.moment + n * MINUTE_MS, found.zone, now)
        for n in STEP_MINUTES
    ]
    change = None if found.change is None else minute_after(found.change)
    return [*made, _step(_("Next change"), change, found.zone, now)]


def _step(words: str, moment: int | None, zone: ZoneInfo, now: datetime) -> Step:
    to_come = moment is None or moment > milliseconds(now)
    return Step(words, "" if to_come else moments.written(moment or 0, zone))


def slider(found: Replay, now: datetime) -> Slider:
    """The slider of the moment's day."""
    day = found.local.date()
    began, ended = (ranges.midnight(one, found.zone) for one in (day, day + timedelta(days=1)))
    last = min(ended - MINUTE_MS, minute_of(milliseconds(now)))
    return Slider(
        day.isoformat(),
        (last - began) // MINUTE_MS,
        (found.moment - began) // MINUTE_MS,
        clock(last, found.zone),
        plain=ended - began == DAY_MINUTES * MINUTE_MS,
    )


def edges(found: Replay, gap: Gap, now: datetime) -> list[Step]:
    """The last moment before a gap and the first one after it, as far as there are such."""
    made = []
    if gap.began is not None:
        made.append(Step(clock(gap.began, found.zone, found.local), moments.written(minute_of(gap.began), found.zone)))
    if gap.ended is not None:
        after = minute_after(gap.ended)
        made.append(_step(clock(gap.ended, found.zone, found.local), after, found.zone, now))
    return made
