"""The hours of the simulated shop: who works when, and how many visitors come. Hours are UTC."""

from math import exp
from random import Random

from livechat.chatserver import staff
from livechat.chatserver.crowd import Agent

DAY_SECONDS = 86400
SHIFT_HOURS = 8.5
LATE_HOURS, NIGHT_HOURS = 5.0, 14.0  # after the early shift of the same team
ONE_IN_NIGHTS = 4  # of those who do not begin early
MAX_LATE_HOURS = 0.2
ON_SITE_SHARE = 0.15  # of the visitors that are on site at the busiest hour, at the quietest


def give_shifts(agents: list[Agent]) -> dict[str, float]:
    """Give every agent a shift of a shop that is open from morning till evening. Answers when the shifts begin."""
    shifts = {}
    for number, agent in enumerate(agents):
        early, place = agent.department.first_shift_hour, number // 3
        late = NIGHT_HOURS if place // 2 % ONE_IN_NIGHTS == 1 else LATE_HOURS
        shifts[agent.id] = early + (late if place % 2 else 0.0)
        agent.shift_hour, agent.shift_hours = shifts[agent.id], SHIFT_HOURS
        agent.days_off = frozenset({(number + 5) % 7, (number + number // 7 + 6) % 7})
    return shifts


def come_late(agent: Agent, shift: float, rng: Random) -> None:
    """Let the next day of an agent, whose shift is over, begin a little late."""
    late = rng.uniform(0, MAX_LATE_HOURS)
    agent.shift_hour, agent.shift_hours = shift + late, SHIFT_HOURS - late


def on_site(asking: float) -> float:
    """The share of the busiest hour's visitors that are on site, if so many ask for a chat (see `usual`)."""
    return ON_SITE_SHARE + (1 - ON_SITE_SHARE) * min(1.0, asking / _USUAL_MOST)


def usual(now: float) -> float:
    """How many ask for a chat at an hour, as a multiple of the day's mean; at weekends fewer."""
    hour = now / 3600 % 24
    weekend = (now // DAY_SECONDS + staff.FIRST_WEEKDAY) % 7 >= 5
    return _shape(hour) / _MEAN * (0.6 if weekend else 1.16)


def _shape(hour: float) -> float:
    return 0.04 + 2.0 * exp(-(((hour - 10.5) / 2.6) ** 2)) + 1.7 * exp(-(((hour - 15.5) / 3.0) ** 2))


_MEAN = sum(_shape(minute / 60) for minute in range(1440)) / 1440
_USUAL_MOST = max(usual(minute * 60.0) for minute in range(1440))
