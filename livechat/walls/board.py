"""What a wall display shows: counts, times and agents' aliases, and by construction nothing else.

Visitors' records come in here only to be counted; no field of theirs, no GUID, no address and none of Comm100's own
sentences has a way into `WallBoard`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from livechat.boards import agents, visitors
from livechat.boards.agents import AgentRow
from livechat.boards.directory_names import Names
from livechat.live.snapshot_data import SnapshotData
from livechat.walls.design import Design, Panel

UNKNOWN_VALUE = "–"

# Why there are no newer figures, by the reason's slug: Comm100's own words stay inside.
REASON_WORDS: dict[str, str | Promise] = {
    "no-connection": _("This site has no shared Comm100 connection"),
    "cannot-open": _("The stored credential cannot be opened"),
    "refused-credential": _("Comm100 does not accept the credential"),
    "forbidden": _("Comm100 does not permit this"),
    "throttled": _("Comm100 asks for fewer calls"),
    "unreachable": _("Comm100 does not answer"),
    "database": _("The dashboard’s database failed"),
}
OTHER_REASON = _("Comm100’s answer could not be used")


@dataclass(frozen=True, slots=True)
class PanelValue:
    """One big figure; `value` is "–" where it is not known, `since` an instant to tick from.

    `stands` is the level (amber, red or empty) of a value; `amber` and `red` are the limits of what ticks, in seconds.
    """

    slug: str
    label: str
    value: str
    since: datetime | None
    since_exact: bool
    tone: str
    icon: str
    size: str
    stands: str
    amber: int | None
    red: int | None
    warnings: tuple[str, str]

    @property
    def level(self) -> str:
        """The level now. A display that has scripts goes on from there by its own clock."""
        if self.since is None:
            return self.stands
        waited = (timezone.now() - self.since).total_seconds()
        for name, limit in (("red", self.red), ("amber", self.amber)):
            if limit is not None and waited >= limit:
                return name
        return ""


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
    """Everything a wall may show. `marked`: some figure may raise an alarm; `lost`: its teams are there no more.

    `notice` says of how many teams nobody is counted any more, where no other words say it; else empty.
    """

    panels: tuple[PanelValue, ...]
    rows: tuple[WallAgent, ...]
    offline_count: int
    marked: bool
    lost: bool
    notice: str


def reason_words(slug: str) -> str:
    """Why there are no newer figures, in words that are ours; empty where nothing is wrong."""
    return str(REASON_WORDS.get(slug, OTHER_REASON)) if slug else ""


def make(agent_data: SnapshotData | None, visitor_data: SnapshotData | None, names: Names, design: Design) -> WallBoard:
    """The wall of a site, or of some teams of it, in the language that is active."""
    rows = [row for row in agents.visible(agent_data, names) if not design.teams or row.team in design.teams]
    shown = [row for row in rows if row.slug != "offline"] if design.agents else []
    queue = visitors.queue(visitor_data)
    # A team that was renamed is not a team in which nobody is on.
    gone = len({*design.teams} - {*names.teams})
    lost = bool(design.teams) and gone == len({*design.teams})
    counted = _count_agents(rows if agent_data and not lost else None) | _count_visitors(visitor_data)
    if design.naming == "number":  # in the order of the names numbers would be hard to find, and tell of the names
        shown = agents.by_number(shown, names)
    called = _display_names(design.naming, shown, names)
    return WallBoard(
        panels=tuple(_panel(placed, counted, queue) for placed in design.panels),
        rows=tuple(_agent(row, called[row.id]) for row in shown),
        offline_count=sum(row.slug == "offline" for row in rows) if design.agents else 0,
        marked=any(placed.amber is not None or placed.red is not None for placed in design.panels),
        lost=lost,
        notice=_notice(gone, lost) if gone and not (lost and design.agents) else "",
    )


def _notice(gone: int, lost: bool) -> str:
    """A wall that counts too few must say so: in a line that fits beside another, upright too."""
    if lost:
        return gettext("This wall’s teams are not in the directory any more")
    said = ngettext(
        "%(count)d of this wall’s teams is not in the directory",
        "%(count)d of this wall’s teams are not in the directory",
        gone,
    )
    return said % {"count": gone}


def _count_agents(rows: list[AgentRow] | None) -> dict[str, int]:
    """What is known of the agents, by the slugs of figures."""
    if rows is None:
        return {}
    tally = agents.counts(rows)
    known = {slug: tally[slug] for slug in ("online", "away", "offline")}
    if not rows or any(row.chats is not None for row in rows):
        known["ongoing"] = tally["chats"]
    if not tally["online"] or any(row.free is not None for row in rows):
        known["free"] = tally["free"]  # else nobody's capacity is known, which is not the same as none free
    return known


def _count_visitors(data: SnapshotData | None) -> dict[str, int]:
    """What is known of the visitors, in the same way."""
    if data is None:
        return {}
    groups = visitors.count_groups(data)
    here = sum(groups.values()) - groups.get("left", 0)
    waiting = visitors.queue(data).waiting
    return {"waiting": waiting, "chatting": groups.get("chatting", 0), "visitors": here}


def _panel(placed: Panel, counted: dict[str, int], queue: visitors.Queue) -> PanelValue:
    kind, value = placed.kind, counted.get(placed.kind.slug)
    ticks = kind.seconds and queue.since is not None
    few, many = kind.warnings
    return PanelValue(
        slug=kind.slug,
        label=str(kind.label),
        value=UNKNOWN_VALUE if value is None else str(value),
        since=queue.since if ticks else None,
        since_exact=queue.since_exact,
        tone=kind.tone,
        icon=kind.icon,
        size=placed.size,
        stands="" if value is None else placed.level(value),
        amber=placed.amber if ticks else None,
        red=placed.red if ticks else None,
        warnings=(str(few), str(many)),
    )


def _agent(row: AgentRow, alias: str) -> WallAgent:
    since = (row.since, row.since_exact, row.limit)
    return WallAgent(alias, str(row.status), row.tone, row.icon, *since, _load(row))


def _load(row: AgentRow) -> str:
    chats = UNKNOWN_VALUE if row.chats is None else str(row.chats)
    return f"{chats}/{row.capacity}" if row.capacity else chats


def _display_names(naming: str, rows: list[AgentRow], names: Names) -> dict[str, str]:
    """How agents are called, by their ids: by alias, its initials or number; a number too where two would be alike.

    Who has neither alias nor a name that may be shown is a number.
    """
    words = {row.id: "" if naming == "number" else row.alias or _short(row) for row in rows}
    if naming == "initials":
        words = {key: word and _initials(word) for key, word in words.items()}
    often = Counter(word.casefold() for word in words.values())
    alike = {key for key, word in words.items() if often[word.casefold()] > 1 or not word}
    return {key: f"{word} #{names.person(key).number}".strip() if key in alike else word for key, word in words.items()}


def _short(row: AgentRow) -> str:
    """The first name with an initial; empty where there is no name but the GUID's first characters, or an address."""
    if row.name == row.short or "@" in row.name:
        return ""
    parts = row.name.split()
    return f"{parts[0]} {parts[-1][0]}." if len(parts) > 1 else row.name


def _initials(name: str) -> str:
    """ "Ada Lovelace" gives "AL", one word its first two letters."""
    parts = name.split()
    return (parts[0][0] + parts[-1][0] if len(parts) > 1 else parts[0][:2]).upper()
