"""Moves the crowd through time: everybody's own steps, and the tides that keep the whole plausible.

The story is told in order, event by event, whenever somebody asks: there is no thread. How often is asked
does not change it.
"""

from collections import defaultdict
from math import ceil, exp, pi, sin

from livechat.chatserver import journey, staff
from livechat.chatserver.crowd import CHATTING_STATUSES, Agent, Crowd, Visitor
from livechat.chatserver.people import new_visitor

TIDE = 5.0  # seconds between two looks at the whole
CATCH_UP = 300.0  # seconds of story told at once; after a longer sleep the scene is set anew
LUNCH = 12.5  # hour (UTC) at which most people have time to ask something
SHORTEST_WAIT = 12.0  # seconds before an agent takes a visitor

# when the scene is set, every sixth of those who neither wait nor chat has one of these, in turn
SCENE = (
    "preChat",
    "autoInvited",
    "chatEnded",
    "manuallyInvited",
    "offlineMessage",
    "refusedByVisitor",
    "outOfSite",
    "voiceChatting",
    "transferring",
    "manuallyInvitedByWindow",
    "systemProcessing",
    "refusedByOperator",
)


def set_scene(crowd: Crowd) -> None:
    """Fill the site as if it had been open for hours; of those who were there only the still ones stay."""
    for visitor in [visitor for visitor in crowd.visitors.values() if not visitor.still]:
        crowd.remove(visitor)
    crowd.forget_appointments()
    staff.open_day(crowd)
    newcomers = [_arrive(crowd, crowd.rng.uniform(5, 900)) for _ in range(crowd.size - 1)]
    crowd.rng.shuffle(newcomers)
    for _ in range(min(_wanted_waiting(crowd), len(newcomers))):
        _wait_already(crowd, newcomers.pop())
    for _ in range(min(_wanted_chatting(crowd), len(newcomers))):
        agent = _free_agent(crowd)
        if agent is None:
            break
        _start(crowd, newcomers.pop(), agent)
    for number, visitor in enumerate(newcomers[::6]):
        _play(crowd, visitor, SCENE[number % len(SCENE)])


def advance(crowd: Crowd, now: float) -> None:
    """Tell the story up to ``now``; an earlier time than the crowd's changes nothing."""
    if now - crowd.now > CATCH_UP:
        crowd.now = now - now % TIDE
        set_scene(crowd)
    tide = crowd.now - crowd.now % TIDE + TIDE
    while tide <= now:
        _play_until(crowd, tide)
        staff.pass_time(crowd)
        _steer(crowd)
        tide += TIDE
    _play_until(crowd, max(crowd.now, now))


def _play_until(crowd: Crowd, until: float) -> None:
    while (visitor := crowd.next_due(until)) is not None:
        if visitor.status == "waitingForChat" and not _may_stop_waiting(crowd):
            crowd.wake(visitor, 60)
            continue
        journey.step(crowd, visitor)
    crowd.now = until


def _steer(crowd: Crowd) -> None:
    """Let people come, queue up and be served, so that the numbers keep near what the hour asks for."""
    crowd_by: dict[str, list[Visitor]] = defaultdict(list)
    for visitor in crowd.visitors.values():
        if not visitor.still:
            crowd_by[visitor.status].append(visitor)
    missing = round(crowd.size * (1 + 0.03 * _swell(crowd.now, 1900))) - len(crowd.visitors)
    for _ in range(min(missing, ceil(crowd.size / 40))):
        crowd_by["inSite"].append(_arrive(crowd, 0.0))
    _fill_queue(crowd, crowd_by)
    _serve(crowd, crowd_by)


def _fill_queue(crowd: Crowd, crowd_by: dict[str, list[Visitor]]) -> None:
    waiting = crowd_by["waitingForChat"]
    coming = len(crowd_by["preChat"]) + len(crowd_by["systemProcessing"])
    browsing = crowd_by["inSite"]
    idle = _wanted_chatting(crowd) - sum(len(crowd_by[status]) for status in CHATTING_STATUSES)
    at_once = max(0, _least_waiting(crowd) - len(waiting))
    soon = max(0, _wanted_waiting(crowd) + ceil(idle / 2) - len(waiting) - coming)
    for visitor in crowd.rng.sample(browsing, min(len(browsing), max(at_once, soon))):
        if at_once:
            journey.queue_up(crowd, visitor)
            waiting.append(visitor)
            at_once -= 1
        else:
            journey.ask_for_chat(crowd, visitor)


