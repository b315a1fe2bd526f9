"""Moves the crowd through time: the steps of each person, and the steering that keeps the numbers plausible.

There is no thread. Each call plays the events up to now, in order, so the number of calls does not change the story.
"""

from collections import defaultdict
from math import ceil, exp, pi, sin

from livechat.chatserver import journey, staff
from livechat.chatserver.crowd import CHATTING_STATUSES, Agent, Crowd, Visitor
from livechat.chatserver.people import new_visitor

STEERING_SECONDS = 5.0  # how often the numbers are steered
MAX_CATCH_UP_SECONDS = 300.0  # after a longer sleep the scene is set again, instead of playing every event
LUNCH_HOUR = 12.5  # UTC; around it most people have time to ask something
MIN_WAIT_SECONDS = 12.0  # no agent takes a visitor earlier

# When the scene is set, every sixth visitor that neither waits nor chats gets one of these, in turn.
SCENE_STATUSES = (
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
    """Fill the site as if it had been open for hours. Of the visitors before, only the fixed ones stay."""
    for visitor in [visitor for visitor in crowd.visitors.values() if not visitor.fixed]:
        crowd.remove(visitor)
    crowd.clear_schedule()
    staff.start_day(crowd)
    newcomers = [_arrive(crowd, crowd.rng.uniform(5, 900)) for _ in range(crowd.target_visitors - 1)]
    crowd.rng.shuffle(newcomers)
    for _ in range(min(_target_waiting(crowd), len(newcomers))):
        _wait_already(crowd, newcomers.pop())
    for _ in range(min(_target_chatting(crowd), len(newcomers))):
        agent = free_agent(crowd)
        if agent is None:
            break
        start_chat(crowd, newcomers.pop(), agent)
    for number, visitor in enumerate(newcomers[::6]):
        _put_into_status(crowd, visitor, SCENE_STATUSES[number % len(SCENE_STATUSES)])


def advance(crowd: Crowd, now: float) -> None:
    """Play every event up to `now`; a time before the crowd's own changes nothing."""
    if now - crowd.now > MAX_CATCH_UP_SECONDS:
        crowd.now = now - now % STEERING_SECONDS
        set_scene(crowd)
    steering = crowd.now - crowd.now % STEERING_SECONDS + STEERING_SECONDS
    while steering <= now:
        _run_until(crowd, steering)
        staff.advance(crowd)
        _steer(crowd)
        steering += STEERING_SECONDS
    _run_until(crowd, max(crowd.now, now))


def _run_until(crowd: Crowd, until: float) -> None:
    while (visitor := crowd.next_due(until)) is not None:
        if visitor.status == "waitingForChat" and not _may_stop_waiting(crowd):
            crowd.schedule(visitor, 60)
            continue
        journey.step(crowd, visitor)
    crowd.now = until


def _steer(crowd: Crowd) -> None:
    """Let visitors come, queue up and get agents, so that the numbers stay near the targets of the hour."""
    by_status: dict[str, list[Visitor]] = defaultdict(list)
    for visitor in crowd.visitors.values():
        if not visitor.fixed:
            by_status[visitor.status].append(visitor)
    missing = round(crowd.target_visitors * (1 + 0.03 * _wave(crowd.now, 1900))) - len(crowd.visitors)
    for _ in range(min(missing, ceil(crowd.target_visitors / 40))):
        by_status["inSite"].append(_arrive(crowd, 0.0))
    _fill_queue(crowd, by_status)
    _assign_agents(crowd, by_status)


def _fill_queue(crowd: Crowd, by_status: dict[str, list[Visitor]]) -> None:
    waiting = by_status["waitingForChat"]
    coming = len(by_status["preChat"]) + len(by_status["systemProcessing"])
    browsing = by_status["inSite"]
    idle = _target_chatting(crowd) - sum(len(by_status[status]) for status in CHATTING_STATUSES)
    at_once = max(0, _min_waiting(crowd) - len(waiting))
    soon = max(0, _target_waiting(crowd) + ceil(idle / 2) - len(waiting) - coming)
    for visitor in crowd.rng.sample(browsing, min(len(browsing), max(at_once, soon))):
        if at_once:
            journey.queue_up(crowd, visitor)
            waiting.append(visitor)
            at_once -= 1
        else:
            journey.ask_for_chat(crowd, visitor)


def _assign_agents(crowd: Crowd, by_status: dict[str, list[Visitor]]) -> None:
    """Agents take the visitors that have waited longest, up to the target of the hour."""
    queue = sorted(by_status["waitingForChat"], key=lambda visitor: visitor.status_since)
    chatting = sum(len(by_status[status]) for status in CHATTING_STATUSES)
    room = min(_target_chatting(crowd) - chatting, len(queue) - _kept_waiting(crowd))
    for visitor in queue[: max(0, room)]:
        agent = free_agent(crowd, visitor.record["departmentId"])
        if agent is None or crowd.now - visitor.status_since < MIN_WAIT_SECONDS:
            return
        start_chat(crowd, visitor, agent)


def _arrive(crowd: Crowd, age: float) -> Visitor:
    visitor = new_visitor(crowd, age)
    crowd.visitors[visitor.key] = visitor
    crowd.visitors_changed = True
    crowd.schedule(visitor, crowd.rng.uniform(5, 60))
    return visitor


def _wait_already(crowd: Crowd, visitor: Visitor) -> None:
    journey.queue_up(crowd, visitor)
    visitor.status_since = crowd.now - crowd.rng.uniform(10, 150)


def start_chat(crowd: Crowd, visitor: Visitor, agent: Agent) -> None:
    """Let `agent` take `visitor`, who has told name and e-mail by then."""
    if not visitor.record["email"]:
        visitor.record.update(visitor.contact)
    crowd.assign(visitor, agent)
    journey.begin_chat(crowd, visitor)


def _put_into_status(crowd: Crowd, visitor: Visitor, status: str) -> None:
    """Give `visitor` a status as if it had begun a while ago."""
    if status in CHATTING_STATUSES:
        agent = free_agent(crowd)
        if agent is None:
            return
        start_chat(crowd, visitor, agent)
    crowd.set_status(visitor, status)
    crowd.schedule(visitor, crowd.rng.uniform(3, 40))


def free_agent(crowd: Crowd, department: str | None = None) -> Agent | None:
    """The least busy agent with room for a chat, from `department` if it has one; None if all are full."""
    free = [
        agent
        for agent in crowd.agents.values()
        if agent.status == "Online" and agent.shift_hour is not None and agent.chats < agent.capacity
    ]
    own = [agent for agent in free if agent.department.id == department]
    return min(own or free, key=lambda agent: agent.chats / agent.capacity, default=None)


def _lunch_share(now: float) -> float:
    """How near it is to lunch time, from 0 to 1."""
    return exp(-(((now / 3600 % 24 - LUNCH_HOUR) / 1.2) ** 2))


def _wave(now: float, period: float) -> float:
    """A slow wave between -1 and 1."""
    return sin(2 * pi * now / period)


def _min_waiting(crowd: Crowd) -> int:
    """The number of visitors that always wait, so that the demo's first page has something to show."""
    return min(3, max(1, crowd.target_visitors // 20)) if crowd.target_visitors > 1 else 0


def _kept_waiting(crowd: Crowd) -> int:
    """The number of visitors that agents leave in the queue. It varies, and grows at lunch time."""
    more = 0.4 + 0.4 * _wave(crowd.now, 700) + 2 * _lunch_share(crowd.now)
    return round(_min_waiting(crowd) * (1 + more))


def _may_stop_waiting(crowd: Crowd) -> bool:
    waiting = sum(visitor.status == "waitingForChat" for visitor in crowd.visitors.values())
    return waiting > _min_waiting(crowd)


def _target_waiting(crowd: Crowd) -> int:
    share = 0.022 + 0.05 * _lunch_share(crowd.now) + 0.006 * _wave(crowd.now, 1300)
    return max(_kept_waiting(crowd) + 1, round(crowd.target_visitors * share))


def _target_chatting(crowd: Crowd) -> int:
    room = sum(
        agent.capacity for agent in crowd.agents.values() if agent.status == "Online" and agent.shift_hour is not None
    )
    share = 0.68 + 0.24 * _lunch_share(crowd.now) + 0.06 * _wave(crowd.now, 2700)
    return round(min(room * share, crowd.target_visitors * 0.4))
