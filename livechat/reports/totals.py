"""Sums of a range: times in statuses by agent or day, and agents who stand in no occupancy.

Times are in ms. Days without sums are added as `sums` does.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q

from livechat.comm100.names import name_key, readable, same_name
from livechat.comm100.records import status_kind
from livechat.models import AgentEntry, Site
from livechat.record import day_times, known_numbers, times_by_day
from livechat.record.times_by_day import Sizes
from livechat.reports import sums
from livechat.reports.day_sums import ONLINE, Sums
from livechat.reports.ranges import Range

ByStatus = dict[str, Sums]
_NO_TIME = (0,) * day_times.TIMES.numbers
_NOTHING = (0,) * day_times.DOUBTS.numbers


class _Spellings:
    """The statuses of a site, each by one spelling. `numbers`: those that must be among them."""

    def __init__(self, site: Site, numbers: Collection[int]) -> None:
        names = known_numbers.statuses(site.pk, numbers)
        self._first = {name_key(name): name for name in sorted(names.values(), reverse=True)}
        self.names = {number: self.of(name) for number, name in names.items()}

    def of(self, status: str) -> str:
        """The spelling of a status that counts."""
        return self._first.get(name_key(status), status)


def by_agent(site: Site, asked: Range, *, tell: bool = False) -> dict[UUID, ByStatus]:
    """Every agent's time in each status. A status that is spelled in several ways is one.

    `tell`: by how much the chats can be off, too. Then there may be statuses in which an agent was not seen.
    """
    made = day_times.added(site.pk, asked.first, asked.last)
    doubts = day_times.doubts(site.pk, asked.first, asked.last) if tell else None
    keys = made.keys() | doubts.keys() if doubts else made.keys()
    spelled = _Spellings(site, {number for _agent, number in keys})
    agents = known_numbers.all_agents(site.pk)
    found: dict[UUID, ByStatus] = defaultdict(dict)
    for key in keys:
        agent, number = key
        if agent in agents:  # the places may be kept from before an agent was deleted
            off = times_by_day.UNTOLD if doubts is None else doubts.get(key, _NOTHING)
            _add(found[agents[agent]], spelled.names[number], Sums(*made.get(key, _NO_TIME), *off))
    for day in sums.of_days_without(site, asked):
        for (person, status), one in day.agents.items():
            if tell or one.total:
                found[person].setdefault(spelled.of(status), Sums()).add(one)
    return found


def by_day(site: Site, asked: Range, agents: Collection[UUID]) -> dict[date, ByStatus]:
    """These agents' time in each status, day by day."""
    wanted = set(agents)
    own = known_numbers.of_agents(site.pk, wanted)
    made = times_by_day.by_day(site.pk, asked.first, asked.last, own.keys())
    return _named(site, asked, made, wanted, times_by_day.UNTOLD)


def of_agent(site: Site, asked: Range, agent: UUID) -> dict[date, ByStatus]:
    """An agent's time in each status, day by day, and by how much the chats can be off, too.

    There may be statuses in which the agent was not seen.
    """
    made: Mapping[date, Mapping[int, Sizes]] = {}
    for number in known_numbers.of_agents(site.pk, {agent}):
        made = times_by_day.of_agent(site.pk, asked.first, asked.last, number)
    return _named(site, asked, made, {agent}, ())


def _named(
    site: Site, asked: Range, made: Mapping[date, Mapping[int, Sizes]], agents: Collection[UUID], untold: Sizes
) -> dict[date, ByStatus]:
    """Times by the names of statuses, and those of these agents on days without sums. `untold`: what `made` lacks."""
    found = defaultdict[date, ByStatus](dict)
    spelled = _Spellings(site, {number for times in made.values() for number in times})
    for day, times in made.items():
        for number, numbers in times.items():
            _add(found[day], spelled.names[number], Sums(*numbers, *untold))  # type: ignore[arg-type]
    for unmade in sums.of_days_without(site, asked):
        for (key, status), one in unmade.agents.items():
            if key in agents and (one.total or not untold):
                found[unmade.day].setdefault(spelled.of(status), Sums()).add(one)
    return found


def _add(times: ByStatus, status: str, one: Sums) -> None:
    """Add a row of its own, which may then be changed."""
    if status in times:
        times[status].add(one)
    else:
        times[status] = one


def _is_online(status: str) -> bool:
    return status_kind(status) == ONLINE


def without_places(site: Site, asked: Range, team: str = "") -> int:
    """How many agents without places in the directory were online: all of them, or those of a team of today."""
    unknown = AgentEntry.objects.filter(Q(capacity=None) | Q(capacity=0), site=site).order_by()
    rows = unknown.values_list("pk", "agent_id", "team")
    keys = {number: key for number, key, own in rows if not team or same_name(readable(own), team)}
    if not keys:
        return 0
    made = day_times.added(site.pk, asked.first, asked.last)
    names = known_numbers.statuses(site.pk, {number for _agent, number in made})
    online = {number for number, name in names.items() if _is_online(name)}
    known = {agent for (agent, status), one in made.items() if status in online and Sums(*one).known}
    found, wanted = {keys[agent] for agent in known if agent in keys}, set(keys.values())
    for day in sums.of_days_without(site, asked):
        for (key, status), one in day.agents.items():
            if one.known and key in wanted and _is_online(status):
                found.add(key)
    return len(found)
