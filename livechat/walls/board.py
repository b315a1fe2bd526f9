"""What a wall shows: counts, times and agents' aliases, and nothing else.

This module only counts visitors. No field of theirs, no GUID, no address and no sentence of Comm100 can get into
`WallBoard`, because it has no place for one.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from livechat.boards import agents, levels, visitors
from livechat.boards.agents import AgentRow
from livechat.boards.directory_names import Names
from livechat.boards.given_names import given_and_initial, parts
from livechat.boards.levels import Limits
from livechat.comm100.names import name_key
from livechat.lib import short_ids
from livechat.live.snapshot_data import SnapshotData
from livechat.walls.design import Design, Panel

UNKNOWN_VALUE = "–"

# Why the figures are not renewed, by the error's slug. Comm100's own words are not shown: they may name someone.
ERROR_WORDS: dict[str, str | Promise] = {
    "no-connection": _("This site has no shared Comm100 connection"),
    "connection-removed": _("This site has no shared Comm100 connection"),
    "cannot-open": _("The stored credential cannot be opened"),
    "refused-credential": _("Comm100 does not accept the credential"),
    "forbidden": _("Comm100 does not permit this"),
    "throttled": _("Comm100 asks for fewer calls"),
    "unreachable": _("Comm100 does not answer"),
    "database": _("The dashboard’s database failed"),
}
OTHER_ERROR = _("Comm100’s answer could not be used")


@dataclass(frozen=True, slots=True)
class PanelValue:
    """A panel with its value: a count, or a time that began at `since`. `value` is "–" if it is not known.

    `count_level` is the level (amber, red or empty) of a count. `amber` and `red` are the limits of a time, in seconds.
    """

    slug: str
    label: str
    value: str
    since: datetime | None
    since_exact: bool
    tone: str
    icon: str
    size: str
    count_level: str
    amber: int | None
    red: int | None
    warnings: tuple[str, str]

    @property
    def level(self) -> str:
        """The level now. A browser with scripts computes the later ones by its own clock."""
        if self.since is None:
            return self.count_level
        return levels.level((timezone.now() - self.since).total_seconds(), self.amber, self.red)


@dataclass(frozen=True, slots=True)
class WallAgent:
    """An agent on a wall: the alias, never an id. `load` is chats and capacity ("3/5"), as far as they are known.

    `limit` is the seconds after which the status has lasted too long: amber, and red.
    """

    alias: str
    status: str
    tone: str
    icon: str
    since: datetime | None
    since_exact: bool
    limit: Limits
    load: str


@dataclass(frozen=True, slots=True)
class WallBoard:
    """Everything a wall shows. `has_limits`: a panel can turn amber or red.

    `no_team_left`: the wall is for teams that are all gone from the directory. `notice` says how many of its teams are
    gone, unless other words on the wall say it.
    """

    panels: tuple[PanelValue, ...]
    rows: tuple[WallAgent, ...]
    offline_count: int
    has_limits: bool
    no_team_left: bool
    notice: str


def error_words(slug: str) -> str:
    """Why the figures are not renewed, in our own words. Empty if nothing is wrong."""
    return str(ERROR_WORDS.get(slug, OTHER_ERROR)) if slug else ""


def make(agent_data: SnapshotData | None, visitor_data: SnapshotData | None, names: Names, design: Design) -> WallBoard:
    """What a wall with this design shows, in the active language."""
    teams = {name_key(team) for team in design.teams}
    rows = [row for row in agents.visible(agent_data, names) if not teams or name_key(row.team) in teams]
    listed = [row for row in rows if row.slug != "offline"] if design.agents else []
    queue = visitors.queue(visitor_data)
    # A team that was renamed is gone. That is not the same as a team of which no one is online.
    teams_gone = len(teams - {name_key(team) for team in names.teams})
    no_team_left = bool(teams) and teams_gone == len(teams)
    counts = _count_agents(rows if agent_data and not no_team_left else None) | _count_visitors(visitor_data)
    if design.naming == "number":  # sorted by name, a number would be hard to find and would tell about the name
        listed = agents.by_number(listed, names)
    aliases = _aliases(design.naming, listed)
    says_so_itself = no_team_left and design.agents
    return WallBoard(
        panels=tuple(_panel_value(panel, counts, queue) for panel in design.panels),
        rows=tuple(_wall_agent(row, aliases[row.id]) for row in listed),
        offline_count=sum(row.slug == "offline" for row in rows) if design.agents else 0,
        has_limits=any(panel.has_limits for panel in design.panels),
        no_team_left=no_team_left,
        notice=_notice(teams_gone, no_team_left) if teams_gone and not says_so_itself else "",
    )


def _notice(teams_gone: int, no_team_left: bool) -> str:
    """Says that a wall counts too few agents. Short: it stands in a line with other words, also on upright screens."""
    if no_team_left:
        return gettext("This wall’s teams are not in the directory any more")
    words = ngettext(
        "%(count)d of this wall’s teams is not in the directory",
        "%(count)d of this wall’s teams are not in the directory",
        teams_gone,
    )
    return words % {"count": teams_gone}


def _count_agents(rows: list[AgentRow] | None) -> dict[str, int]:
    """The values of the panels that count agents, by slug. A panel whose value is not known is left out."""
    if rows is None:
        return {}
    tally = agents.counts(rows)
    known = {slug: tally[slug] for slug in ("online", "away", "offline")}
    if not rows or any(row.chats is not None for row in rows):
        known["ongoing"] = tally["chats"]
    if not tally["online"] or any(row.free is not None for row in rows):
        known["free"] = tally["free"]  # otherwise no capacity is known, which is not the same as no free place
    return known


def _count_visitors(data: SnapshotData | None) -> dict[str, int]:
    """The values of the panels that count visitors, in the same way."""
    if data is None:
        return {}
    groups = visitors.count_groups(data)
    on_site = sum(groups.values()) - groups.get("left", 0)
    waiting = visitors.queue(data).waiting
    return {"waiting": waiting, "chatting": groups.get("chatting", 0), "visitors": on_site}


def _panel_value(panel: Panel, counts: dict[str, int], queue: visitors.Queue) -> PanelValue:
    value = counts.get(panel.type.slug)
    ticks = panel.type.is_time and queue.since is not None
    amber_word, red_word = panel.type.warnings
    return PanelValue(
        slug=panel.type.slug,
        label=str(panel.type.label),
        value=UNKNOWN_VALUE if value is None else str(value),
        since=queue.since if ticks else None,
        since_exact=queue.since_exact,
        tone=panel.type.tone,
        icon=panel.type.icon,
        size=panel.size,
        count_level="" if value is None else panel.level(value),
        amber=panel.amber if ticks else None,
        red=panel.red if ticks else None,
        warnings=(str(amber_word), str(red_word)),
    )


def _wall_agent(row: AgentRow, alias: str) -> WallAgent:
    since = (row.since, row.since_exact, row.limit)
    return WallAgent(alias, str(row.status), row.tone, row.icon, *since, _load(row))


def _load(row: AgentRow) -> str:
    chats = UNKNOWN_VALUE if row.chats is None else str(row.chats)
    return f"{chats}/{row.capacity}" if row.capacity else chats


def _aliases(naming: str, rows: list[AgentRow]) -> dict[str, str]:
    """What each agent is called, by id: the alias, its initials, or the number.

    The number is added if two agents would be called the same. An agent without an alias and without a name that may
    be shown is called by the number alone.
    """
    words = {row.id: "" if naming == "number" else row.alias or _short_name(row) for row in rows}
    if naming == "initials":
        words = {key: word and _initials(word) for key, word in words.items()}
    frequency = Counter(name_key(word) for word in words.values())
    alike = {key for key, word in words.items() if frequency[name_key(word)] > 1 or not word}
    numbers = {row.id: row.number for row in rows}
    return {key: f"{word} #{numbers[key]}".strip() if key in alike else word for key, word in words.items()}


def _short_name(row: AgentRow) -> str:
    """The first name and an initial. Empty if the name is only a part of the GUID, or an e-mail address."""
    if short_ids.means(row.name, row.id) or "@" in row.name:
        return ""
    return given_and_initial(row.name)


def _initials(name: str) -> str:
    """ "Ada Lovelace" gives "AL"; a single word gives its first two letters."""
    first, *others = parts(name) or name.split()
    return (first[0] + others[-1][0] if others else first[:2]).upper()
