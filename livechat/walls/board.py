"""What a wall shows: counts, times and agents' aliases, and nothing else.

This module only counts visitors. No field of theirs, no GUID, no address and no sentence of Comm100 can get into
`WallBoard`, because it has no place for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from livechat.boards import agents, levels, present, visitors
from livechat.boards.agents import AgentRow
from livechat.boards.directory_names import Names
from livechat.boards.levels import NO_LIMITS, Limits
from livechat.boards.needs import Needs
from livechat.boards.plans import Planned
from livechat.comm100.names import name_key
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Alert
from livechat.walls import agent_cells, alarms, aliases, limit_words, steps, team_rows
from livechat.walls.agent_cells import UNKNOWN_VALUE, People
from livechat.walls.alarms import Alarms
from livechat.walls.design import ALARMS, Design, Panel
from livechat.walls.team_rows import TeamRow

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
NO_PLANS: Mapping[str, Planned] = {}
OTHER_ERROR = _("Comm100’s answer could not be used")


@dataclass(frozen=True, slots=True)
class PanelValue:
    """A panel with its value: a count, or a time that began at `since`. `value` is "–" if it is not known.

    `count_level` is the level (amber, red or empty) of a count. `amber` and `red` are the limits of a time, in seconds.
    `marks`: the words that name its limits, of amber and of red. `digits`: what it has room for. `at`: the moment
    of the past that it tells of; None: now. `words`: what a count is of, in words.
    """

    slug: str
    label: str
    value: str
    since: datetime | None
    since_exact: bool
    size: str
    digits: int
    count_level: str
    amber: int | None
    red: int | None
    marks: tuple[str, str]
    words: str = ""
    at: datetime | None = None

    @property
    def level(self) -> str:
        """The level then. A browser with scripts computes the later ones by its own clock."""
        if self.since is None:
            return self.count_level
        return levels.level(((self.at or timezone.now()) - self.since).total_seconds(), self.amber, self.red)

    @property
    def said(self) -> str:
        """The words under it then: the limit that is passed, or what a count is of. Stale figures have none."""
        return self.words or dict(zip(("amber", "red"), self.marks, strict=True)).get(self.level, "")


@dataclass(frozen=True, slots=True)
class WallBoard:
    """Everything a wall shows. `panels_class`: the steps in which its figures stand, see `steps`.

    `teams` count all agents if there are more than a wall can name. `no_team_left`: the wall is for teams that are all
    gone from the directory. `notice` says how many of its teams are gone. `offline_count`: None if the wall shows no
    agents. `alarms`: what rings; None if nobody knows, as of the past.
    """

    panels: tuple[PanelValue, ...]
    panels_class: str
    people: People
    teams: tuple[TeamRow, ...]
    offline_count: int | None
    no_team_left: bool
    notice: str
    alarms: Alarms | None


def error_words(slug: str) -> str:
    """Why the figures are not renewed, in our own words. Empty if nothing is wrong."""
    return str(ERROR_WORDS.get(slug, OTHER_ERROR)) if slug else ""


def make(
    agent_data: SnapshotData | None,
    visitor_data: SnapshotData | None,
    names: Names,
    design: Design,
    needs: Needs,
    *,
    planned: Mapping[str, Planned] = NO_PLANS,
    ringing: Sequence[Alert] | None = None,
) -> WallBoard:
    """What a wall with this design shows, in the active language.

    `planned`: the site's plans, by the agents' GUIDs. `ringing`: see `alarms.of_site`; None: unknown.
    """
    wanted = {name_key(team) for team in design.teams}
    rows = [row for row in agents.visible(agent_data, names) if not wanted or name_key(row.team) in wanted]
    listed = [row for row in rows if row.slug != "offline"] if design.agents else []
    # A team that was renamed is gone. That is not the same as a team of which no one is online.
    teams_gone = len(wanted - {name_key(team) for team in names.teams})
    no_team_left = bool(wanted) and teams_gone == len(wanted)
    known = rows if agent_data and not no_team_left else None
    counts = present.agent_counts(known) | present.visitor_counts(visitor_data)
    rings = None if ringing is None else _alarms(ringing, names, design, listed or rows)
    panels = tuple(
        _panel_of_alarms(panel, rings)
        if panel.type.slug == ALARMS
        else _panel_value(panel, counts, visitors.queue(visitor_data), names.wait)
        for panel in design.panels
    )
    waiting = next((panel.limits(NO_LIMITS) for panel in design.panels if panel.type.slug == "waiting"), NO_LIMITS)
    ends = {row.id: planned[row.id].due for row in listed if row.id in planned and planned[row.id].holds(row)}
    teams = (
        team_rows.make(rows, visitor_data, waiting) if len(listed) > steps.max_named(curves=bool(design.curves)) else ()
    )
    return WallBoard(
        panels=panels,
        panels_class=_panels_class(design, panels, len(listed), len(teams)),
        people=agent_cells.people(listed, names, design.naming, needs, curves=bool(design.curves), ends=ends),
        teams=teams,
        offline_count=sum(row.slug == "offline" for row in rows) if design.agents else None,
        no_team_left=no_team_left,
        notice=_notice(teams_gone, no_team_left) if teams_gone else "",
        alarms=rings,
    )


def _panels_class(design: Design, panels: tuple[PanelValue, ...], listed: int, teams: int) -> str:
    if not design.agents:
        return steps.of_panels_alone(len(panels), curves=bool(design.curves))
    shown = [
        steps.Words(panel, value.label, value.marks, value.digits)
        for panel, value in zip(design.panels, panels, strict=True)
    ]
    return steps.of_panels(shown, listed, teams, large_agents=design.agents_size, curves=bool(design.curves))


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


def _alarms(ringing: Sequence[Alert], names: Names, design: Design, rows: list[AgentRow]) -> Alarms:
    """What rings. Agents are called as in their places; others by the number too if they would be called the same."""

    def called(key: str) -> str:
        known = aliases.of_rows(design.naming, rows)
        word = known.get(key) or aliases.of_person(design.naming, names, key)
        return f"{word} #{names.person(key).number}" if key not in known and word in known.values() else word

    return alarms.make(ringing, timezone.now(), names, called)


def _panel_of_alarms(panel: Panel, rings: Alarms | None) -> PanelValue:
    """How many alarms ring, in the colour of the worst that nobody has taken, and its words."""
    line = rings.line if rings else None
    return PanelValue(
        slug=panel.type.slug,
        label=str(panel.type.label),
        value=str(rings.count) if rings else UNKNOWN_VALUE,
        since=None,
        since_exact=True,
        size=panel.size,
        digits=panel.type.digits,
        count_level=line.level if line and not line.taken else "",
        amber=None,
        red=None,
        marks=("", ""),
        words=line.words if line else gettext("none") if rings else "",
    )


def _panel_value(panel: Panel, counts: dict[str, int], queue: visitors.Queue, wait: Limits) -> PanelValue:
    value = counts.get(panel.type.slug)
    ticks = panel.type.is_time and queue.since is not None
    limits = panel.limits(wait)
    text = UNKNOWN_VALUE if value is None else str(value)
    return PanelValue(
        slug=panel.type.slug,
        label=str(panel.type.label),
        value=text,
        since=queue.since if ticks else None,
        since_exact=queue.since_exact,
        size=panel.size,
        digits=max(panel.type.digits, len(text)),
        count_level="" if value is None else levels.level(value, limits.amber, limits.red, low=panel.type.low),
        amber=limits.amber if ticks else None,
        red=limits.red if ticks else None,
        marks=(_mark(panel, limits.amber), _mark(panel, limits.red)),
    )


def _mark(panel: Panel, limit: int | None) -> str:
    if limit is None:
        return ""
    return limit_words.of_time(limit) if panel.type.is_time else limit_words.of_count(panel.type, limit)
