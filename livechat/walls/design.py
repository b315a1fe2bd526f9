"""How a wall is designed: which panels it shows, in which order and size, and at which values they turn amber or red.

The panel types are a closed list. Anything else in a stored design is left out.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.boards.levels import Limits
from livechat.lib import time_zones
from livechat.models import Wall

PANEL_SIZES = ("normal", "large", "double")


@dataclass(frozen=True, slots=True)
class PanelType:
    """A panel that a wall can show. `low`: small values are the alarming ones; `is_time`: its value is a time.

    `none`: the words of a low value whose limit is 0. `digits`: what it has room for even if its value has fewer.
    `limited`: it can have limits; alarms have those of their rules.
    """

    slug: str
    label: str | Promise
    icon: str
    low: bool = False
    is_time: bool = False
    none: str | Promise = ""
    digits: int = 2
    limited: bool = True


ALARMS = "alarms"
VISITOR_PANELS = ("waiting", "longest", "chatting", "visitors")  # the others count agents
PANEL_TYPES = {
    panel_type.slug: panel_type
    for panel_type in (
        PanelType("waiting", _("Waiting"), "hourglass"),
        PanelType("longest", _("Longest wait"), "clock", is_time=True),
        PanelType("chatting", _("Chatting"), "message-circle", digits=3),
        PanelType("online", _("Online"), "circle-check", low=True, none=_("nobody")),
        PanelType("away", _("Away"), "moon"),
        PanelType("offline", _("Offline"), "circle-off"),
        PanelType("ongoing", _("Ongoing chats"), "messages", digits=3),
        PanelType("free", _("Free places"), "circle-plus", low=True, none=_("none free"), digits=3),
        PanelType("visitors", _("All visitors"), "eye", digits=3),
        PanelType(ALARMS, _("Alarms"), "alert-octagon", limited=False),
    )
}


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of a wall, with its size and its limits: the first value that is amber or red (seconds for a time).

    None: no limit. But a wait without a limit of its own has the site's.
    """

    type: PanelType
    size: str
    amber: int | None
    red: int | None

    def limits(self, wait: Limits) -> Limits:
        """The limits in force. `wait`: those of the site for a wait."""
        if not self.type.is_time:
            return Limits(self.amber, self.red)
        return Limits(
            wait.amber if self.amber is None else self.amber,
            wait.red if self.red is None else self.red,
        )


@dataclass(frozen=True, slots=True)
class PanelCurve:
    """A curve of a figure. `span`: "hour", the last one, or "day", since the site opened today."""

    slug: str
    span: str


CURVES = ("waiting", "longest", "online")  # the figures that can have one, in the order of a wall


def may_have_curve(slug: str, shown: Collection[str], *, agents: bool) -> bool:
    """Whether a wall that shows these figures tells so much anyway; `agents`: it shows the agents one by one, too."""
    return slug in shown or (slug == "online" and agents)


@dataclass(frozen=True, slots=True)
class Design:
    """A wall's design, ready to use. No teams means all teams. `every`: seconds between two polls of a screen."""

    title: str
    teams: tuple[str, ...]
    panels: tuple[Panel, ...]
    curves: tuple[PanelCurve, ...]
    agents: bool
    agents_place: str
    agents_size: str
    naming: str
    theme: str
    language: str
    clock: str
    time_zone: str
    every: int
    sound: bool

    @property
    def lists(self) -> set[str]:
        """The lists of the API that this wall needs: "agents", "visitors" or both."""
        needed = {"visitors" if panel.type.slug in VISITOR_PANELS else "agents" for panel in self.panels}
        return needed | {"agents"} if self.agents else needed


def of(wall: Wall) -> Design:
    """The design of a wall."""
    panels = tuple(
        Panel(PANEL_TYPES[stored["slug"]], stored["size"], stored["amber"], stored["red"])
        for stored in wall.panels
        if stored["slug"] in PANEL_TYPES and stored["size"] in PANEL_SIZES
    )
    return Design(
        title=wall.title,
        teams=tuple(wall.teams),
        panels=panels,
        curves=_curves(wall, {panel.type.slug for panel in panels}),
        agents=wall.agents,
        agents_place=wall.agents_place,
        agents_size=wall.agents_size,
        naming=wall.naming,
        theme=wall.theme,
        language=wall.language,
        clock=wall.clock,
        time_zone=time_zones.known_or_default(wall.time_zone).key,
        every=wall.every,
        sound=wall.sound,
    )


def _curves(wall: Wall, shown: set[str]) -> tuple[PanelCurve, ...]:
    """The curves of a wall, of what it shows anyway."""
    spans = {slug: getattr(wall, f"curve_{slug}") for slug in CURVES}
    return tuple(
        PanelCurve(slug, span)
        for slug, span in spans.items()
        if span and span in Wall.Span.values and may_have_curve(slug, shown, agents=wall.agents)
    )
