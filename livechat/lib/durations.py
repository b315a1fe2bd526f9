"""Durations as text. The pages' scripts write them by the same rules: `duration` in static/js/ages.js."""

from collections.abc import Sequence

MINUTE, HOUR, DAY = 60, 3600, 86_400
WAIT_IN_SECONDS = 10 * MINUTE


def duration(seconds: float, units: Sequence[str], *, wait: bool = False, short: bool = False) -> str:
    """A duration in its two largest units: "45 s", "12 m", "1 h 05 m", "2 d 3 h"; "0 s" if it is negative.

    `units` are the words for seconds, minutes, hours and days. A `wait` of less than ten minutes is told to the second:
    "1:24". A `short` one has no last unit: "1 h 05", "2 d".
    """
    whole = max(0, int(seconds))
    if wait and whole < WAIT_IN_SECONDS:
        return f"{whole // MINUTE}:{whole % MINUTE:02d}"
    second, minute, hour, day = units
    if whole < MINUTE:
        return f"{whole} {second}"
    if whole < HOUR:
        return f"{whole // MINUTE} {minute}"
    if whole < DAY:
        return f"{whole // HOUR} {hour} {whole % HOUR // MINUTE:02d}" + ("" if short else f" {minute}")
    if short:
        return f"{whole // DAY} {day}"
    return f"{whole // DAY} {day} {whole % DAY // HOUR} {hour}"
