"""A bar for each row of a table: times in one line, in the colours of the strips. All bars have one scale.

Pure functions of numbers and words. A page has hundreds of pieces, so these are no templates and no `format_html`.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape  # Django's is for lazy texts too, and takes three times as long

from django.utils.safestring import SafeString

from livechat.reports.strips import NAME_PX, PAD_PX

HEIGHT = 16  # px
ROOMS_PX = (150, 240, 400)  # how wide a bar must be for its names of a class: share-room-0, -1, -2


@dataclass(frozen=True, slots=True)
class Part:
    """A time: the class of its colour, its words on hover, and the name that is written inside if there is room."""

    slug: str
    length: float
    words: str
    name: str


def bar(words: str, parts: Iterable[Part], longest: float) -> SafeString:
    """A bar. `words` say what it shows; `longest` is the length of the longest bar of the page."""
    at, pieces = 0.0, []
    for part in parts:
        width = 100 * part.length / longest if longest else 0.0
        if width > 0:
            pieces.append(_part(part, at, width))
        at += width
    drawn = "".join(pieces)
    return SafeString(  # nosec B703  (every word is escaped)
        f'<svg class="share" role="img" width="100%" height="{HEIGHT}" aria-label="{escape(words)}">{drawn}</svg>'
    )


def _part(part: Part, at: float, width: float) -> str:
    place = f'x="{at:.2f}%" width="{width:.2f}%"'
    drawn = f'<rect class="strip-{part.slug}" {place} height="{HEIGHT}"><title>{escape(part.words)}</title></rect>'
    room = bisect_left(ROOMS_PX, (NAME_PX * len(part.name) + PAD_PX) / (width / 100))
    if room == len(ROOMS_PX):
        return drawn
    # A viewport of its own: a name that needs more room than it has is cut, and covers nothing.
    return (
        f'{drawn}<svg class="strip-name share-room-{room} strip-on-{part.slug}" {place} height="{HEIGHT}">'
        f'<text x="4" y="12">{escape(part.name)}</text></svg>'
    )
