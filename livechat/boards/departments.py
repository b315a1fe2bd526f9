"""Departments as boards show them: who waits there, for how long, and how many places are free for them. Pure.

The directory says which agents belong to a department. An agent in two departments counts in both.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse

from livechat.boards import status_styles
from livechat.boards.agents import AgentRow, status_since
from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key
from livechat.live.snapshot_data import SnapshotData

NAMED_TAKERS = 2  # beside a visitor who waits


@dataclass(frozen=True, slots=True)
class Waiting:
    """The visitors who wait in a department, or in several: how many, and since when the longest wait lasts."""

    count: int = 0
    since: datetime | None = None
    since_exact: bool = False

    def plus(self, other: "Waiting") -> "Waiting":
        """Both together."""
        longest = min((one for one in (self, other) if one.since), key=lambda one: one.since or 0, default=self)
        return Waiting(self.count + other.count, longest.since, longest.since_exact)


class Places(NamedTuple):
    """What the words about a department's places tell. `named`: who has the most free places, and how many each.

    `level` and the numbers of agents and of places are those of `Department`. `others`: how many more could take it.
    """

    level: str
    online: int | None
    full: int | None
    free: int | None
    named: tuple[tuple[str, int | None], ...]
    others: int


@dataclass(frozen=True, slots=True)
class Department:
    """A department now. `free`: the free places of its online agents; None: not known.

    `online` and `full` count agents. They are None if the directory does not know who belongs to the department.
    `takers` are those who have a free place, most first.
    """

    id: str
    name: str
    waiting: Waiting
    online: int | None
    full: int | None
    free: int | None
    takers: tuple[AgentRow, ...]

    @property
    def url(self) -> str:
        """The visitors who wait here."""
        return f"{reverse('visitors')}?status=waiting&department={self.id}"

    @property
    def level(self) -> str:
        """Red if somebody waits and nobody is free."""
        return "red" if self.waiting.count and self.free == 0 else ""

    @property
    def places(self) -> Places:
        """Its places, for words beside a visitor."""
        named = tuple((row.name, row.free) for row in self.takers[:NAMED_TAKERS])
        others = len(self.takers) - len(named)
        return Places(self.level, self.online, self.full, self.free, named, others)


def waits(data: SnapshotData | None) -> dict[str, Waiting]:
    """The waiting visitors by department ("": in none). Counted once per snapshot."""
    if data is None:
        return {}
    found: dict[str, Waiting] = data.cache.get_or_make("waits", lambda: _waits(data))
    return found


def _waits(data: SnapshotData) -> dict[str, Waiting]:
    found: dict[str, Waiting] = defaultdict(Waiting)
    for visitor in data.rows:
        if visitor.status == status_styles.WAITING_STATUS and visitor.id in data.since:
            one = Waiting(1, *status_since(data.since[visitor.id]))
            found[visitor.department_id or ""] = found[visitor.department_id or ""].plus(one)
    return dict(found)


def members(agent_rows: Iterable[AgentRow]) -> dict[str, list[AgentRow]]:
    """The agents by the departments that they belong to."""
    found: dict[str, list[AgentRow]] = defaultdict(list)
    for row in agent_rows:
        for department in row.departments:
            found[department].append(row)
    return found


def make(key: str, waiting: Waiting, agents: Iterable[AgentRow], names: Names) -> Department:
    """A department with these agents."""
    known = list(agents)
    online = [row for row in known if row.slug == "online"]
    takers = sorted((row for row in online if row.free), key=lambda row: (-(row.free or 0), name_key(row.name)))
    return Department(
        id=key,
        name=names.department(key),
        waiting=waiting,
        online=len(online) if known else None,
        full=sum(row.free == 0 for row in online) if known else None,
        free=free_places(online) if known else None,
        takers=tuple(takers),
    )


def free_places(online: list[AgentRow]) -> int | None:
    """The free places of online agents together; None if no capacity is known."""
    free = [row.free for row in online if row.free is not None]
    return None if online and not free else sum(free)


def busy(visitor_data: SnapshotData | None, agent_rows: Iterable[AgentRow], names: Names) -> list[Department]:
    """The departments in which somebody waits: those where nobody is free first, then by the longest wait."""
    found = waits(visitor_data)
    known = names.including(departments=filter(None, found))
    belonging = members(agent_rows)
    made = [make(key, waiting, belonging.get(key, ()), known) for key, waiting in found.items() if key]
    return sorted(made, key=lambda one: (one.level != "red", one.waiting.since.timestamp() if one.waiting.since else 0))
