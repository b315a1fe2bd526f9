"""What a wall display shows: counts, times and agents' aliases, and by construction nothing else.

Visitors' records come in here only to be counted; no field of theirs, no GUID and no address has a way
into `WallBoard`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.live import agents, visitors
from livechat.live.names import Names
from livechat.live.pictures import Picture

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Panel:
    """One big figure; `value` is "–" where it is not known, `since` an instant to tick from."""

    slug: str
    label: str
    value: str
    since: datetime | None
    since_exact: bool
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class WallAgent:
    """An agent on a wall: the alias, never an id. `load` is "3/5", chats of places, as far as they are known.

    `limit` is the seconds after which the status has lasted too long.
    """

    alias: str
    status: str
    tone: str
    icon: str
    since: datetime | None
    since_exact: bool
    limit: int | None
    load: str


@dataclass(frozen=True, slots=True)
class WallBoard:
    """Everything a wall may show."""

    panels: tuple[Panel, ...]
    rows: tuple[WallAgent, ...]
    offline_count: int


def board(agent_picture: Picture | None, visitor_picture: Picture | None, names: Names, team: str = "") -> WallBoard:
    """The wall of a site, or of one team of it."""
    rows = agents.chosen(agents.visible(agent_picture, names), team=team)
    shown = [row for row in rows if row.slug != "offline"]
    return WallBoard(
        panels=_panels(agents.counts(rows), agent_picture, visitor_picture),
        rows=tuple(_agent(row, place) for place, row in enumerate(shown, start=1)),
        offline_count=len(rows) - len(shown),
    )


def _panels(tally: Counter[str], agent_picture: Picture | None, visitor_picture: Picture | None) -> tuple[Panel, ...]:
    queue = visitors.queue(visitor_picture)
    groups = visitors.groups(visitor_picture)
    watched, staffed = visitor_picture is not None, agent_picture is not None
    on, here = tally["online"], len(visitor_picture.rows) if visitor_picture else 0

    def panel(slug: str, label: str | Promise, value: int, known: bool, tone: str, icon: str) -> Panel:
        return Panel(slug, str(label), str(value) if known else UNKNOWN, None, True, tone, icon)

    tone = "red" if queue.waiting else "green"
    longest = Panel("longest", str(_("Longest wait")), UNKNOWN, queue.since, queue.since_exact, tone, "clock")
    return (
        panel("waiting", _("Waiting"), queue.waiting, watched, tone, "hourglass"),
        longest,
        panel("chatting", _("Chatting"), groups.get("chatting", 0), watched, "blue", "messages"),
        panel("online", _("Online"), on, staffed, "green" if on else "red", "circle-check"),
        panel("away", _("Away"), tally["away"], staffed, "yellow", "moon"),
        panel("visitors", _("On the site"), here, watched, "neutral", "eye"),
    )


def _agent(row: agents.AgentRow, place: int) -> WallAgent:
    alias, load = _alias(row, place), _load(row)
    return WallAgent(alias, str(row.status), row.tone, row.icon, row.since, row.since_exact, row.limit, load)


def _load(row: agents.AgentRow) -> str:
    chats = UNKNOWN if row.chats is None else str(row.chats)
    return f"{chats}/{row.capacity}" if row.capacity else chats


def _alias(row: agents.AgentRow, place: int) -> str:
    """The alias; else the first name with an initial; else a number: never the GUID's first characters."""
    if row.alias:
        return row.alias
    if row.name == row.short:
        return f"#{place}"
    parts = row.name.split()
    return f"{parts[0]} {parts[-1][0]}." if len(parts) > 1 else row.name
