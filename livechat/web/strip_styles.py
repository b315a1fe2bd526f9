"""How the statuses of a page's strips are drawn: their colours, names and limits, and a legend of what was drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from livechat.boards import status_styles
from livechat.boards.directory_names import Names
from livechat.boards.levels import NO_LIMITS, Limits
from livechat.comm100.names import name_key, readable
from livechat.comm100.records import status_kind
from livechat.reports.timeline import Piece
from livechat.web.report_words import NOTHING

HUES = 5  # the last one is for every other kind of away


@dataclass(frozen=True, slots=True)
class StripStyle:
    """How a status is drawn: its kind, its class, its name, and the limits of the time in it."""

    kind: str
    slug: str
    label: str
    limits: Limits


class StripStyles:
    """The styles of a page's strips. `statuses`: all that may be drawn; of several spellings the last one counts."""

    def __init__(self, names: Names, statuses: Iterable[str]) -> None:
        self._names = names
        self._away = kinds_of_away(names, {name_key(name): name for name in statuses})
        self._hues = hues(self._away)
        self._styles: dict[str, StripStyle] = {}
        self.levels: set[str] = set()
        """The limits that something lasted past: amber, red."""
        self.gaps = False
        """Whether some time was not observed."""
        self.over = _("over")

    def of(self, status: str) -> StripStyle:
        """The style of a status that is drawn."""
        style = self._styles.get(status)
        if style is None:
            kind, limits = status_kind(status), NO_LIMITS
            if kind == "away":
                limits = self._names.limits_of(status)
            slug = f"away-{self._hues[name_key(status)]}" if kind == "away" else kind
            style = self._styles[status] = StripStyle(kind, slug, label(status), limits)
        return style

    def legend(self) -> list[tuple[str, str]]:
        """What the colours mean: (class, words). To be read after the strips were made: it tells what they show."""
        drawn = {name_key(status) for status in self._styles}
        made = [("online", _("online"))] if "online" in drawn else []
        made += [(f"away-{self._hues[key]}", label(name)) for key, name in self._away.items() if key in drawn]
        limits = (("amber", _("past its limit")), ("red", _("past 1.5 × its limit")))
        made += [(slug, words) for slug, words in limits if slug in self.levels]
        made.append(("offline", _("offline")))
        if self.gaps:
            made.append(("missing", _("not observed")))
        return made


def kinds_of_away(names: Names, seen: Mapping[str, str]) -> dict[str, str]:
    """Every kind of away that the site has or that was seen, by its `name_key`, in the order of the colours."""
    own = [name for name in names.away if name_key(name) != "away"]
    known = {name_key(name) for name in own} | {"online", "away"}
    others = sorted(name for key, name in seen.items() if key not in known and status_kind(name) == "away")
    return {name_key(name): name for name in ("away", *own, *others)}


def hues(kinds: Iterable[str]) -> dict[str, int]:
    """The number of the colour of each kind of away."""
    return {key: min(place, HUES - 1) for place, key in enumerate(kinds)}


def by_level(piece: Piece, limits: Limits) -> Iterable[tuple[str, int, int]]:
    """A piece by the levels of its limits, each of which counts from its beginning: (level, from, to)."""
    if limits.amber is None and limits.red is None:
        return (("", piece.began, piece.ended),)
    amber, red = (
        piece.ended if seconds is None else min(piece.ended, max(piece.began, piece.since + seconds * 1000))
        for seconds in (limits.amber, limits.red)
    )
    amber = min(amber, red)
    parts = (("", piece.began, amber), ("amber", amber, red), ("red", red, piece.ended))
    return (part for part in parts if part[1] < part[2])


def label(status: str) -> str:
    """A status' name on pages."""
    return _label(status, translation.get_language())


@lru_cache(maxsize=1_000)
def _label(status: str, _language: str | None) -> str:
    return readable(str(status_styles.of_agent(status).label)) or NOTHING
