"""How a wall is designed: which figures it shows, in which order and size, and when they raise an alarm.

The kinds of figures are a closed list; what a stored design says beyond it is left out.
"""

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.models import Wall

SIZES = ("normal", "large", "double")


@dataclass(frozen=True, slots=True)
class PanelType:
    """A figure that a wall may show. `low`: few of it raise an alarm, not many; `seconds`: it is a time."""

    slug: str
    label: str | Promise
    tone: str
    icon: str
    low: bool = False
    seconds: bool = False

    @property
    def warnings(self) -> tuple[str | Promise, str | Promise]:
        """The words beside an amber and a red figure, so that its colour is never alone."""
        if self.seconds:
            return _("Long"), _("Too long")
        return (_("Few"), _("Too few")) if self.low else (_("Many"), _("Too many"))


VISITOR_PANELS = ("waiting", "longest", "chatting", "visitors")
PANEL_TYPES = {
    kind.slug: kind
    for kind in (
        PanelType("waiting", _("Waiting"), "neutral", "hourglass"),
        PanelType("longest", _("Longest wait"), "neutral", "clock", seconds=True),
        PanelType("chatting", _("Chatting"), "blue", "message-circle"),
        PanelType("online", _("Online"), "green", "circle-check", low=True),
        PanelType("away", _("Away"), "yellow", "moon"),
        PanelType("offline", _("Offline"), "neutral", "circle-off"),
        PanelType("ongoing", _("Ongoing chats"), "blue", "messages"),
        PanelType("free", _("Free places"), "green", "circle-plus", low=True),
        PanelType("visitors", _("Visitors on site"), "neutral", "eye"),
    )
}


@dataclass(frozen=True, slots=True)
class Panel:
    """A figure as a wall shows it, and from which value on it is amber or red (seconds for a time)."""

    kind: PanelType
    size: str
    amber: int | None
    red: int | None

    def level(self, value: int) -> str:
        """amber, red, or empty where nothing is amiss."""
        for name, limit in (("red", self.red), ("amber", self.amber)):
            if limit is not None and (value <= limit if self.kind.low else value >= limit):
                return name
        return ""


@dataclass(frozen=True, slots=True)
class Design:
    """A wall's design, ready to use."""

    title: str
    teams: tuple[str, ...]
    panels: tuple[Panel, ...]
    agents: bool
    agents_place: str
    agents_size: str
    naming: str
    theme: str
    language: str
    clock: str
    time_zone: str
    every: int

    @property
    def reads(self) -> set[str]:
        """The lists of Comm100's that it rests on: of agents, of visitors."""
        found = {"visitors" if placed.kind.slug in VISITOR_PANELS else "agents" for placed in self.panels}
        return found | {"agents"} if self.agents else found


@lru_cache(maxsize=1000)
def _zone(name: str) -> str:
    """A wall's time zone; this installation's for one that is not known here, as on another machine before."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        return settings.TIME_ZONE


def of(wall: Wall) -> Design:
    """The design of a wall, as far as it is known here."""
    return Design(
        title=wall.title,
        teams=tuple(wall.teams),
        panels=tuple(
            Panel(PANEL_TYPES[panel["slug"]], panel["size"], panel["amber"], panel["red"])
            for panel in wall.panels
            if panel["slug"] in PANEL_TYPES and panel["size"] in SIZES
        ),
        agents=wall.agents,
        agents_place=wall.agents_place,
        agents_size=wall.agents_size,
        naming=wall.naming,
        theme=wall.theme,
        language=wall.language,
        clock=wall.clock,
        time_zone=_zone(wall.time_zone),
        every=wall.every,
    )
