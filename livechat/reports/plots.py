"""Plots as SVG: pure functions of numbers and words. Colours are classes, geometry attributes; a table stands beside.

A plot is as wide as its place: `x` and `width` are in per cent, and nothing is stretched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

HEIGHT, TOP, FOOT = 170, 26, 22  # px of a plot, of the room for the numbers above its bars, and of its labels
GAP = 0.14  # of a bar's place on each side
DENSE = 12  # bars, from which on a phone has no room for their numbers
MIN_HEIGHT = 3.0  # px of a range
_RECT = '<rect class="plot-{}" x="{}%" y="{}" width="{}%" height="{}"/>'


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of stacked parts (class, value), from the bottom up. `missing`: the share that was not observed."""

    label: str
    total: str
    parts: tuple[tuple[str, float], ...]
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """Two ranges in one place, as (lowest, highest): of the middle wait and of nine in ten."""

    label: str
    total: str
    half: tuple[float, float]
    most: tuple[float, float]


def bars(title: str, described: str, found: Sequence[Bar]) -> SafeString:
    """Stacked bars from zero."""
    top = max((sum(value for _slug, value in bar.parts) for bar in found), default=0) or 1
    width = 100 / max(1, len(found))
    pieces = [piece for place, bar in enumerate(found) for piece in _bar(bar, place * width, width, top)]
    return _svg(title, described, pieces, len(found))


def _bar(bar: Bar, left: float, width: float, top: float) -> Iterable[SafeString]:
    x, wide, floor = left + width * GAP, width * (1 - 2 * GAP), float(HEIGHT - FOOT)
    yield _text(bar.total, left + width / 2, 16, "plot-total")
    yield _text(bar.label, left + width / 2, HEIGHT - 5, "plot-label")
    if bar.missing:
        yield format_html(
            '<rect class="plot-missing" x="{}%" y="{}" width="{}%" height="3"/>', _n(x), floor, _n(wide * bar.missing)
        )
    for slug, value in bar.parts:
        height = (floor - TOP) * value / top
        floor -= height
        if height:
            yield format_html(_RECT, slug, _n(x), _n(floor), _n(wide), _n(height))


def spans(title: str, described: str, found: Sequence[Span], limit: float) -> SafeString:
    """Ranges of waits with a dashed line at a limit."""
    top = max([limit, *(span.most[1] for span in found)]) or 1
    width = 100 / max(1, len(found))
    line = format_html('<line class="plot-limit" x1="0" x2="100%" y1="{0}" y2="{0}"/>', _n(_y(limit, top)))
    pieces = [piece for place, span in enumerate(found) for piece in _span(span, place * width, width, top)]
    return _svg(title, described, [line, *pieces], len(found))


def _span(span: Span, left: float, width: float, top: float) -> Iterable[SafeString]:
    middle = left + width / 2
    yield _text(span.total, middle, 16, "plot-total")
    yield _text(span.label, middle, HEIGHT - 5, "plot-label")
    stem = '<line class="plot-stem" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>'
    yield format_html(stem, _n(middle), _n(_y(span.half[0], top)), _n(_y(span.most[1], top)))
    for slug, (low, high) in (("later", span.most), ("in-time", span.half)):
        y, height = _y(high, top), max(MIN_HEIGHT, _y(low, top) - _y(high, top))
        yield format_html(_RECT, slug, _n(left + width * 0.3), _n(y), _n(width * 0.4), _n(height))


def _y(value: float, top: float) -> float:
    return HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * value / top


def _svg(title: str, described: str, pieces: Iterable[SafeString], count: int) -> SafeString:
    dense = " plot-dense" if count > DENSE else ""
    return format_html(
        '<svg class="plot{}" role="img" height="{}" width="100%"><title>{}</title><desc>{}</desc>'
        '<line class="plot-floor" x1="0" x2="100%" y1="{}" y2="{}"/>{}</svg>',
        dense, HEIGHT, title, described, HEIGHT - FOOT, HEIGHT - FOOT,
        format_html_join("", "{}", ((piece,) for piece in pieces)),
    )  # fmt: skip


def _text(words: str, x: float, y: float, slug: str) -> SafeString:
    return format_html('<text class="{}" x="{}%" y="{}">{}</text>', slug, _n(x), _n(y), words)


def _n(number: float) -> str:
    """A number for an attribute, in the same form in every language."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