def _serve(crowd: Crowd, crowd_by: dict[str, list[Visitor]]) -> None:
    """Agents take those who have waited longest, as many as the hour lets them."""
    queue = sorted(crowd_by["waitingForChat"], key=lambda visitor: visitor.since)
    chatting = sum(len(crowd_by[status]) for status in CHATTING_STATUSES)
    room = min(_wanted_chatting(crowd) - chatting, len(queue) - _left_waiting(crowd))
    for visitor in queue[: max(0, room)]:
        agent = _free_agent(crowd, visitor.record["departmentId"])
        if agent is None or crowd.now - visitor.since < SHORTEST_WAIT:
            return
        _start(crowd, visitor, agent)


def _arrive(crowd: Crowd, age: float) -> Visitor:
    visitor = new_visitor(crowd, age)
    crowd.visitors[visitor.key] = visitor
    crowd.visitors_changed = True
    crowd.wake(visitor, crowd.rng.uniform(5, 60))
    return visitor


def _wait_already(crowd: Crowd, visitor: Visitor) -> None:
    journey.queue_up(crowd, visitor)
    visitor.since = crowd.now - crowd.rng.uniform(10, 150)


def _start(crowd: Crowd, visitor: Visitor, agent: Agent) -> None:
    if not visitor.record["email"]:
        visitor.record.update(visitor.contact)
    crowd.take(visitor, agent)
    journey.begin_chat(crowd, visitor)


def _play(crowd: Crowd, visitor: Visitor, status: str) -> None:
    """Put ``visitor`` into the midst of ``status``."""
    if status in CHATTING_STATUSES:
        agent = _free_agent(crowd)
        if agent is None:
            return
        _start(crowd, visitor, agent)
    crowd.set_status(visitor, status)
    crowd.wake(visitor, crowd.rng.uniform(3, 40))


def _free_agent(crowd: Crowd, department: str | None = None) -> Agent | None:
    """The least busy agent with room, of the department if there is one."""
    free = [
        agent
        for agent in crowd.agents.values()
        if agent.status == "Online" and agent.shift is not None and agent.chats < agent.capacity
    ]
    own = [agent for agent in free if agent.department.id == department]
    return min(own or free, key=lambda agent: agent.chats / agent.capacity, default=None)


def _lunch(now: float) -> float:
    """How much it is lunch time, from 0 to 1."""
    return exp(-(((now / 3600 % 24 - LUNCH) / 1.2) ** 2))


def _swell(now: float, period: float) -> float:
    """A slow wave between -1 and 1."""
    return sin(2 * pi * now / period)


def _least_waiting(crowd: Crowd) -> int:
    """So many wait at any moment, or the demo's first page would show nothing."""
    return min(3, max(1, crowd.size // 20)) if crowd.size > 1 else 0


def _left_waiting(crowd: Crowd) -> int:
    """So many are left waiting when agents take visitors: it varies, and grows at lunch time."""
    more = 0.4 + 0.4 * _swell(crowd.now, 700) + 2 * _lunch(crowd.now)
    return round(_least_waiting(crowd) * (1 + more))


def _may_stop_waiting(crowd: Crowd) -> bool:
    waiting = sum(visitor.status == "waitingForChat" for visitor in crowd.visitors.values())
    return waiting > _least_waiting(crowd)


def _wanted_waiting(crowd: Crowd) -> int:
    share = 0.022 + 0.05 * _lunch(crowd.now) + 0.006 * _swell(crowd.now, 1300)
    return max(_left_waiting(crowd) + 1, round(crowd.size * share))


def _wanted_chatting(crowd: Crowd) -> int:
    room = sum(
        agent.capacity for agent in crowd.agents.values() if agent.status == "Online" and agent.shift is not None
    )
    share = 0.68 + 0.24 * _lunch(crowd.now) + 0.06 * _swell(crowd.now, 2700)
    return round(min(room * share, crowd.size * 0.4))
