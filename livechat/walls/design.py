"""How a wall is designed: which panels it shows, in which order and size, and at which values they turn amber or red.

The panel types are a closed list. Anything else in a stored design is left out.
"""

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.boards import levels
from livechat.models import Wall

PANEL_SIZES = ("normal", "large", "double")


@dataclass(frozen=True, slots=True)
class PanelType:
    """A panel that a wall can show. `low`: small values are the alarming ones; `is_time`: its value is a time."""

    slug: str
    label: str | Promise
    tone: str
    icon: str
    low: bool = False
    is_time: bool = False

    @property
    def warnings(self) -> tuple[str | Promise, str | Promise]:
        """The words beside an amber and a red value, so that colour is never the only sign."""
        if self.is_time:
            return _("Long"), _("Too long")
        return (_("Few"), _("Too few")) if self.low else (_("Many"), _("Too many"))


VISITOR_PANELS = ("waiting", "longest", "chatting", "visitors")  # the others count agents
PANEL_TYPES = {
    panel_type.slug: panel_type
    for panel_type in (
        PanelType("waiting", _("Waiting"), "neutral", "hourglass"),
        PanelType("longest", _("Longest wait"), "neutral", "clock", is_time=True),
        PanelType("chatting", _("Chatting"), "blue", "message-circle"),
        PanelType("online", _("Online"), "green", "circle-check", low=True),
        PanelType("away", _("Away"), "violet", "moon"),
        PanelType("offline", _("Offline"), "neutral", "circle-off"),
        PanelType("ongoing", _("Ongoing chats"), "blue", "messages"),
        PanelType("free", _("Free places"), "green", "circle-plus", low=True),
        PanelType("visitors", _("All visitors"), "neutral", "eye"),
    )
}


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of a wall, with its size and its limits: the first value that is amber or red (seconds for a time)."""

    type: PanelType
    size: str
    amber: int | None
    red: int | None

    @property
    def has_limits(self) -> bool:
        """Whether it can turn amber or red."""
        return self.amber is not None or self.red is not None

    def level(self, value: int) -> str:
        """The level of a value: amber, red or empty."""
        return levels.level(value, self.amber, self.red, low=self.type.low)


@dataclass(frozen=True, slots=True)
class Design:
    """A wall's design, ready to use. No teams means all teams. `every`: seconds between two polls of a screen."""

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
    def lists(self) -> set[str]:
        """The lists of the API that this wall needs: "agents", "visitors" or both."""
        needed = {"visitors" if panel.type.slug in VISITOR_PANELS else "agents" for panel in self.panels}
        return needed | {"agents"} if self.agents else needed


@lru_cache(maxsize=1000)
def _known_zone(name: str) -> str:
    """A time zone, or this installation's if the name is unknown here: another machine may have stored it."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        return settings.TIME_ZONE


def of(wall: Wall) -> Design:
    """The design of a wall."""
    return Design(
        title=wall.title,
        teams=tuple(wall.teams),
        panels=tuple(
            Panel(PANEL_TYPES[stored["slug"]], stored["size"], stored["amber"], stored["red"])
            for stored in wall.panels
            if stored["slug"] in PANEL_TYPES and stored["size"] in PANEL_SIZES
        ),
        agents=wall.agents,
        agents_place=wall.agents_place,
        agents_size=wall.agents_size,
        naming=wall.naming,
        theme=wall.theme,
        language=wall.language,
        clock=wall.clock,
        time_zone=_known_zone(wall.time_zone),
        every=wall.every,
    )
