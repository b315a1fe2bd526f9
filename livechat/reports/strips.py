"""Strips: times of one agent as a small SVG, whose height says how much a status concerns a supervisor.

Pure functions of numbers and words. A strip is as wide as its place: `x` and `width` are in per cent, and nothing is
stretched. Colours are classes. Time that was not observed is hatched, and no bar goes through it.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape  # Django's is for lazy texts too, and takes three times as long
from typing import NamedTuple

from django.utils.safestring import SafeString

from livechat.lib.markup import decimal, digits, fill, join

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
    """A bar of a strip: how high it is (`offline`, `online`, `away` or `past`), its class, and words on hover, if any.

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


class Grounds:
    """What lies behind the strips of a page: the hours' lines, and what was not observed. Strips share it if they can.

    `name`: what their ids begin with.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._known: dict[Hashable, str] = {}

    def of(self, scale: Scale, ticks: Sequence[Tick], gaps: Iterable[tuple[int, int]]) -> tuple[str, SafeString]:
        """The id of a ground, and what draws it; that is empty if it was given before."""
        began, ended = scale.began, scale.ended
        shown = [(max(first, began), min(last, ended)) for first, last in gaps if first < ended and last > began]
        behind = (
            ended - began,
            tuple([(tick.moment - began, tick.minor) for tick in ticks]),
            tuple([(first - began, last - began) for first, last in shown]),
        )
        if behind in self._known:
            return self._known[behind], SafeString()
        key = self._known[behind] = f"{self._name}-{len(self._known)}"
        return key, _ground(key, scale, ticks, shown)


def _ground(key: str, scale: Scale, ticks: Iterable[Tick], gaps: Iterable[tuple[int, int]]) -> SafeString:
    line = '<line class="strip-hour{1}" x1="{0}%" x2="{0}%" y1="0" y2="100%"/>'
    hatched = '<rect x="{}%" width="{}%" height="100%" fill="url(#{}-hatch)"/>'
    lines = [fill(line, decimal(scale.x(tick.moment)), _minor(tick.minor)) for tick in ticks]
    unseen = [fill(hatched, decimal(scale.x(first)), decimal(scale.width(first, last)), key) for first, last in gaps]
    return fill(
        '<svg class="strip-ground" width="1" height="1" aria-hidden="true"><defs>'
        '<pattern id="{0}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="strip-hatch" width="1.5" height="6"/></pattern><g id="{0}">{1}</g></defs></svg>',
        key, join([*lines, *unseen]),
    )  # fmt: skip


def hours(scale: Scale, ticks: Iterable[Tick]) -> SafeString:
    """The numbers of the hours above the strips."""
    text = '<text class="strip-tick{}" x="{}%" y="14">{}</text>'
    labels = [fill(text, _minor(tick.minor), decimal(scale.x(tick.moment)), tick.label) for tick in ticks]
    return fill('<svg class="strip" width="100%" height="18" aria-hidden="true">{}</svg>', join(labels))


def strip(words: str, scale: Scale, marks: Sequence[Mark], ground_key: str, height: float = HEIGHT) -> SafeString:
    """A strip. `words` say what it shows."""
    shown = [_mark(mark, scale, height) for mark in marks if mark.began < mark.ended]
    return fill(
        '<svg class="strip" role="img" width="100%" height="{}" aria-label="{}"><use href="#{}"/>{}</svg>',
        decimal(height), words, ground_key, SafeString("".join(shown)),  # nosec B703  (_mark escapes)
    )  # fmt: skip


def _mark(mark: Mark, scale: Scale, height: float) -> str:
    """A mark. A page has thousands, so they are put together by hand: its texts are escaped here."""
    x, width = scale.x(mark.began), scale.width(mark.began, mark.ended)
    top, tall, whole, middle = _levels(mark.tall, height)
    slug, at_x, as_wide = _escaped(mark.slug), f'x="{digits(x)}%"', f'width="{digits(width)}%"'
    said = f"<title>{escape(mark.words)}</title>" if mark.words else ""
    drawn = f'<rect class="strip-{slug}" {at_x} y="{top}" {as_wide} height="{tall}">{said}</rect>'
    if mark.open_first:
        drawn += _open(x, top, whole)
    if mark.open_last:
        drawn += _open(x + width, top, whole)
    if not mark.name:
        return drawn
    needed = (NAME_PX * len(mark.name) + PAD_PX) / (width / 100)
    room = bisect_left(ROOMS_PX, needed)
    if room == len(ROOMS_PX):
        return drawn
    # A viewport of its own: a name that needs more room than it has is cut, and covers nothing.
    return (
        f'{drawn}<svg class="strip-name strip-room-{room} strip-on-{slug}" {at_x} {as_wide} height="{whole}">'
        f'<text x="4" y="{middle}">{_escaped(mark.name)}</text></svg>'
    )


def _open(x: float, top: str, whole: str) -> str:
    """An end that nobody saw."""
    at, wide = digits(x), digits(OPEN_PX)
    return f'<line class="strip-open" x1="{at}%" x2="{at}%" y1="{top}" y2="{whole}" stroke-width="{wide}"/>'


_escaped = lru_cache(maxsize=1_000)(escape)  # of what stands in every strip: classes and names of statuses


@lru_cache(maxsize=100)
def _levels(kind: str, height: float) -> tuple[str, str, str, str]:
    """Where a bar begins, how high it is and its strip, and where its name stands, all in px."""
    tall = height * OF_16[kind] / 16
    return digits(height - tall), digits(tall), digits(height), digits(height - tall / 2 + 4)


def _minor(minor: bool) -> str:
    return " strip-minor" if minor else ""
