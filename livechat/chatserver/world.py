"""The simulated contact centre for the API and for tests: reads, writes, and hooks for tests."""

import heapq
import threading
from collections.abc import Callable, Sequence
from math import inf
from random import Random
from typing import Any

import msgspec

from livechat.chatserver import people, shop, simulation, staff
from livechat.chatserver.crowd import Crowd, Visitor, encode
from livechat.chatserver.options import Options
from livechat.chatserver.schemas import FieldAndValue

DAY_SECONDS = 86400.0
FROZEN_TIME_SECONDS = 10.5 * 3600  # after midnight; a frozen world stays at 10:30 UTC, so every hour shows the same


class World:
    """All state of one chat server.

    `crowd` holds the people. `lock` guards everything; it is re-entrant, and the methods take it themselves, so
    any thread may call them. Reads answer JSON as bytes, which are kept until something changes. Nothing moves by
    itself: `advance` plays the events up to now.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lock = threading.RLock()
        now = options.clock()
        if options.freeze:
            now = (now - FROZEN_TIME_SECONDS) // DAY_SECONDS * DAY_SECONDS + FROZEN_TIME_SECONDS
        rng = Random(f"livechat {options.seed}")  # noqa: S311 - a story, not a secret
        self.crowd = Crowd(rng, now, max(1, options.visitors), options.hostile)
        self._placed_agents: dict[str, Any] = {}
        self._pending_writes: list[tuple[float, int, Callable[[], None]]] = []
        self._write_count = self._placed_count = 0
        self._agents_body = self._visitors_body = b""
        self._cached: dict[str, tuple[float, bytes]] = {}
        people.hire(self.crowd, max(1, options.agents))
        self.crowd.away_ids = {name: self.crowd.new_id() for name in ("Away", *shop.AWAY_STATUSES)}
        people.place_sample(self.crowd)
        simulation.set_scene(self.crowd)

    def advance(self) -> None:
        """Show the writes that are due, and play the events up to now unless the world is frozen."""
        with self.lock:
            now = self.options.clock()
            while self._pending_writes and self._pending_writes[0][0] <= now:
                heapq.heappop(self._pending_writes)[2]()
            if not self.options.freeze:
                simulation.advance(self.crowd, float(int(now)))

    # Reads

    def agents_body(self) -> bytes:
        """`GET /livechat/agents`."""
        with self.lock:
            return self._from_cache("agents", self._agents)

    def _from_cache(self, name: str, make: Callable[[], bytes]) -> bytes:
        """A list's body, as old as `list_cache` allows."""
        if not self.options.list_cache:
            return make()
        now, (made, body) = self.options.clock(), self._cached.get(name, (-inf, b""))
        if not 0 <= now - made < self.options.list_cache:
            made, body = self._cached[name] = now, make()
        return body

    def _agents(self) -> bytes:
        if self.crowd.agents_changed:
            records: dict[str, Any] = {key: agent.record() for key, agent in self.crowd.agents.items()}
            shown = (records | self._placed_agents).values()
            self._agents_body = _array([encode(record) for record in shown])
            self.crowd.agents_changed = False
        return self._agents_body

    def agent_body(self, agent_id: str) -> bytes | None:
        """`GET /livechat/agents/{id}`; None if there is no such agent."""
        with self.lock:
            if agent_id in self._placed_agents:
                return encode(self._placed_agents[agent_id])
            agent = self.crowd.agents.get(agent_id)
            return encode(agent.record()) if agent else None

    def visitors_body(self) -> bytes:
        """`GET /livechat/visitors`."""
        with self.lock:
            return self._from_cache("visitors", self._visitors)

    def _visitors(self) -> bytes:
        if self.crowd.visitors_changed:
            self._visitors_body = _array([item.to_json() for item in self.crowd.visitors.values()])
            self.crowd.visitors_changed = False
        return self._visitors_body

    def visitor_body(self, visitor_id: str) -> bytes | None:
        """`GET /livechat/visitors/{id}`; None if there is no such visitor."""
        with self.lock:
            visitor = self.crowd.visitors.get(visitor_id)
            return visitor.to_json() if visitor else None

    def has_agent_email(self, email: str) -> bool:
        """Whether an agent has this address, without regard to case."""
        return any(agent.email.lower() == email.lower() for agent in self.crowd.agents.values())

    # Writes

    def write_status(self, agent_id: str, status: str) -> bytes | None:
        """`PUT /livechat/agents/{id}`: the agent as it will be; None if there is no such agent.

        An offline agent comes online or away, and goes home when the time of a set status is over.
        """
        with self.lock:
            placed = self._placed_agents.get(agent_id)
            if isinstance(placed, dict):
                changed = placed | {"status": status}
                self._write(lambda: self._replace_agent_record(agent_id, changed))
                return encode(changed)
            agent = self.crowd.agents.get(agent_id)
            if agent is None:
                return None
            self._write(lambda: staff.hold_status(self.crowd, agent, status))
            return encode(msgspec.structs.replace(agent.record(), status=status))

    def write_variables(self, visitor_id: str, given: Sequence[FieldAndValue]) -> bytes | None:
        """`PUT /livechat/visitors/{id}`: the visitor, None if there is no such visitor.

        The answer shows the visitor as it was *before* the write, as the vendor's sample does.
        """
        with self.lock:
            visitor = self.crowd.visitors.get(visitor_id)
            if visitor is None:
                return None
            before = visitor.to_json()
            self._write(lambda: self._set_variables(visitor, given))
            return before

    def _write(self, change: Callable[[], None]) -> None:
        if self.options.visibility_delay <= 0:
            change()
            return
        self._write_count += 1
        shows = self.options.clock() + self.options.visibility_delay
        heapq.heappush(self._pending_writes, (shows, self._write_count, change))

    def _replace_agent_record(self, agent_id: str, record: Any) -> None:
        self._placed_agents[agent_id] = record
        self.crowd.agents_changed = True

    def _set_variables(self, visitor: Visitor, given: Sequence[FieldAndValue]) -> None:
        if not isinstance(visitor.record, dict):
            return  # a test's record that is no object has no variables to change
        new = {item.name: msgspec.to_builtins(item) for item in given}
        if self.options.visitor_put == "merge":
            old = visitor.record.get("customVariableResults")
            kept = {item["name"]: item for item in old if _is_variable(item)} if isinstance(old, list) else {}
            new = kept | new
        visitor.record = visitor.record | {"customVariableResults": list(new.values())}
        self.crowd.mark_changed(visitor)

    # Hooks for tests and demos

    def agent_ids(self) -> list[str]:
        """The ids of the simulated agents; the sample agent is the first."""
        with self.lock:
            return list(self.crowd.agents)

    def visitor_ids(self) -> list[str]:
        """The keys of all visitors on site; the sample visitor is the first."""
        with self.lock:
            return list(self.crowd.visitors)

    def agent_name(self, agent_id: str) -> str:
        """The display name of a simulated agent; KeyError if there is none."""
        return self.crowd.agents[agent_id].name

    def agent_email(self, agent_id: str) -> str:
        """The e-mail address of a simulated agent; KeyError if there is none."""
        return self.crowd.agents[agent_id].email

    def set_agent(self, agent_id: str, *, status: str | None = None, chats: int | None = None) -> None:
        """Change a simulated agent as if by itself, to any status; KeyError if there is none."""
        with self.lock:
            agent = self.crowd.agents[agent_id]
            if status is not None:
                staff.hold_status(self.crowd, agent, status)
            if chats is not None:
                agent.chats = chats
            self.crowd.agents_changed = True

    def put_agent_record(self, record: Any, key: str | None = None) -> str:
        """Show `record` (any JSON value, or bytes as they are) in the list of agents, and answer its key.

        The key is the record's `id` if that is a string. A record with the id of a simulated agent replaces that
        agent. Such a record never changes by itself; if it is an object, a PUT can change it.
        """
        with self.lock:
            key = key or self._key(record)
            self._replace_agent_record(key, record)
            return key

    def remove_agent(self, key: str) -> None:
        """Take an agent or a test's record out of the list; KeyError if there is none."""
        with self.lock:
            holder: dict[str, Any] = self._placed_agents if key in self._placed_agents else self.crowd.agents
            del holder[key]
            self.crowd.agents_changed = True

    def put_visitor(self, record: Any, key: str | None = None) -> str:
        """Add or replace a visitor by `record` (any JSON value, or bytes as they are), and answer its key.

        The key is the record's `id` if that is a string; `remove_visitor` and `GET .../{id}` take it. Such
        a visitor never changes by itself; a PUT can change its custom variables.
        """
        with self.lock:
            key = key or self._key(record)
            old = self.crowd.visitors.get(key)
            if old is not None:
                self.crowd.release(old)
            self.crowd.visitors[key] = Visitor(key, record, fixed=True)
            self.crowd.visitors_changed = True
            return key

    def remove_visitor(self, key: str) -> None:
        """Take a visitor off the site at once; KeyError if there is none."""
        with self.lock:
            self.crowd.remove(self.crowd.visitors[key])

    def _key(self, record: Any) -> str:
        self._placed_count += 1
        stated = record.get("id") if isinstance(record, dict) else None
        return stated.lower() if isinstance(stated, str) else f"placed-{self._placed_count}"


def _array(items: list[bytes]) -> bytes:
    return b"[" + b",".join(items) + b"]"


def _is_variable(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("name"), str)
