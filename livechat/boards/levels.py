"""Levels: when a value is amber or red. The one place of these rules in Python.

Browsers apply the same rules by their own clock: `level` in static/js/ages.js.
"""

RED_FACTOR = 1.5  # a time in a status is amber at its limit, and red at this many times its limit
WAIT_SECONDS = 60  # the limit of a visitor's wait


def level(value: float, amber: float | None, red: float | None, *, low: bool = False) -> str:
    """ "amber", "red" or "" (neither). `low`: a limit is reached by this value or less, not by this value or more."""
    for name, limit in (("red", red), ("amber", amber)):
        if limit is not None and (value <= limit if low else value >= limit):
            return name
    return ""


def status_level(seconds: float, limit: int | None) -> str:
    """The level of a time in a status. `limit` is in seconds; None: this status has no limit."""
    return level(seconds, limit, None if limit is None else limit * RED_FACTOR)


def reversed_limits(amber: int | None, red: int | None, *, low: bool = False) -> bool:
    """Whether red would be reached before amber."""
    return amber is not None and red is not None and (red > amber if low else red < amber)
