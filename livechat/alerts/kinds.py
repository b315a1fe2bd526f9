"""The kinds of rules: their numbers, and whether their condition holds in an observation."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from livechat.alerts.observation import Observation
from livechat.lib.epoch import milliseconds
from livechat.models import Rule

Kind = Rule.Kind


@dataclass(frozen=True, slots=True)
class Found:
    """A condition that holds. `value`: see `Alert`; None: it began when the condition did. `detail`: a status."""

    value: int | None = None
    detail: str = ""


# By subject, the GUID of an agent or "": all for which the condition holds. None: not observed.
Holding = Mapping[str, Found] | None
HERE: Holding = {"": Found()}
NOWHERE: Holding = {}


@dataclass(frozen=True, slots=True)
class Type:
    """The properties of a kind of rule.

    `params`: its numbers with their defaults. `wait_seconds` as it comes with a site. `count`: its value is a count.
    `of_agents`: it is about single agents, each an alert of their own. `recorded`: always, switched on or not.
    """

    find: Callable[[Rule, Observation, Collection[str]], Holding] | None
    params: Mapping[str, int]
    wait_seconds: int = 0
    count: bool = False
    of_agents: bool = False
    recorded: bool = False


def _waiting(rule: Rule, observation: Observation, active: Collection[str]) -> Holding:
    if observation.waits is None:
        return None
    count = len(observation.waits.of(rule))
    limit = rule.params["ends"] + 1 if active else rule.params["count"]
    return {"": Found(count)} if count >= limit else NOWHERE


def _longest(rule: Rule, observation: Observation, _active: Collection[str]) -> Holding:
    if observation.waits is None:
        return None
    waits = observation.waits.of(rule)
    return (
        {"": Found(waits[0])} if waits and observation.now_ms - waits[0] >= rule.params["seconds"] * 1000 else NOWHERE
    )


def _nobody(rule: Rule, observation: Observation, _active: Collection[str]) -> Holding:
    if observation.agents is None:
        return None
    return NOWHERE if observation.agents.of(rule).is_online else HERE


def _uncovered(rule: Rule, observation: Observation, active: Collection[str]) -> Holding:
    if observation.waits is None:
        return None
    return _nobody(rule, observation, active) if observation.waits.of(rule) else NOWHERE


def _all_full(rule: Rule, observation: Observation, _active: Collection[str]) -> Holding:
    if observation.agents is None:
        return None
    return HERE if observation.agents.of(rule).is_full else NOWHERE


def _status(rule: Rule, observation: Observation, _active: Collection[str]) -> Holding:
    if observation.agents is None:
        return None
    return {
        row.id: Found(milliseconds(since), str(row.raw_status))
        for since, row in observation.agents.of(rule).limited
        if _passed(rule.severity, row.limit.level((observation.now - since).total_seconds()))
    }


def _passed(severity: str, level: str) -> bool:
    return level == "red" or (level == "amber" and severity == "amber")


def _still_on(rule: Rule, observation: Observation, _active: Collection[str]) -> Holding:
    if observation.agents is None:
        return None
    latest = observation.now - timedelta(hours=rule.params["shift_hours"])
    long = takewhile(lambda one: one[0] <= latest, observation.agents.of(rule).online)
    return {row.id: Found(milliseconds(since), "online") for since, row in long}


TYPES: Mapping[str, Type] = {
    Kind.WAITING: Type(_waiting, {"count": 5, "ends": 3}, 120, count=True),
    Kind.LONGEST: Type(_longest, {"seconds": 180}),
    Kind.NOBODY: Type(_nobody, {}, 60, recorded=True),
    Kind.UNCOVERED: Type(_uncovered, {}, 30, recorded=True),
    Kind.ALL_FULL: Type(_all_full, {}, 60, recorded=True),
    Kind.STATUS: Type(_status, {}, of_agents=True),
    Kind.STILL_ON: Type(_still_on, {"shift_hours": 10}, of_agents=True),
    # These are about the looking itself: `alerts.watchers` finds them.
    Kind.STALE: Type(None, {"minutes": 5}),
    Kind.REFUSED: Type(None, {}),
    Kind.EXPIRING: Type(None, {"days": 7}),
}
OF_AGENTS = frozenset(kind for kind, one in TYPES.items() if one.of_agents)
OF_LISTS = frozenset(kind for kind, one in TYPES.items() if one.find is not None)
RECORDED = frozenset(kind for kind, one in TYPES.items() if one.recorded)


def find(rule: Rule, observation: Observation, active: Collection[str]) -> Holding:
    """The subjects for which the condition of a rule holds. `active`: those for which it rings already."""
    finder = TYPES[rule.kind].find
    return None if finder is None else finder(rule, observation, active)
