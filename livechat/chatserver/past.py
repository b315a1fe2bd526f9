"""The past of a chat server: its people on days that have gone by, as fast as they can be simulated, and the truth.

The agents are those of the live world of the same options, with the hours of a shop: by night few are there. Visitors
come by the hour of the day, and nobody is kept waiting for show. Hours are UTC.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from livechat.chatserver import hours, journey, simulation, staff
from livechat.chatserver.crowd import Crowd, Visitor, encode
from livechat.chatserver.options import Options
from livechat.chatserver.people import new_visitor
from livechat.chatserver.world import World

CHATTING = frozenset({"chatting", "voiceChatting"})
IN_CONTACT = CHATTING | {"waitingForChat", "transferring"}
HALF_SECOND = 0.5  # a look is so long after a tick: what happens at a tick is seen neither sooner nor later on average
DAY_PACE, NIGHT_PACE = 5, 60  # seconds from look to look
NIGHT_HOURS = (22, 6)
SENT_SHARE = 0.85  # of those who open the form
SHORT_CHATS = 0.02  # share of the chats that end within seconds


@dataclass(frozen=True, slots=True)
class StatusChange:
    """An agent's status from a moment on, in seconds since 1970."""

    agent: str
    status: str
    at: int


@dataclass(slots=True)
class Contact:
    """A visitor's request for a chat, as it was. Times are seconds since 1970, None if it has not come to that.

    `chatting` are the beginnings and ends of the time with an agent; a transfer divides it.
    """

    visitor: str
    department: str
    began: float
    answered: float | None = None
    ended: float | None = None
    outcome: str = ""
    chatting: list[list[float | None]] = field(default_factory=list)


@dataclass(slots=True)
class Truth:
    """What happened: first every agent's status at the beginning, then each change; contacts by when they began."""

    statuses: list[StatusChange] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Look:
    """A moment (seconds since 1970) at which both lists are read; the next one is due after `every` seconds.

    `made`: the moment of which the lists tell, which is earlier if they come from a cache.

    `agents_changed`: an agent's status, since the look before. `contacts_changed`: a contact began, was answered or
    ended. `agents` and `visitors` answer the bodies of the API; call them before the next look.
    """

    at: float
    made: float
    every: int
    agents_changed: bool
    contacts_changed: bool
    agents: Callable[[], bytes]
    visitors: Callable[[], bytes]


def pace(at: float) -> int:
    """The seconds until the next look: 5 by day, 60 by night."""
    hour = at / 3600 % 24
    return NIGHT_PACE if hour >= NIGHT_HOURS[0] or hour < NIGHT_HOURS[1] else DAY_PACE


@dataclass(slots=True)
class _Crowd(Crowd):
    """A crowd that notes its contacts, and who waits until an agent has read the request."""

    truth: Truth = field(default_factory=Truth)
    contacts_changed: bool = True
    queue: dict[str, tuple[Visitor, float]] = field(default_factory=dict)
    _open: dict[str, Contact] = field(default_factory=dict)

    def set_status(self, visitor: Visitor, status: str) -> None:
        before = visitor.status
        Crowd.set_status(self, visitor, status)
        if before != status and (before in IN_CONTACT or status in IN_CONTACT):
            self._note(visitor, before, status)

    def _note(self, visitor: Visitor, before: str, status: str) -> None:
        self.contacts_changed = True
        contact = self._open.get(visitor.key)
        if contact is None:
            contact = Contact(visitor.key, visitor.record["departmentId"], self.now)
            self._open[visitor.key] = contact
            self.truth.contacts.append(contact)
        if before in CHATTING and status not in CHATTING:
            contact.chatting[-1][1] = self.now
        if status in CHATTING and before not in CHATTING:
            contact.answered = self.now if contact.answered is None else contact.answered
            contact.chatting.append([self.now, None])
        self.queue.pop(visitor.key, None)
        if status == "waitingForChat":
            self.queue[visitor.key] = (visitor, self.now + 2 + self.rng.expovariate(1 / 9))
        if status not in IN_CONTACT:
            contact.ended, contact.outcome = self.now, status
            del self._open[visitor.key]


