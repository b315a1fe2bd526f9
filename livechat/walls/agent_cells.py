"""The agents of a wall, one by one: who comes first, and what each place shows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import ngettext

from livechat.boards import agents
from livechat.boards.agents import AgentRow
from livechat.boards.directory_names import Names
from livechat.boards.needs import FULL, Need, Needs
from livechat.walls import aliases, limit_words, steps

UNKNOWN_VALUE = "–"
MAX_PLACES_SHOWN = 8  # one by one in a bar
# A wall that names a few leaves out the last ones. Agents past a limit come first, then the full, those away, the rest.
AWAY, WITH_ROOM = 5, 6
_RANKS = {"red": 0, "amber": 1}
_OVER, _FULL = 2, 3
NO_ENDS: Mapping[str, datetime] = {}


@dataclass(frozen=True, slots=True)
class WallAgent:
    """An agent on a wall: the alias, never an id. What the place does not show is empty or None.

    `kind`: "online", "full" or "away". `level`: of the limit that is passed; `reason` names this limit. `status`, in
    words, is shown with `since`, and with `until`, when a plan ends it. `load` is chats and places ("3/5") as far as
    they are known, of who is not away. `taken`: one flag a place of who is not full, unless they are unknown or too
    many. `left`: chats that the agent still has while away, in words. `width`: "", "long" or "longer", of the alias.
    """

    alias: str
    kind: str
    level: str
    reason: str
    status: str
    icon: str
    since: datetime | None
    since_exact: bool
    until: datetime | None
    load: str
    taken: tuple[bool, ...]
    left: str
    width: str


@dataclass(frozen=True, slots=True)
class People:
    """The agents that a wall names. `step` and `classes` are the steps in which they stand, see `steps`.

    If there are more than it can name, these are the first of the `needy`, who need a look; `others` have room. Both
    are None if all are named.
    """

    cells: tuple[WallAgent, ...]
    step: int
    classes: str
    needy: int | None
    others: int | None


def people(
    rows: list[AgentRow],
    names: Names,
    naming: str,
    needs: Needs,
    *,
    curves: bool = False,
    ends: Mapping[str, datetime] = NO_ENDS,
) -> People:
    """The agents of a wall: all of these rows, or of many the first who need a look. With `curves` fewer have room.

    `ends`: when a plan ends an agent's status, by the GUID.
    """
    called = aliases.of_rows(naming, rows)
    if naming == "number":  # sorted by name, a number would be hard to find and would tell about the name
        rows = agents.by_number(rows, names)
    rows = ordered(rows, needs)
    step, classes = steps.of_agents(len(rows), curves=curves)
    many = len(rows) > steps.max_named(curves=curves)
    needy = sum(not _has_room(row, needs) for row in rows)
    shown = rows[: min(needy, steps.beside_teams(curves=curves))] if many else rows
    cells = tuple(make(row, called[row.id], needs.by_id.get(row.id), step, ends.get(row.id)) for row in shown)
    return People(cells, step, classes, needy if many else None, len(rows) - needy if many else None)


def ordered(rows: list[AgentRow], needs: Needs) -> list[AgentRow]:
    """The agents in the order of a wall.

    Past red, past amber, over their places, full, away by length, then those with room. Equal ones keep their order.
    """

    def place(row: AgentRow) -> tuple[int, float]:
        rank = _rank(row, needs.by_id.get(row.id))
        long = rank != WITH_ROOM and row.slug == "away" and row.since is not None
        return rank, row.since.timestamp() if long and row.since else float("inf")

    return sorted(rows, key=place)


def _has_room(row: AgentRow, needs: Needs) -> bool:
    """Whether nothing about this agent needs a look."""
    return _rank(row, needs.by_id.get(row.id)) == WITH_ROOM


def _rank(row: AgentRow, need: Need | None) -> int:
    if need is None:
        return AWAY if row.slug == "away" else WITH_ROOM
    if need.kind == FULL:
        return _OVER if need.level else _FULL
    return _RANKS[need.level]


def make(row: AgentRow, alias: str, need: Need | None, step: int, until: datetime | None) -> WallAgent:
    """An agent's place. `until`: when a plan ends the status."""
    away, full = row.slug == "away", row.slug == "online" and need is not None
    level = need.level if need else ""
    # From some number of agents on, there is room for the status of those alone who are away.
    with_status = away or (not level and step < steps.MAX_NAMED)
    return WallAgent(
        alias=alias,
        kind="full" if full else row.slug,
        level=level,
        reason=_reason(row, need),
        status=str(row.status) if with_status else "",
        icon="circle-full" if full else row.icon,
        since=row.since if with_status else None,
        since_exact=row.since_exact,
        until=until if with_status else None,
        load="" if away else _load(row),
        taken=() if away or full else _taken(row),
        left=_chats(row.chats) if away and row.chats and not level and until is None else "",
        width=steps.of_name(alias, step),
    )


def _reason(row: AgentRow, need: Need | None) -> str:
    if need is None or not need.level:
        return ""
    if need.kind == FULL:
        return limit_words.of_places(row.capacity or 0)
    return limit_words.of_time(row.limit.amber or 0)  # a status has one limit, which is red if it is passed by far


def _chats(count: int) -> str:
    return ngettext("%(n)d chat", "%(n)d chats", count) % {"n": count}


def _load(row: AgentRow) -> str:
    chats = UNKNOWN_VALUE if row.chats is None else str(row.chats)
    return f"{chats}/{row.capacity}" if row.capacity else chats


def _taken(row: AgentRow) -> tuple[bool, ...]:
    if row.chats is None or not row.capacity or row.capacity > MAX_PLACES_SHOWN:
        return ()
    return tuple(place < row.chats for place in range(row.capacity))
