"""Opening hours: for each weekday intervals of local wall time, past midnight too; on holidays none begins."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from livechat.lib.epoch import milliseconds

DAY_MINUTES = 24 * 60
Day = tuple[tuple[int, int], ...]  # from and to in minutes of the day; "to" is on the next day beyond DAY_MINUTES
_CLOCK = r"(\d{1,2})(?:[:.](\d\d))?"
_INTERVAL = re.compile(rf"\s*{_CLOCK}\s*[-–]\s*{_CLOCK}\s*")


class BadHours(ValueError):
    """The typed text is no opening hours. `code` says why; `part` is the piece that is wrong."""

    def __init__(self, code: str, part: str) -> None:
        super().__init__(code)
        self.code, self.part = code, part


def read_day(text: str) -> Day:
    """The intervals of a weekday in order, from "09:00–12:30, 13:30–18:00"; "9-17" will do, empty is closed.

    Raises BadHours: form, time, empty or overlap.
    """
    found = sorted(_interval(part.strip()) for part in text.split(",")) if text.strip() else []
    for one, other in pairwise(found):
        if other[0] < one[1]:
            raise BadHours("overlap", f"{_interval_text(*one)}, {_interval_text(*other)}")
    return tuple(found)


def _interval(text: str) -> tuple[int, int]:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise BadHours("form", text)
    hours, minutes = [int(part) for part in match.group(1, 3)], [int(part or 0) for part in match.group(2, 4)]
    began, ended = (60 * hour + minute for hour, minute in zip(hours, minutes, strict=True))
    if max(minutes) > 59 or began >= DAY_MINUTES or ended > DAY_MINUTES:
        raise BadHours("time", text)
    if began == ended:
        raise BadHours("empty", text)
    return began, ended if ended > began else ended + DAY_MINUTES


def day_text(day: Iterable[Sequence[int]]) -> str:
    """A weekday's intervals as `read_day` reads them."""
    return ", ".join(_interval_text(began, ended) for began, ended in day)


def _interval_text(began: int, ended: int) -> str:
    return f"{clock_text(began)}–{clock_text(ended)}"


def clock_text(minute: int) -> str:
    """A minute of a day, or of the next one, as "09:05"; the day's end is "24:00"."""
    shown = minute - DAY_MINUTES if minute > DAY_MINUTES else minute
    return f"{shown // 60:02d}:{shown % 60:02d}"


def read_holidays(text: str) -> dict[date, str]:
    """Holidays with their names, in order, from lines as "2026-12-25 Christmas". Raises BadHours: date or twice."""
    found: dict[date, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        day, *name = line.split(maxsplit=1)
        try:
            holiday = date.fromisoformat(day)
        except ValueError:
            raise BadHours("date", line) from None
        if holiday in found:
            raise BadHours("twice", day)
        found[holiday] = "".join(name)
    return dict(sorted(found.items()))


def holidays_text(holidays: Mapping[date, str]) -> str:
    """Holidays as `read_holidays` reads them."""
    return "\n".join(f"{day.isoformat()} {name}".strip() for day, name in holidays.items())


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The opening hours of a week, Monday first, the holidays with their names, and the zone of both.

    It is false if no hours are entered.
    """

    week: tuple[Day, ...]
    holidays: Mapping[date, str]
    zone: ZoneInfo

    def __bool__(self) -> bool:
        return any(self.week)

    def of_day(self, day: date) -> Day:
        """The intervals that begin on a date: none on a holiday."""
        return self.week[day.weekday()] if self.week and day not in self.holidays else ()

    def between(self, began: int, ended: int) -> Iterator[tuple[int, int]]:
        """The opening times in a range, in epoch ms. Two may overlap if clocks are set back between them."""
        day, last = (datetime.fromtimestamp(moment / 1000, self.zone).date() for moment in (began, ended))
        day -= timedelta(days=1)  # its last interval can end today
        while day <= last:
            for first, until in self.of_day(day):
                start, end = min(self._moments(day, first)), max(self._moments(day, until))
                if max(start, began) < min(end, ended):
                    yield max(start, began), min(end, ended)
            day += timedelta(days=1)

    def is_open(self, moment: int) -> bool:
        """Whether a moment, in epoch ms, is within them."""
        return any(True for _times in self.between(moment, moment + 1))

    def _moments(self, day: date, minute: int) -> list[int]:
        """When the clock shows a minute of a day: twice if it is set back over it.

        A time that it leaves out counts as the same time by the clock before the change.
        """
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        first, second = (milliseconds(wall.replace(tzinfo=self.zone, fold=fold)) for fold in (0, 1))
        return [first, max(first, second)]
