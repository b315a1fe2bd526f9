"""The time zones to choose from for a wall: each place once, by region, with its UTC offset now."""

import zoneinfo
from collections import defaultdict
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django import forms
from django.utils import timezone
from django.utils.safestring import SafeString

from livechat.lib import time_zones

REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
QUARTER_SECONDS = 15 * 60  # offsets change only at full quarters of an hour
Choice = tuple[str, str]


def _table(name: str) -> list[str]:
    """The lines of a file that comes with the time zone data; empty if the file is not there."""
    for folder in zoneinfo.TZPATH:
        if (path := Path(folder, name)).is_file():
            return path.read_text().splitlines()
    try:
        return files("tzdata.zoneinfo").joinpath(name).read_text().splitlines()
    except (ModuleNotFoundError, FileNotFoundError):
        return []


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """The zones by today's names of places: Asia/Kolkata, but not Asia/Calcutta beside it."""
    available = _available()
    named = {line.split("\t")[2] for line in _table("zone.tab") if line.count("\t") >= 2 and not line.startswith("#")}
    return frozenset(named & available or {zone for zone in available if zone.partition("/")[0] in REGIONS})


@lru_cache(maxsize=1)
def _available() -> frozenset[str]:
    """The names that this machine knows: to find them, hundreds of files are opened."""
    return frozenset(zoneinfo.available_timezones())


@lru_cache(maxsize=1)
def _todays_names() -> dict[str, str]:
    """Other names of places, each with the one of today."""
    words = [line.split() for line in _table("tzdata.zi") if line.startswith("L ")]
    return {other: place for _link, place, other in reversed(words) if place in _places()}  # the first one holds


def offered_name(zone: str) -> str:
    """A zone that a browser names, by the name used here (Chromium says Asia/Calcutta). Empty if there is none."""
    if zone in _places():
        return zone
    return _todays_names().get(zone) or (zone if zone in _available() else "")


def choices(*stored: str) -> list[Choice | tuple[str, list[Choice]]]:
    """The choices of a select. Stored zones are among them, by whatever name they were stored."""
    quarter = int(timezone.now().timestamp()) // QUARTER_SECONDS
    groups: dict[str, list[Choice]] = defaultdict(list)
    alone: list[Choice] = []
    for zone in sorted(_places() | {"UTC", *stored}):
        region, _slash, place = zone.partition("/")
        if region in REGIONS and place:
            groups[region].append((zone, _label(place, zone, quarter)))
        else:
            alone.append((zone, zone if zone == "UTC" else _label(zone, zone, quarter)))
    return [*alone, *groups.items()]


def few(*stored: str) -> list[Choice | tuple[str, list[Choice]]]:
    """Of these choices the stored zones and UTC alone."""
    wanted = {"UTC", *stored}
    found: list[Choice | tuple[str, list[Choice]]] = []
    for name, inside in choices(*stored):
        if isinstance(inside, str):
            found += [(name, inside)] if name in wanted else []
        elif own := [one for one in inside if one[0] in wanted]:
            found.append((name, own))
    return found


def select() -> SafeString:
    """A select of all zones."""
    return forms.Select(choices=choices()).render("time_zone", None)


@lru_cache(maxsize=1000)
def _label(place: str, zone: str, quarter: int) -> str:
    now = datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC)
    found = time_zones.known(zone)
    offset = None if found is None else now.astimezone(found).utcoffset()
    name = place.replace("_", " ")
    if offset is None:
        return name
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{name} (UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''})"
