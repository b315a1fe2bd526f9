"""The people of the simulated contact centre, agents and visitors, and the schedule of what happens next."""

import heapq
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from livechat.chatserver import schemas

CHATTING_STATUSES = frozenset({"chatting", "voiceChatting", "transferring"})  # these keep an agent busy


@dataclass(slots=True)
class Department:
    """A team. `first_shift_hour` is the hour (UTC) at which its first shift begins."""

    id: str
    name: str
    first_shift_hour: float


@dataclass(slots=True, eq=False)
class Agent:
    """One agent. `status` is spelled as reads show it; `chats` is the number of ongoing chats.

    `shift_hour` is the hour (UTC) at which the working day begins; it has `shift_hours`, and none begins on
    `days_off` (0 is Monday, UTC). It is None for the sample agent, which changes only by a write. The next break
    begins or ends at `next_change_at`. A status that was set over the API stays until
    `held_until`. Both are in seconds since 1970.
    """

    id: str
    name: str
    email: str
    department: Department
    capacity: int
    shift_hour: float | None
    shift_hours: float = 12.5  # half an hour more than half a day, so that two shifts overlap
    days_off: frozenset[int] = frozenset()
    status: str = "Offline"
    chats: int = 0
    next_change_at: float = 0.0
    held_until: float = 0.0

    def record(self) -> schemas.Agent:
        """The agent as the API shows it."""
        return schemas.Agent(self.id, self.status, self.chats)


@dataclass(slots=True, eq=False)
class Visitor:
    """One visitor. `record` is what the API shows, its members in the order of the samples.

    `status` repeats the record's own for simulated visitors; the record of a test may be of any shape. `contact`
    holds the members that become known when the visitor asks for a chat. A `fixed` visitor never changes by itself.
    The times `leaves_at`, `status_since` and `next_step_at` are in seconds since 1970.
    """

    key: str
    record: Any
    status: str = ""
    contact: dict[str, Any] = field(default_factory=dict)
    fixed: bool = False
    leaves_at: float = 0.0
    status_since: float = 0.0
    next_step_at: float = 0.0
    agent: Agent | None = None
    encoded: bytes | None = None

    def to_json(self) -> bytes:
        """The record as JSON, encoded once and kept until `Crowd.mark_changed`."""
        if self.encoded is None:
            self.encoded = encode(self.record)
        return self.encoded


def encode(record: Any) -> bytes:
    """`record` as JSON. Bytes pass as they are, and lone surrogates are written as escapes."""
    if isinstance(record, bytes):
        return record
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError:
        return json.dumps(record, separators=(",", ":")).encode()


@dataclass(slots=True)
class Crowd:
    """The people of one world and their clock, `now`, in seconds since 1970.

    The number of visitors stays near `target_visitors`. `hostile`: some of them have names and values that are
    meant to break pages. `away_ids` are the ids of the away statuses by name.
    Everything random comes from `rng`, in an order that depends on nothing else, so the same seed makes the same
    story.
    """

    rng: Random
    now: float
    target_visitors: int
    hostile: bool = False
    departments: list[Department] = field(default_factory=list)
    away_ids: dict[str, str] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    visitors_made: int = 0
    agents_changed: bool = True
    visitors_changed: bool = True
    _due: list[tuple[float, int, Visitor]] = field(default_factory=list)
    _serial: int = 0

    def new_id(self) -> str:
        """A new random GUID."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def schedule(self, visitor: Visitor, seconds: float) -> None:
        """Let `visitor` take the next step after `seconds`; an earlier schedule is replaced."""
        visitor.next_step_at = self.now + seconds
        self._serial += 1
        heapq.heappush(self._due, (visitor.next_step_at, self._serial, visitor))

    def next_due(self, until: float) -> Visitor | None:
        """The next visitor whose step is due by `until`, or None; sets `now` to the time of that step."""
        while self._due and self._due[0][0] <= until:
            due, _, visitor = heapq.heappop(self._due)
            if visitor.next_step_at == due and self.visitors.get(visitor.key) is visitor and not visitor.fixed:
                self.now = due
                return visitor
        return None

    def clear_schedule(self) -> None:
        """Remove every scheduled step."""
        self._due.clear()

    def mark_changed(self, visitor: Visitor) -> None:
        """Drop the JSON that was kept for `visitor`: the record has changed."""
        visitor.encoded = None
        self.visitors_changed = True

    def set_status(self, visitor: Visitor, status: str) -> None:
        """Give `visitor` a status from now on. A visitor that leaves a chat frees the agent."""
        if visitor.agent is not None and status not in CHATTING_STATUSES:
            self.release(visitor)
        visitor.status = visitor.record["status"] = status
        visitor.status_since = self.now
        self.mark_changed(visitor)

    def assign(self, visitor: Visitor, agent: Agent) -> None:
        """Put `visitor` into a chat with `agent`."""
        self.release(visitor)
        visitor.agent = agent
        agent.chats += 1
        self.agents_changed = True
        visitor.record["departmentId"] = agent.department.id

    def release(self, visitor: Visitor) -> None:
        """Take `visitor` out of the chat with an agent, if it is in one."""
        if visitor.agent is not None:
            visitor.agent.chats = max(0, visitor.agent.chats - 1)
            visitor.agent = None
            self.agents_changed = True

    def remove(self, visitor: Visitor) -> None:
        """Take `visitor` off the site."""
        self.release(visitor)
        del self.visitors[visitor.key]
        self.visitors_changed = True


def iso_time(seconds: float) -> str:
    """`seconds` since 1970 as the API writes times: ISO 8601, UTC, milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