class Past:
    """The simulation from `began` (seconds since 1970) on, with `contacts` a day on average.

    The same options and the same moment make the same past. `truth` grows as `looks` goes on.
    """

    def __init__(self, options: Options, began: int, contacts: int = 500) -> None:
        world = World(replace(options, clock=lambda: float(began)))
        rng = Random(f"past {options.seed} {began}")  # noqa: S311 - a story, not a secret
        people = world.crowd
        self.crowd = _Crowd(rng, float(began), options.visitors, departments=people.departments)
        self.crowd.agents, self.crowd.away_ids = people.agents, people.away_ids
        self.truth = self.crowd.truth
        self._list_cache = options.list_cache
        self._rate = contacts / hours.DAY_SECONDS / SENT_SHARE
        self._staff_due = self._tick = began
        self._shifts = hours.give_shifts(list(people.agents.values()))
        staff.start_day(self.crowd)
        self._known = dict.fromkeys(people.agents, "")
        self._statuses_changed = True
        self._note_statuses()

    def looks(self, until: float, every: Callable[[float], int] = pace) -> Iterator[Look]:
        """Play until a moment, with a look every so many seconds: `every` says how many after a look."""
        at = self._tick + HALF_SECOND
        while at <= until:
            if self._list_cache:
                made = max(self.crowd.now, at - self.crowd.rng.randrange(int(self._list_cache) + 1))
                self._play(made)
                agents, visitors = partial(bytes, self._agents()), partial(bytes, self._visitors())
                changed = self._changes()
                self._play(at)
                yield Look(at, made, every(at), *changed, agents, visitors)
            else:
                self._play(at)
                yield Look(at, at, every(at), *self._changes(), self._agents, self._visitors)
            at += every(at)

    def _changes(self) -> tuple[bool, bool]:
        """Whether statuses and contacts have changed since it was asked last."""
        changed = self._statuses_changed, self.crowd.contacts_changed
        self._statuses_changed = self.crowd.contacts_changed = False
        return changed

    def _agents(self) -> bytes:
        return b"[" + b",".join([encode(agent.record()) for agent in self.crowd.agents.values()]) + b"]"

    def _visitors(self) -> bytes:
        return b"[" + b",".join([visitor.to_json() for visitor in self.crowd.visitors.values()]) + b"]"

    def _play(self, until: float) -> None:
        """Play what happens until a moment, second by second."""
        crowd = self.crowd
        while self._tick + 1 <= until:
            self._tick += 1
            self._steps(self._tick)
            if self._tick >= self._staff_due:
                self._staff_due = self._tick + crowd.rng.randrange(1, 10)
                staff.advance(crowd)
                self._note_statuses()
            if crowd.queue:
                self._answer()
            self._come()
        self._steps(until)

    def _steps(self, until: float) -> None:
        crowd = self.crowd
        while (visitor := crowd.next_due(until)) is not None:
            journey.step(crowd, visitor)
            if visitor.status == "inSite":  # pages that a visitor looks at are in no record
                crowd.schedule(visitor, max(1.0, visitor.leaves_at - crowd.now))
        crowd.now = max(crowd.now, until)

    def _answer(self) -> None:
        """Agents take those whose request they have read; a few chats end within seconds."""
        crowd = self.crowd
        for visitor, ready in list(crowd.queue.values()):
            agent = simulation.free_agent(crowd, visitor.record["departmentId"]) if ready <= crowd.now else None
            if agent is not None:
                simulation.start_chat(crowd, visitor, agent)
                if crowd.rng.random() < SHORT_CHATS:
                    crowd.schedule(visitor, crowd.rng.uniform(1, 8))

    def _come(self) -> None:
        """Visitors come, and one asks for a chat, as it is usual at the hour."""
        crowd = self.crowd
        usual = hours.usual(crowd.now)
        if len(crowd.visitors) < crowd.target_visitors * hours.on_site(usual):
            visitor = new_visitor(crowd)
            crowd.visitors[visitor.key] = visitor
            crowd.schedule(visitor, visitor.leaves_at - crowd.now)
        if crowd.rng.random() < self._rate * usual:
            browsing = [visitor for visitor in crowd.visitors.values() if visitor.status == "inSite"]
            if browsing:
                journey.ask_for_chat(crowd, crowd.rng.choice(browsing))

    def _note_statuses(self) -> None:
        for agent in self.crowd.agents.values():
            if self._known[agent.id] != agent.status:
                self._known[agent.id] = agent.status
                self._statuses_changed = True
                self.truth.statuses.append(StatusChange(agent.id, agent.status, int(self.crowd.now)))
                if agent.status == "Offline":  # nobody begins at the same second every day
                    hours.come_late(agent, self._shifts[agent.id], self.crowd.rng)
