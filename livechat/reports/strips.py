"""Strips: times of one agent as a small SVG, whose height says how much a status concerns a supervisor.

Pure functions of numbers and words. A strip is as wide as its place: `x` and `width` are in per cent, and nothing is
stretched. Colours are classes. Time that was not observed is hatched, and no bar goes through it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape  # Django's is for lazy texts too, and takes three times as long
from typing import NamedTuple

from django.utils.safestring import SafeString

from livechat.lib.markup import decimal, fill, join

HEIGHT = 22  # px of a strip that has a table to itself; 16 on boards
OF_16 = {"offline": 1.5, "online": 6.0, "away": 11.5, "past": 16.0}  # px of a strip of 16
NAME_PX, PAD_PX = 6.5, 8.0  # of a letter of a name, and of the room on its two sides
ROOMS_PX = (480, 660, 1000)  # how wide a strip must be for its names of a class: strip-room-0, -1, -2
OPEN_PX = 3.0


@dataclass(frozen=True, slots=True)
class Scale:
    """The time that a strip shows, in epoch ms."""

    began: int
    ended: int

    def x(self, moment: int) -> float:
        """Where a moment is, in per cent."""
        return 100 * (moment - self.began) / (self.ended - self.began)

    def width(self, began: int, ended: int) -> float:
        """How wide a time is, in per cent."""
        return 100 * (ended - began) / (self.ended - self.began)


class Mark(NamedTuple):
    """A bar of a strip: how high it is (`offline`, `online`, `away` or `past`), its class, and its words on hover.

    `name` is written inside if there is room. `open_first`, `open_last`: nobody saw it begin or end.
    """

    tall: str
    slug: str
    began: int
    ended: int
    words: str
    name: str = ""
    open_first: bool = False
    open_last: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A full hour of a scale. `minor`: a narrow scale leaves its number out."""

    moment: int
    label: str
    minor: bool


def ground(key: str, scale: Scale, ticks: Iterable[Tick], gaps: Iterable[tuple[int, int]]) -> SafeString:
    """What lies behind every strip of a page, once: the hours' lines, and what was not observed. `key` is its id."""
    lines = _lines(tuple((decimal(scale.x(tick.moment)), tick.minor) for tick in ticks))
    shown = ((max(began, scale.began), min(ended, scale.ended)) for began, ended in gaps)
    hatched = [
        fill(
            '<rect x="{}%" width="{}%" height="100%" fill="url(#{}-hatch)"/>',
            decimal(scale.x(began)), decimal(scale.width(began, ended)), key,
        )
        for began, ended in shown
        if began < ended
    ]  # fmt: skip
    return fill(
        '<svg class="strip-ground" width="1" height="1" aria-hidden="true"><defs>'
        '<pattern id="{0}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="strip-hatch" width="1.5" height="6"/></pattern><g id="{0}">{1}</g></defs></svg>',
        key, join((lines, *hatched)),
    )  # fmt: skip


@lru_cache(maxsize=100)
def _lines(places: tuple[tuple[str, bool], ...]) -> SafeString:
    """The lines of the hours, each at its place in per cent: the days of a page mostly have the same."""
    text = '<line class="strip-hour{1}" x1="{0}%" x2="{0}%" y1="0" y2="100%"/>'
    return join(fill(text, place, _minor(minor)) for place, minor in places)


def hours(scale: Scale, ticks: Iterable[Tick]) -> SafeString:
    """The numbers of the hours above the strips."""
    text = '<text class="strip-tick{}" x="{}%" y="14">{}</text>'
    labels = [fill(text, _minor(tick.minor), decimal(scale.x(tick.moment)), tick.label) for tick in ticks]
    return fill('<svg class="strip" width="100%" height="18" aria-hidden="true">{}</svg>', join(labels))


def strip(words: str, scale: Scale, marks: Sequence[Mark], ground_key: str, height: float = HEIGHT) -> SafeString:
    """A strip. `words` say what it shows."""
    found = (mark for mark in marks if mark.began < mark.ended)
    shown = SafeString("".join(part for mark in found for part in _mark(mark, scale, height)))  # nosec B703  (_mark escapes)
    return fill(
        '<svg class="strip" role="img" width="100%" height="{}" aria-label="{}"><use href="#{}"/>{}</svg>',
        decimal(height), words, ground_key, shown,
    )  # fmt: skip


def _mark(mark: Mark, scale: Scale, height: float) -> Iterable[str]:
    """The parts of a mark. A page has thousands, so they are put together by hand: its texts are escaped here."""
    x, width = scale.x(mark.began), scale.width(mark.began, mark.ended)
    top, tall, whole, middle = _levels(mark.tall, height)
    slug, at_x, as_wide = _escaped(mark.slug), f'x="{decimal(x)}%"', f'width="{decimal(width)}%"'
    box = f'{at_x} y="{top}" {as_wide} height="{tall}"'
    yield f'<rect class="strip-{slug}" {box}><title>{escape(mark.words)}</title></rect>'
    for is_open, at in ((mark.open_first, x), (mark.open_last, x + width)):
        if is_open:
            line = f'x1="{decimal(at)}%" x2="{decimal(at)}%" y1="{top}" y2="{whole}" stroke-width="{decimal(OPEN_PX)}"'
            yield f'<line class="strip-open" {line}/>'
    if not mark.name:
        return
    needed = (NAME_PX * len(mark.name) + PAD_PX) / (width / 100)
    room = bisect_left(ROOMS_PX, needed)
    if room < len(ROOMS_PX):
        # A viewport of its own: a name that needs more room than it has is cut, and covers nothing.
        classes = f'class="strip-name strip-room-{room} strip-on-{slug}"'
        yield (
            f'<svg {classes} {at_x} {as_wide} height="{whole}">'
            f'<text x="4" y="{middle}">{_escaped(mark.name)}</text></svg>'
        )


_escaped = lru_cache(maxsize=1_000)(escape)  # of what stands in every strip: classes and names of statuses


@lru_cache(maxsize=100)
def _levels(kind: str, height: float) -> tuple[str, str, str, str]:
    """Where a bar begins, how high it is and its strip, and where its name stands, all in px."""
    tall = height * OF_16[kind] / 16
    return decimal(height - tall), decimal(tall), decimal(height), decimal(height - tall / 2 + 4)


def _minor(minor: bool) -> str:
    return " strip-minor" if minor else ""
