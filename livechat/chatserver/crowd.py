"""Everybody in the simulated contact centre: the agents, the visitors, and what is due to happen to them."""

import heapq
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from livechat.chatserver import schemas

CHATTING_STATUSES = frozenset({"chatting", "voiceChatting", "transferring"})  # the statuses that keep an agent busy


@dataclass(slots=True)
class Department:
    """A team. ``starts`` is the hour (UTC) at which its first shift begins."""

    id: str
    name: str
    starts: float


@dataclass(slots=True, eq=False)
class Agent:
    """One agent. ``status`` is spelled as reads show it; ``chats`` is the number of ongoing chats.

    ``shift`` is the hour (UTC) at which the working day begins, None for the sample agent, who never changes
    without being told. ``due`` is when the next break begins or ends and ``held`` until when a
    status that was set over the API stands; both in seconds since 1970.
    """

    id: str
    name: str
    email: str
    department: Department
    capacity: int
    shift: float | None
    status: str = "Offline"
    chats: int = 0
    due: float = 0.0
    held: float = 0.0

    def record(self) -> schemas.Agent:
        """The agent as the API shows it."""
        return schemas.Agent(self.id, self.status, self.chats)


@dataclass(slots=True, eq=False)
class Visitor:
    """One visitor. ``record`` is what the API shows, member by member in the order of the samples.

    ``status`` repeats the record's own, for those who move; a placed record may be of any shape.
    ``contact`` holds the members that become known when the visitor asks for a chat. ``still`` marks visitors
    that never change by themselves. ``leaves``: when they mean to go; ``since``: when the status began.
    """

    key: str
    record: Any
    status: str = ""
    contact: dict[str, Any] = field(default_factory=dict)
    still: bool = False
    leaves: float = 0.0
    since: float = 0.0
    wakes: float = 0.0
    agent: Agent | None = None
    encoded: bytes | None = None

    def wire(self) -> bytes:
        """The record as JSON, encoded once until :meth:`Crowd.changed` says that it moved."""
        if self.encoded is None:
            self.encoded = encode(self.record)
        return self.encoded


def encode(record: Any) -> bytes:
    """``record`` as JSON; ready bytes pass through, and lone surrogates are written as escapes."""
    if isinstance(record, bytes):
        return record
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError:
        return json.dumps(record, separators=(",", ":")).encode()


@dataclass(slots=True)
class Crowd:
    """The people of one world and their clock, ``now``, in seconds since 1970.

    ``size`` is the number of visitors about which the crowd moves; ``away_ids`` are the ids of the away
    statuses by name. Everything random comes from ``rng``, in an order that depends on nothing else, so the
    same seed tells the same story.
    """

    rng: Random
    now: float
    size: int
    departments: list[Department] = field(default_factory=list)
    away_ids: dict[str, str] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    born: int = 0
    agents_changed: bool = True
    visitors_changed: bool = True
    _due: list[tuple[float, int, Visitor]] = field(default_factory=list)
    _serial: int = 0

    def new_id(self) -> str:
        """A new random GUID."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def wake(self, visitor: Visitor, seconds: float) -> None:
        """Let ``visitor`` take the next step after ``seconds``; an earlier appointment is forgotten."""
        visitor.wakes = self.now + seconds
        self._serial += 1
        heapq.heappush(self._due, (visitor.wakes, self._serial, visitor))

    def next_due(self, until: float) -> Visitor | None:
        """The next visitor whose appointment is not after ``until``; sets ``now`` to it."""
        while self._due and self._due[0][0] <= until:
            due, _, visitor = heapq.heappop(self._due)
            if visitor.wakes == due and self.visitors.get(visitor.key) is visitor and not visitor.still:
                self.now = due
                return visitor
        return None

    def forget_appointments(self) -> None:
        """Nobody is due any more."""
        self._due.clear()

    def changed(self, visitor: Visitor) -> None:
        """Note that ``visitor`` differs from what was answered last."""
        visitor.encoded = None
        self.visitors_changed = True

    def set_status(self, visitor: Visitor, status: str) -> None:
        """Give ``visitor`` a status, from now on; whoever leaves a chat frees the agent."""
        if visitor.agent is not None and status not in CHATTING_STATUSES:
            self.release(visitor)
        visitor.status = visitor.record["status"] = status
        visitor.since = self.now
        self.changed(visitor)

    def take(self, visitor: Visitor, agent: Agent) -> None:
        """Put ``visitor`` into a chat with ``agent``."""
        self.release(visitor)
        visitor.agent = agent
        agent.chats += 1
        self.agents_changed = True
        visitor.record["departmentId"] = agent.department.id

    def release(self, visitor: Visitor) -> None:
        """Take ``visitor`` out of the chat with an agent, if there is one."""
        if visitor.agent is not None:
            visitor.agent.chats = max(0, visitor.agent.chats - 1)
            visitor.agent = None
            self.agents_changed = True

    def remove(self, visitor: Visitor) -> None:
        """The visitor is gone."""
        self.release(visitor)
        del self.visitors[visitor.key]
        self.visitors_changed = True


def instant(seconds: float) -> str:
    """``seconds`` since 1970 as the API writes times: ISO 8601, UTC, milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
