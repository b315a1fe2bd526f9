"""The time zones that a wall is offered: each place once, by region, with its offset now."""

import zoneinfo
from collections import defaultdict
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.utils import timezone

REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
QUARTER_SECONDS = 15 * 60  # seconds: offsets change at such
Choice = tuple[str, str]


def _table(name: str) -> list[str]:
    """The lines of a file that comes with the time zones; none where they come without it."""
    for folder in zoneinfo.TZPATH:
        if (found := Path(folder, name)).is_file():
            return found.read_text().splitlines()
    try:
        return files("tzdata.zoneinfo").joinpath(name).read_text().splitlines()
    except (ModuleNotFoundError, FileNotFoundError):
        return []


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """The zones by the names that places have today: not Asia/Calcutta beside Asia/Kolkata."""
    there = zoneinfo.available_timezones()
    named = {line.split("\t")[2] for line in _table("zone.tab") if line.count("\t") >= 2 and not line.startswith("#")}
    return frozenset(named & there or {zone for zone in there if zone.partition("/")[0] in REGIONS})


def named(zone: str) -> str:
    """A zone that a browser names, as it is offered here (Chromium says Asia/Calcutta); empty if there is none."""
    if zone in _places():
        return zone
    for line in _table("tzdata.zi"):
        if line.startswith("L ") and line.split()[-1] == zone and line.split()[1] in _places():
            return line.split()[1]
    return zone if zone in zoneinfo.available_timezones() else ""


def choices(stored: str) -> list[Choice | tuple[str, list[Choice]]]:
    """What a select offers, and the zone that is stored however that is called."""
    quarter = int(timezone.now().timestamp()) // QUARTER_SECONDS
    groups: dict[str, list[Choice]] = defaultdict(list)
    alone: list[Choice] = []
    for zone in sorted(_places() | {"UTC", stored}):
        region, _slash, place = zone.partition("/")
        if region in REGIONS and place:
            groups[region].append((zone, _labelled(place, zone, quarter)))
        else:
            alone.append((zone, zone if zone == "UTC" else _labelled(zone, zone, quarter)))
    return [*alone, *groups.items()]


@lru_cache(maxsize=1000)
def _labelled(place: str, zone: str, quarter: int) -> str:
    now = datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC)
    try:
        offset = now.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        offset = None  # stored on a machine that knew it
    name = place.replace("_", " ")
    if offset is None:
        return name
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{name} (UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''})"
