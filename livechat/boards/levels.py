"""Levels: when a value is amber or red. The one place of these rules in Python.

Browsers apply the same rules by their own clock: `level` in static/js/ages.js.
"""

from dataclasses import dataclass

RED_FACTOR = 1.5  # a time in a status is amber at its limit, and red at this many times its limit


def level(value: float, amber: float | None, red: float | None, *, low: bool = False) -> str:
    """ "amber", "red" or "" (neither). `low`: a limit is reached by this value or less, not by this value or more."""
    for name, limit in (("red", red), ("amber", amber)):
        if limit is not None and (value <= limit if low else value >= limit):
            return name
    return ""


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many seconds on a time is amber, and red. None: never."""

    amber: int | None = None
    red: int | None = None

    def level(self, seconds: float) -> str:
        """The level of a time."""
        return level(seconds, self.amber, self.red)


NO_LIMITS = Limits()


def of_status(limit: int) -> Limits:
    """The limits of a time in a status that has a limit of its own, in seconds."""
    return Limits(limit, round(limit * RED_FACTOR))


def reversed_limits(amber: int | None, red: int | None, *, low: bool = False) -> bool:
    """Whether red would be reached before amber."""
    return amber is not None and red is not None and (red > amber if low else red < amber)
