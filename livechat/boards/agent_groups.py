"""The agents' board in groups: who needs a look, then teams; or as one list, sorted by a column. Pure."""

import zlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.boards import departments
from livechat.boards.agents import STATUS_ORDER, AgentRow
from livechat.boards.departments import Waiting
from livechat.boards.needs import Needs
from livechat.comm100.names import name_key
from livechat.live.snapshot_data import SnapshotData

BY_NEED = "need"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by which a table can be sorted. `kind` is the class of its cells; `custom`: a person made its name."""

    key: str
    kind: str
    label: str | Promise
    custom: bool = False


COLUMNS = (
    Column("name", "name", _("Agent")),
    Column("status", "status", _("Status")),
    Column("time", "time", _("For")),
    Column("chats", "load", _("Chats")),
    Column("free", "number col-free", _("Free")),
)
LARGEST_FIRST = {"time", "chats", "free"}
SORTS = (BY_NEED, *(prefix + column.key for column in COLUMNS for prefix in ("", "-")))
_KEYS: dict[str, Callable[[AgentRow], Any]] = {
    "name": lambda row: name_key(row.name),
    "status": lambda row: (STATUS_ORDER[row.slug], name_key(str(row.status))),
    "time": lambda row: row.since and row.since.timestamp(),
    "chats": lambda row: None if row.chats is None else -row.chats,
    "free": lambda row: None if row.free is None else -row.free,
}


@dataclass(frozen=True, slots=True)
class Team:
    """A team in figures. `agents`, `online`: how many. `places` and `free` are of those who are online; None: unknown.

    `waiting`: the visitors who wait in the departments that its agents belong to. None: these are not known.
    """

    agents: int
    online: int
    chats: int
    places: int | None
    free: int | None
    waiting: Waiting | None

    @property
    def level(self) -> str:
        """Red if somebody waits and nobody is free."""
        return "red" if self.waiting and self.waiting.count and self.free == 0 else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the board's rows. `team`: the figures of the whole team, of which some rows may stand further up.

    `slug` names the group in the page. A group without a title has no head.
    """

    slug: str
    title: str | Promise
    rows: list[AgentRow]
    team: Team | None = None


def by_need(
    rows: list[AgentRow],
    everyone: Iterable[AgentRow],
    needs: Needs,
    visitor_data: SnapshotData | None,
    pinned: Collection[str] = (),
) -> list[Group]:
    """The groups of a board: agents who need a look first, then the pinned ones, then the others by team.

    `rows` are shown; `everyone` belongs to the teams' figures.
    """
    needy = needs.sorted(rows)
    pins = [row for row in rows if row.id in pinned and row.id not in needs.by_id]
    rest: dict[str, list[AgentRow]] = {name_key(row.team): [] for row in rows}
    titles = {name_key(row.team): row.team for row in rows}
    for row in rows:
        if row.id not in needs.by_id and row.id not in pinned:
            rest[name_key(row.team)].append(row)
    groups = [Group("needy", _("Needs you"), needy)] if needy else []
    groups += [Group("pinned", _("Pinned"), pins)] if pins else []
    if set(rest) == {""}:
        title = _("Others") if groups else ""
        return [*groups, Group("others", title, rest[""])] if rest[""] else groups
    members: dict[str, list[AgentRow]] = {key: [] for key in rest}
    for row in everyone:
        members.get(name_key(row.team), []).append(row)
    waits = departments.waits(visitor_data)
    for key in sorted(rest, key=lambda key: (not key, key)):  # who has no team comes last
        if key:
            groups.append(Group(team_slug(key), titles[key], rest[key], team_figures(members[key], waits)))
        else:
            groups.append(Group("no-team", _("Without a team"), rest[key]))
    return groups


def team_slug(key: str) -> str:
    """The name of a team's group in a page. `key`: the `name_key` of the team."""
    return f"team-{zlib.crc32(key.encode()):x}"


def team_figures(rows: list[AgentRow], waits: dict[str, Waiting]) -> Team:
    """A team of these agents. `waits`: the waiting visitors by department."""
    online = [row for row in rows if row.slug == "online"]
    served = {department for row in rows for department in row.departments}
    waiting = Waiting()
    for department in served:
        waiting = waiting.plus(waits.get(department, Waiting()))
    places = [row.capacity for row in online if row.capacity is not None]
    return Team(
        agents=len(rows),
        online=len(online),
        chats=sum(row.chats or 0 for row in rows),
        places=sum(places) if places or not online else None,
        free=departments.free_places(online),
        waiting=waiting if served else None,
    )


def by_column(rows: Iterable[AgentRow], sort: str) -> list[AgentRow]:
    """One list, sorted by a column. "-" before its key turns the order around. Agents without a value come last."""
    key = _KEYS[sort.removeprefix("-")]
    ordered = sorted(rows, key=lambda row: (name_key(row.name), row.id))
    known = [row for row in ordered if key(row) is not None]
    known.sort(key=key, reverse=sort.startswith("-"))
    return known + [row for row in ordered if key(row) is None]
