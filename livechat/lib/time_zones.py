"""Time zones by name. Another machine, or newer data of zones, may have stored one that is unknown here."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings


@lru_cache(maxsize=1_000)
def known(name: str) -> ZoneInfo | None:
    """The zone of a name. None if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def known_or_default(name: str) -> ZoneInfo:
    """The zone of a name, or this installation's if this machine does not know it. What is shown names the zone."""
    return known(name) or ZoneInfo(settings.TIME_ZONE)
