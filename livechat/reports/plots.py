"""Plots as SVG: pure functions of numbers and words. Colours are classes, geometry attributes; a table stands beside.

A plot is as wide as its place: `x` and `width` are in per cent, and nothing is stretched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from livechat.lib.markup import decimal, fill, join

HEIGHT, TOP, FOOT = 170, 26, 22  # px of a plot, of the room for the numbers above its bars, and of its labels
BAR_GAP = 0.14  # of a bar's place on each side
FEW_BARS = 8  # bars, below which a bar is no wider than one of so many
MARK_GAP = 0.04  # of a bar's place on each side of the mark across it
DENSE_BARS = 12  # bars, from which on a phone has no room for their numbers
PACKED_BARS = 18  # bars, from which on the numbers are smaller
MIN_HEIGHT = 3.0  # px of a range
_RECT = '<rect class="plot-{}" x="{}%" y="{}" width="{}%" height="{}"/>'
_GAP = '<rect class="plot-gap" fill="url(#{})" x="{}%" y="{}" width="{}%" height="{}"/>'
_HATCH = (
    '<defs><pattern id="{}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line class="plot-hatch" x1="0" x2="0" y1="0" y2="5"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of stacked parts (class, value), from the bottom up.

    `missing`: the share that was not observed, as a line below. `gaps`: what was not observed, from and to as shares of
    its width: there the bar is cut and hatched. `mark`: a value that it is compared with.
    """

    label: str
    total: str
    parts: tuple[tuple[str, float], ...]
    missing: float = 0.0
    gaps: tuple[tuple[float, float], ...] = ()
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Two ranges in one place, as (lowest, highest): of the middle wait and of nine in ten."""

    label: str
    total: str
    half: tuple[float, float]
    most: tuple[float, float]


def bars(title: str, described: str, found: Sequence[Bar], hatch: str = "hatch") -> SafeString:
    """Stacked bars from zero. `hatch`: an id that no other plot of the page has."""
    top = max((max(sum(value for _slug, value in bar.parts), bar.mark or 0) for bar in found), default=0) or 1
    width = _width(found)
    pieces = [piece for place, bar in enumerate(found) for piece in _bar(bar, place * width, width, top, hatch)]
    if any(bar.gaps for bar in found):
        pieces.insert(0, fill(_HATCH, hatch))
    return _svg(title, described, pieces, len(found))


def _bar(bar: Bar, left: float, width: float, top: float, hatch: str) -> Iterable[SafeString]:
    x, wide, floor = left + width * BAR_GAP, width * (1 - 2 * BAR_GAP), float(HEIGHT - FOOT)
    yield from _texts(bar, left + width / 2)
    if bar.missing:
        yield fill(
            '<rect class="plot-missing" x="{}%" y="{}" width="{}%" height="3"/>',
            decimal(x),
            floor,
            decimal(wide * bar.missing),
        )
    for began, ended in bar.gaps:
        yield fill(_GAP, hatch, decimal(x + wide * began), TOP, decimal(wide * (ended - began)), HEIGHT - FOOT - TOP)
    for slug, value in bar.parts:
        height = (HEIGHT - FOOT - TOP) * value / top
        floor -= height
        for began, ended in _seen(bar.gaps) if height else ():
            size = (decimal(x + wide * began), decimal(floor), decimal(wide * (ended - began)), decimal(height))
            yield fill(_RECT, slug, *size)
    if bar.mark is not None:
        yield _mark(left + width * MARK_GAP, left + width * (1 - MARK_GAP), _y(bar.mark, top))


def _mark(left: float, right: float, y: float) -> SafeString:
    """A line across a bar, with a halo: it must be seen on the bar and beside it."""
    line = '<line class="plot-{0}" x1="{1}%" x2="{2}%" y1="{3}" y2="{3}"/>'
    return fill(
        line.replace("{0}", "halo") + line.replace("{0}", "mark"), "", decimal(left), decimal(right), decimal(y)
    )


def _seen(gaps: Iterable[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """What lies between gaps."""
    at = 0.0
    for began, ended in (*gaps, (1.0, 1.0)):
        if began > at:
            yield at, began
        at = ended


def spans(title: str, described: str, found: Sequence[Span], limit: float) -> SafeString:
    """Ranges of waits with a dashed line at a limit."""
    top = max([limit, *(span.most[1] for span in found)]) or 1
    width = _width(found)
    line = fill('<line class="plot-limit" x1="0" x2="100%" y1="{0}" y2="{0}"/>', decimal(_y(limit, top)))
    pieces = [piece for place, span in enumerate(found) for piece in _span(span, place * width, width, top)]
    return _svg(title, described, [line, *pieces], len(found))


def _span(span: Span, left: float, width: float, top: float) -> Iterable[SafeString]:
    middle = left + width / 2
    yield from _texts(span, middle)
    stem = '<line class="plot-stem" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>'
    yield fill(stem, decimal(middle), decimal(_y(span.half[0], top)), decimal(_y(span.most[1], top)))
    for slug, (low, high) in (("later", span.most), ("in-time", span.half)):
        y, height = _y(high, top), max(MIN_HEIGHT, _y(low, top) - _y(high, top))
        yield fill(_RECT, slug, decimal(left + width * 0.3), decimal(y), decimal(width * 0.4), decimal(height))


def _width(found: Sequence[object]) -> float:
    """The width of a bar's place in per cent."""
    return 100 / max(FEW_BARS, len(found))


def _y(value: float, top: float) -> float:
    return HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * value / top


def _svg(title: str, described: str, pieces: Iterable[SafeString], count: int) -> SafeString:
    dense = (" plot-dense" if count > DENSE_BARS else "") + (" plot-packed" if count > PACKED_BARS else "")
    return fill(
        '<svg class="plot{}" role="img" height="{}" width="100%"><title>{}</title><desc>{}</desc>'
        '<line class="plot-floor" x1="0" x2="100%" y1="{}" y2="{}"/>{}</svg>',
        dense, HEIGHT, title, described, HEIGHT - FOOT, HEIGHT - FOOT,
        join(pieces),
    )  # fmt: skip


def _texts(drawn: Bar | Span, x: float) -> Iterable[SafeString]:
    """Its total above it and its label below it, if it has them: few of a year's days do."""
    for words, y, slug in ((drawn.total, 16, "total"), (drawn.label, HEIGHT - 5, "label")):
        if words:
            yield fill('<text class="plot-{}" x="{}%" y="{}">{}</text>', slug, decimal(x), y, words)
