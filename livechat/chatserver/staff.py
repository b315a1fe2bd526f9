"""How agents spend their day: shifts, breaks, and going home when the last chat is over."""

from livechat.chatserver.crowd import Agent, Crowd

SHIFT = 12.5  # hours; half an hour of handover, so that nobody is missed when one shift ends
STANDS = 1200.0  # seconds for which a status set over the API stands before the day goes on
OVERTIME = 1 / 3  # hours after which an agent leaves although chats are going on, which others then take over

# status, share, shortest and longest time in seconds; those but Away are the site's custom away statuses
BREAKS: tuple[tuple[str, int, int, int], ...] = (
    ("Away", 5, 120, 480),
    ("Meeting", 3, 900, 2400),
    ("Short break", 5, 300, 720),
    ("Lunch", 2, 1500, 2400),
    ("Training", 1, 1800, 3600),
)


def hours_since_start(agent: Agent, now: float) -> float:
    """Hours since the agent's last shift began, from 0 to 24; always 0 for the sample agent."""
    return 0.0 if agent.shift is None else (now / 3600 - agent.shift) % 24


def open_day(crowd: Crowd) -> None:
    """Give every agent the status that fits the hour, with nobody in a chat."""
    on_duty = []
    for agent in crowd.agents.values():
        agent.chats = 0
        agent.held = 0.0
        agent.due = crowd.now + crowd.rng.uniform(300, 3600)
        agent.status = "Online" if hours_since_start(agent, crowd.now) < SHIFT else "Offline"
        if agent.status == "Online" and agent.shift is not None:
            on_duty.append(agent)
    for agent, (status, _, shortest, longest) in zip(
        crowd.rng.sample(on_duty, _breaks(len(on_duty))), BREAKS * len(on_duty), strict=False
    ):
        agent.status = status
        agent.due = crowd.now + crowd.rng.uniform(shortest, longest)
    crowd.agents_changed = True


def pass_time(crowd: Crowd) -> None:
    """Let every agent whose time has come begin or end a break or a shift."""
    present = [agent for agent in crowd.agents.values() if agent.status != "Offline"]
    places = _breaks(len(present)) - sum(agent.status != "Online" for agent in present)
    for agent in crowd.agents.values():
        if agent.shift is None or crowd.now < agent.held:
            continue
        hours = hours_since_start(agent, crowd.now)
        if hours >= SHIFT:
            if agent.status != "Offline" and (not agent.chats or hours > SHIFT + OVERTIME):
                _go_home(crowd, agent)
        elif agent.status == "Offline":
            _set(crowd, agent, "Online")
            agent.due = crowd.now + crowd.rng.uniform(1800, 5400)
        elif crowd.now >= agent.due:
            places += _next_break(crowd, agent, places, hours)


def told(crowd: Crowd, agent: Agent, status: str) -> None:
    """Give ``agent`` a status that was set over the API; it stands for a while."""
    _set(crowd, agent, status)
    agent.held = crowd.now + STANDS
    agent.due = agent.held


def _breaks(present: int) -> int:
    """How many of ``present`` agents may be on a break at once."""
    return max(1, present // 6) if present > 2 else 0


def _next_break(crowd: Crowd, agent: Agent, places: int, hours: float) -> int:
    """End the agent's break or begin one; how many places for breaks became free."""
    if agent.status != "Online":
        _set(crowd, agent, "Online")
        agent.due = crowd.now + crowd.rng.uniform(1200, 4200)
        return 1
    if places <= 0:
        agent.due = crowd.now + crowd.rng.uniform(60, 600)
        return 0
    kinds = [kind for kind in BREAKS if kind[0] != "Lunch" or 3 < hours < 7]
    status, _, shortest, longest = crowd.rng.choices(kinds, [kind[1] for kind in kinds])[0]
    _set(crowd, agent, status)
    agent.due = crowd.now + crowd.rng.uniform(shortest, longest)
    return -1


def _go_home(crowd: Crowd, agent: Agent) -> None:
    """End the agent's day; whoever is still in a chat with the agent waits for another."""
    _set(crowd, agent, "Offline")
    for visitor in list(crowd.visitors.values()):
        if visitor.agent is agent:
            crowd.set_status(visitor, "transferring")
            crowd.wake(visitor, crowd.rng.uniform(5, 25))


def _set(crowd: Crowd, agent: Agent, status: str) -> None:
    agent.status = status
    crowd.agents_changed = True
