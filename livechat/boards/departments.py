"""Departments as boards show them: who waits there, for how long, and how many places are free for them. Pure.

Who belongs to a department is in the directory. An agent in two departments counts in both.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
    def mark(self) -> str:
        """What is the same while the words about its places are. An element of other words is another element."""
        shown = [(row.name, row.free) for row in self.named_takers]
        return f"{zlib.crc32(repr((self.online, self.full, self.free, len(self.takers), shown)).encode()):x}"

    @property
    def named_takers(self) -> tuple[AgentRow, ...]:
        """The first of those who could take it."""
        return self.takers[:NAMED_TAKERS]

    @property
    def other_takers(self) -> int:
        """How many more there are."""
        return max(0, len(self.takers) - NAMED_TAKERS)


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
