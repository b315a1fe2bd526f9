"""Sparklines: the last hour of a count as a small line, one value a minute. Pure functions of numbers.

A line has no axis, for its number stands beside it. It begins at zero, and breaks where nothing was observed.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

WIDTH, HEIGHT, MINUTES = 72, 26, 60
TOP, FLOOR, RIGHT = 3, 24, 69  # px: there is room for the line's own width, and for the dot at its end

Number = TypeVar("Number", int, float)
Points = list[tuple[float, float]]


def symbol(key: str, values: Sequence[float | None]) -> str:
    """A line as a symbol of an SVG file. `values`: a number for each minute, None if nobody looked in it."""
    runs = list(_runs(values))
    lines = "".join(f"M{_path(run)}" for run in runs)
    grounds = "".join(f"M{_n(run[0][0])} {FLOOR}L{_path(run)}V{FLOOR}z" for run in runs)
    dot = ""
    if values and values[-1] is not None:
        x, y = runs[-1][-1]
        dot = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2.5" fill="var(--tblr-body-color)"/>'
    return (
        f'<symbol id="{key}"><path d="{grounds}" fill="var(--lb-empty)"/>'
        f'<path d="{lines}" fill="none" stroke="var(--lb-soft)" stroke-width="1.5"/>{dot}</symbol>'
    )


def _runs(values: Sequence[float | None]) -> Iterator[Points]:
    """The points of each stretch of minutes that were observed. A stretch of one minute is a short line."""
    top = max((value for value in values if value is not None), default=0) or 1
    step = RIGHT / len(values)
    for start, found in stretches(values):
        points = [(step * (start + place), _y(value, top)) for place, value in enumerate(found, 1)]
        yield [(step * start, points[0][1]), *points]


def stretches(values: Sequence[Number | None]) -> Iterator[tuple[int, list[Number]]]:
    """The values between two gaps, with the place of the first."""
    for seen, found in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if seen:
            pairs = list(found)
            yield pairs[0][0], [value for _place, value in pairs if value is not None]


def _y(value: float, top: float) -> float:
    return FLOOR - (FLOOR - TOP) * value / top


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(number: float) -> str:
    return f"{number:.3g}"
