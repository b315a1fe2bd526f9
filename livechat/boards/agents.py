"""The agents' board: rows, counts and filters, made of a snapshot and the directory. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from livechat.boards import status_styles
from livechat.boards.directory_names import Names, Person
from livechat.boards.levels import Limits
from livechat.boards.status_styles import StatusStyle
from livechat.comm100.names import name_key, search_key, search_words
from livechat.lib import addresses
from livechat.lib.epoch import moment_of
from livechat.live.snapshot_data import SnapshotData

STATUS_ORDER = {"online": 0, "away": 1, "offline": 2}


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent as boards show them. Boards leave out an agent that is `hidden`.

    `short_id` is the end of the GUID, which tells the agent from the others. `number`: see `Person`. `since`: when the
    status began; `since_exact`: whether we saw it begin. `limit`: the seconds after which the status has lasted too
    long. `departments`: the GUIDs of those whose visitors the agent takes, as far as they are known.
    """

    id: str
    short_id: str
    number: int
    name: str
    alias: str
    team: str
    raw_status: str
    style: StatusStyle
    since: datetime | None
    since_exact: bool
    chats: int | None
    capacity: int | None
    limit: Limits
    hidden: bool
    departments: tuple[str, ...]

    @property
    def slug(self) -> str:
        """online, away or offline."""
        return self.style.slug

    @property
    def status(self) -> str | Promise:
        """The status in words."""
        return self.style.label

    @property
    def tone(self) -> str:
        """The status' colour."""
        return self.style.tone

    @property
    def icon(self) -> str:
        """The status' icon."""
        return self.style.icon

    @property
    def url(self) -> str:
        """The agent's page."""
        return addresses.of("agent-detail", self.id)

    @property
    def status_url(self) -> str:
        """The form that sets the status."""
        return addresses.of("agent-status", self.id)

    @property
    def load(self) -> float | None:
        """Occupancy: chats divided by capacity (1.0: full). None if either is unknown."""
        return None if not self.capacity or self.chats is None else self.chats / self.capacity

    @property
    def over(self) -> int:
        """How many chats the agent has beyond the capacity, while online; 0 if that is unknown."""
        known = self.slug == "online" and self.capacity is not None and self.chats is not None
        return max(0, self.chats - self.capacity) if known else 0  # type: ignore[operator]

    @property
    def full(self) -> bool:
        """Whether the agent is online and can take no more chats."""
        return self.free == 0

    @property
    def free(self) -> int | None:
        """How many more chats the agent can take. None if that is unknown, or if the agent is not online."""
        if self.slug != "online" or self.capacity is None or self.chats is None:
            return None
        return max(0, self.capacity - self.chats)


def status_since(since: tuple[int, bool] | None) -> tuple[datetime | None, bool]:
    """When a status began, and whether we saw it begin. `since` is as a snapshot holds it: milliseconds, flag."""
    return (None, False) if since is None else (moment_of(since[0]), since[1])


def rows(data: SnapshotData, names: Names) -> list[AgentRow]:
    """Every agent, hidden ones too: online ones first, then in the directory's order, then by name.

    Made once per version of the snapshot and of the directory.
    """

    def make() -> list[AgentRow]:
        known = names.including(agents=(agent.id for agent in data.rows))
        made = [_row(agent.id, agent.status or "", agent.ongoing_chats, data, known) for agent in data.rows]
        made.sort(
            key=lambda row: (
                STATUS_ORDER[row.slug],
                _directory_place(names.person(row.id)),
                name_key(row.name),
                row.id,
            )
        )
        return made

    cached: list[AgentRow] = data.cache.get_or_make(f"rows:{names.version}", make)
    return cached


def visible(data: SnapshotData | None, names: Names) -> list[AgentRow]:
    """The agents of boards and walls: all that the directory does not hide. Empty if there is no snapshot."""
    return [row for row in rows(data, names) if not row.hidden] if data else []


def by_number(agent_rows: list[AgentRow], names: Names) -> list[AgentRow]:
    """The rows in the same order, but sorted by the agents' numbers instead of their names."""

    def sort_key(row: AgentRow) -> tuple[int, float, int]:
        return STATUS_ORDER[row.slug], _directory_place(names.person(row.id)), row.number

    return sorted(agent_rows, key=sort_key)


def _directory_place(person: Person) -> float:
    return float("inf") if person.order is None else person.order


def _row(agent_id: str, status: str, chats: int | None, data: SnapshotData, names: Names) -> AgentRow:
    since, exact = status_since(data.since.get(agent_id))
    person = names.person(agent_id)
    return AgentRow(
        id=agent_id,
        short_id=names.agent_tails[agent_id],
        number=person.number,
        name=names.agent(agent_id),
        alias=person.alias,
        team=person.team,
        raw_status=status,
        style=status_styles.of_agent(status),
        since=since,
        since_exact=exact,
        chats=chats,
        capacity=person.capacity,
        limit=names.limits_of(status),
        hidden=person.hidden,
        departments=person.departments,
    )


def filtered(
    agent_rows: Iterable[AgentRow], *, q: str = "", status: str = "", team: str = "", department: str = ""
) -> list[AgentRow]:
    """The rows that fit a search, a status (online, away, offline or a custom status), a team and a department's id."""
    words = search_words(q)

    def has_words(row: AgentRow) -> bool:
        text = search_key(f"{row.name} {row.alias} {row.team} {row.id}")
        return all(word in text for word in words)

    status_key, team_key = name_key(status), name_key(team)

    def fits(row: AgentRow) -> bool:
        return (
            (not status or status_key in (row.slug, name_key(row.raw_status)))
            and (not team or team_key == name_key(row.team))
            and (not department or department in row.departments)
            and (not words or has_words(row))
        )

    return [row for row in agent_rows if fits(row)]


def by_mark(agent_rows: list[AgentRow]) -> dict[str, AgentRow]:
    """The rows by GUID and by its end, which tells them apart."""
    return {row.short_id: row for row in agent_rows} | {row.id: row for row in agent_rows}


def counts(agent_rows: Iterable[AgentRow]) -> Counter[str]:
    """How many are online, away and offline, their chats together ("chats") and their free places ("free")."""
    tally: Counter[str] = Counter()
    for row in agent_rows:
        tally[row.slug] += 1
        tally["chats"] += row.chats or 0
        tally["free"] += row.free or 0
    return tally


def settable_statuses(names: Names, data: SnapshotData | None) -> list[str]:
    """The statuses that can be set: online, away, then the site's custom away statuses by name; never offline.

    The API has no list of custom statuses. They come from the site's own list, and from statuses seen in a snapshot.
    """
    by_key = {name_key(name): name for name in names.away}
    for agent in data.rows if data else ():
        status = agent.status or ""
        if status and status_styles.of_agent(status).slug == "away":
            by_key.setdefault(name_key(status), status)
    for standard in ("online", "away", "offline"):
        by_key.pop(standard, None)
    return ["online", "away", *(by_key[key] for key in sorted(by_key))]
