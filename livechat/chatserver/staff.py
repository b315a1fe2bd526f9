"""The agents' day: shifts, breaks, and going home after the last chat."""

from livechat.chatserver.crowd import Agent, Crowd

FIRST_WEEKDAY = 3  # 1970 began on a Thursday
HELD_STATUS_SECONDS = 1200.0  # a status set over the API stays this long, then the day goes on
MAX_OVERTIME_HOURS = 1 / 3  # then an agent leaves although chats go on, and others take them over

# status, weight, shortest and longest time in seconds; all but Away are the account's own away statuses
BREAKS: tuple[tuple[str, int, int, int], ...] = (
    ("Away", 5, 120, 480),
    ("Meeting", 3, 900, 2400),
    ("Short break", 5, 300, 720),
    ("Lunch", 2, 1500, 2400),
    ("Training", 1, 1800, 3600),
)


def hours_since_start(agent: Agent, now: float) -> float:
    """Hours since the agent's last shift began, from 0 to 24; 24 after a day off; 0 for the sample agent."""
    if agent.shift_hour is None:
        return 0.0
    day, hours = divmod(now / 3600 - agent.shift_hour, 24)
    return 24.0 if (day + FIRST_WEEKDAY) % 7 in agent.days_off else hours


def start_day(crowd: Crowd) -> None:
    """Give every agent the status that fits the hour, and no chats."""
    on_duty = []
    for agent in crowd.agents.values():
        agent.chats = 0
        agent.held_until = 0.0
        agent.next_change_at = crowd.now + crowd.rng.uniform(300, 3600)
        agent.status = "Online" if hours_since_start(agent, crowd.now) < agent.shift_hours else "Offline"
        if agent.status == "Online" and agent.shift_hour is not None:
            on_duty.append(agent)
    for agent, (status, _, shortest, longest) in zip(
        crowd.rng.sample(on_duty, _max_on_break(len(on_duty))), BREAKS * len(on_duty), strict=False
    ):
        agent.status = status
        agent.next_change_at = crowd.now + crowd.rng.uniform(shortest, longest)
    crowd.agents_changed = True


def advance(crowd: Crowd) -> None:
    """Begin or end every break and shift that is due."""
    present = [agent for agent in crowd.agents.values() if agent.status != "Offline"]
    places = _max_on_break(len(present)) - sum(agent.status != "Online" for agent in present)
    for agent in crowd.agents.values():
        if agent.shift_hour is None or crowd.now < agent.held_until:
            continue
        hours = hours_since_start(agent, crowd.now)
        if hours >= agent.shift_hours:
            if agent.status != "Offline" and (not agent.chats or hours > agent.shift_hours + MAX_OVERTIME_HOURS):
                _go_home(crowd, agent)
        elif agent.status == "Offline":
            _set_status(crowd, agent, "Online")
            agent.next_change_at = crowd.now + crowd.rng.uniform(1800, 5400)
        elif crowd.now >= agent.next_change_at:
            places += _next_break(crowd, agent, places, hours)


def hold_status(crowd: Crowd, agent: Agent, status: str) -> None:
    """Give `agent` a status that was set over the API; it stays for a while."""
    _set_status(crowd, agent, status)
    agent.held_until = crowd.now + HELD_STATUS_SECONDS
    agent.next_change_at = agent.held_until


def _max_on_break(present: int) -> int:
    """How many of `present` agents may be on a break at the same time."""
    return max(1, present // 6) if present > 2 else 0


def _next_break(crowd: Crowd, agent: Agent, places: int, hours: float) -> int:
    """End the agent's break or begin one. Answers by how many the free places for breaks changed."""
    if agent.status != "Online":
        _set_status(crowd, agent, "Online")
        agent.next_change_at = crowd.now + crowd.rng.uniform(1200, 4200)
        return 1
    if places <= 0:
        agent.next_change_at = crowd.now + crowd.rng.uniform(60, 600)
        return 0
    kinds = [kind for kind in BREAKS if kind[0] != "Lunch" or 3 < hours < 7]
    status, _, shortest, longest = crowd.rng.choices(kinds, [kind[1] for kind in kinds])[0]
    _set_status(crowd, agent, status)
    agent.next_change_at = crowd.now + crowd.rng.uniform(shortest, longest)
    return -1


def _go_home(crowd: Crowd, agent: Agent) -> None:
    """End the agent's day. Visitors in a chat with the agent wait for another one."""
    _set_status(crowd, agent, "Offline")
    for visitor in list(crowd.visitors.values()):
        if visitor.agent is agent:
            crowd.set_status(visitor, "transferring")
            crowd.schedule(visitor, crowd.rng.uniform(5, 25))


def _set_status(crowd: Crowd, agent: Agent, status: str) -> None:
    agent.status = status
    crowd.agents_changed = True
