"""The agents' board: rows, counts and filter, made of a snapshot and the directory. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.urls import reverse
from django.utils.functional import Promise

from livechat.boards import status_styles
from livechat.boards.directory_names import Names, Person
from livechat.boards.status_styles import StatusStyle
from livechat.live.snapshot_data import SnapshotData

STATUS_ORDER = {"online": 0, "away": 1, "offline": 2}


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent as boards show her. `load` is chats by capacity (1.0: full), none where no capacity is known.

    `limit` is the seconds after which the status has lasted too long. Boards leave out whoever is `hidden`.
    """

    id: str
    name: str
    alias: str
    team: str
    raw_status: str
    look: StatusStyle
    since: datetime | None
    since_exact: bool
    chats: int | None
    capacity: int | None
    limit: int | None
    hidden: bool

    @property
    def short(self) -> str:
        """The first 8 characters of the GUID."""
        return self.id[:8]

    @property
    def slug(self) -> str:
        """online, away or offline."""
        return self.look.slug

    @property
    def status(self) -> str | Promise:
        """The status in words."""
        return self.look.label

    @property
    def tone(self) -> str:
        """The status' colour."""
        return self.look.tone

    @property
    def icon(self) -> str:
        """The status' icon."""
        return self.look.icon

    @property
    def url(self) -> str:
        """The agent's page."""
        return reverse("agent-detail", args=[self.id])

    @property
    def status_url(self) -> str:
        """The form that sets the status."""
        return reverse("agent-status", args=[self.id])

    @property
    def load(self) -> float | None:
        """Occupancy: chats by capacity."""
        return None if not self.capacity or self.chats is None else self.chats / self.capacity

    @property
    def free(self) -> int | None:
        """Chats she could take on; none where unknown or not online."""
        if self.slug != "online" or self.capacity is None or self.chats is None:
            return None
        return max(0, self.capacity - self.chats)


def status_since(mark: tuple[int, bool] | None) -> tuple[datetime | None, bool]:
    """A mark of a snapshot as an instant, and whether its beginning was seen."""
    return (None, False) if mark is None else (datetime.fromtimestamp(mark[0] / 1000, UTC), mark[1])


def rows(data: SnapshotData, names: Names) -> list[AgentRow]:
    """Every agent, hidden ones too: online first, then in the directory's order, then by name.

    Made once per version and directory.
    """
    key = f"rows:{names.version}"
    if key not in data.cache:
        made = [_row(agent.id, agent.status or "", agent.ongoing_chats, data, names) for agent in data.rows]
        made.sort(key=lambda row: (STATUS_ORDER[row.slug], _place(names.person(row.id)), row.name.casefold(), row.id))
        data.cache[key] = made
    found: list[AgentRow] = data.cache[key]
    return found


def visible(data: SnapshotData | None, names: Names) -> list[AgentRow]:
    """The agents of boards and walls: those whom the directory does not hide; none where there is no snapshot."""
    return [row for row in rows(data, names) if not row.hidden] if data else []


def by_number(found: list[AgentRow], names: Names) -> list[AgentRow]:
    """The rows in the same order, but by the agents' numbers instead of their names."""

    def place(row: AgentRow) -> tuple[int, float, int]:
        person = names.person(row.id)
        return STATUS_ORDER[row.slug], _place(person), person.number

    return sorted(found, key=place)


def _place(person: Person) -> float:
    return float("inf") if person.order is None else person.order


def _row(agent_id: str, status: str, chats: int | None, data: SnapshotData, names: Names) -> AgentRow:
    since, exact = status_since(data.since.get(agent_id))
    person = names.person(agent_id)
    return AgentRow(
        id=agent_id,
        name=names.agent(agent_id),
        alias=person.alias,
        team=person.team,
        raw_status=status,
        look=status_styles.of_agent(status),
        since=since,
        since_exact=exact,
        chats=chats,
        capacity=person.capacity,
        limit=names.limit(status),
        hidden=person.hidden,
    )


def filtered(found: Iterable[AgentRow], *, q: str = "", status: str = "", team: str = "") -> list[AgentRow]:
    """The rows that fit a search, a status (online, away, offline or a custom name) and a team."""
    words = q.casefold().split()

    def said(row: AgentRow) -> bool:
        text = f"{row.name} {row.alias} {row.team} {row.id}".casefold()
        return all(word in text for word in words)

    def fits(row: AgentRow) -> bool:
        return (
            (not status or status in (row.slug, row.raw_status))
            and (not team or row.team == team)
            and (not words or said(row))
        )

    return [row for row in found if fits(row)]


def by_id_or_prefix(found: list[AgentRow]) -> dict[str, AgentRow]:
    """The rows by what an address may call them: by the GUID, and by its beginning where no other begins so."""
    heads = Counter(row.short for row in found)
    return {row.id: row for row in found} | {row.short: row for row in found if heads[row.short] == 1}


def counts(found: Iterable[AgentRow]) -> Counter[str]:
    """How many are online, away, offline, and the chats they have together ("chats")."""
    tally: Counter[str] = Counter()
    for row in found:
        tally[row.slug] += 1
        tally["chats"] += row.chats or 0
        tally["free"] += row.free or 0
    return tally


def settable_statuses(names: Names, data: SnapshotData | None) -> list[str]:
    """The statuses that may be set: online, away, then the site's custom ones; never offline.

    Custom ones come from the site's list and from what agents are seen in (spec/COMM100.md).
    """
    found = {name.casefold(): name for name in names.away}
    for agent in data.rows if data else ():
        status = agent.status or ""
        if status and status_styles.of_agent(status).slug == "away":
            found.setdefault(status.casefold(), status)
    for standard in ("online", "away", "offline"):
        found.pop(standard, None)
    return ["online", "away", *sorted(found.values(), key=str.casefold)]
