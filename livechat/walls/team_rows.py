"""The table of teams on a wall with more agents than it can name. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from livechat.boards import agent_groups, departments
from livechat.boards.agents import AgentRow
from livechat.boards.departments import Waiting
from livechat.boards.levels import Limits
from livechat.comm100.names import name_key
from livechat.live.snapshot_data import SnapshotData

MAX_ROWS = 12
MAX_ROWS_WITH_PLACES = 4  # so few teams have a second line
_WORST_FIRST = {"red": 0, "amber": 1, "": 2}


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in figures. None: not known. `places`: taken and all places in words, if there is room for them."""

    name: str
    waiting: int | None
    waiting_level: str
    online: int
    free: int | None
    free_level: str
    full: int
    away: int
    places: str


def make(rows: Iterable[AgentRow], visitor_data: SnapshotData | None, limits: Limits) -> tuple[TeamRow, ...]:
    """The teams of these agents by name. `limits`: of the waiting visitors of one team.

    If there are more than fit, the worst come first, and the last row counts the others together.
    """
    waits = departments.waits(visitor_data)
    members: dict[str, list[AgentRow]] = {}
    for row in rows:
        members.setdefault(name_key(row.team), []).append(row)
    if set(members) > {""} and all(row.slug == "offline" for row in members.get("", ())):
        members.pop("", None)
    if set(members) <= {""}:
        return (_row(gettext("All agents"), members.get("", []), waits, limits),)
    keys = sorted(members, key=lambda key: (not key, key))  # who has no team comes last
    few = len(keys) <= MAX_ROWS_WITH_PLACES
    found = [
        _row(members[key][0].team if key else gettext("No team"), members[key], waits, limits, with_places=few)
        for key in keys
    ]
    if len(found) <= MAX_ROWS:
        return tuple(found)
    worst = sorted(range(len(found)), key=lambda place: _severity(found[place]))
    shown, rest = worst[: MAX_ROWS - 1], worst[MAX_ROWS - 1 :]
    others = [row for place in rest for row in members[keys[place]]]
    words = ngettext("%(n)d other team", "%(n)d other teams", len(rest)) % {"n": len(rest)}
    return (*(found[place] for place in shown), _row(words, others, waits, limits))


def _severity(team: TeamRow) -> tuple[int, int, int]:
    return _WORST_FIRST[team.free_level], _WORST_FIRST[team.waiting_level], -(team.waiting or 0)


def _row(
    name: str, rows: list[AgentRow], waits: Mapping[str, Waiting], limits: Limits, *, with_places: bool = False
) -> TeamRow:
    team = agent_groups.team_figures(rows, dict(waits))
    waiting = None if team.waiting is None else team.waiting.count
    places = ""
    if with_places and team.places is not None and team.free is not None:
        words = ngettext("%(taken)d of %(n)d place", "%(taken)d of %(n)d places", team.places)
        places = words % {"taken": team.places - team.free, "n": team.places}
    return TeamRow(
        name=name,
        waiting=waiting,
        waiting_level="" if waiting is None else limits.level(waiting),
        online=team.online,
        free=team.free,
        free_level=team.level,
        full=sum(row.full for row in rows),
        away=sum(row.slug == "away" for row in rows),
        places=places,
    )
