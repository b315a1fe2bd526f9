"""Sums of a range of days: those that were made when each day was over, and those of the days that have none yet.

Times are in ms. Names of teams are those of then.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from livechat.lib.ttl_cache import TtlCache
from livechat.models import AgentDay, QueueHour, RolledDay, Site, StatusName, TeamHour
from livechat.reports import day_sums
from livechat.reports.day_sums import DaySums, QueueSums, Sums
from livechat.reports.ranges import Range

MAX_UNMADE = 3  # days of a range that are summed up for a page: today, and those around it that wait for it
FRESH_SECONDS = 30.0  # for which a process keeps what it summed up of a day that is not over

_unmade: TtlCache[tuple[int, date, str], DaySums] = TtlCache(50, FRESH_SECONDS)


@dataclass(frozen=True, slots=True)
class AgentSum:
    """An agent's time in a status on a day."""

    day: date
    agent: UUID
    status: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class TeamSum:
    """The time of a team's agents in a status in an hour, which begins at `hour` (epoch ms)."""

    hour: int
    team: str
    status: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class QueueSum:
    """The contacts of a department that began in an hour."""

    hour: int
    department: UUID | None
    sums: QueueSums


def agents(site: Site, asked: Range, agent: UUID | None = None) -> list[AgentSum]:
    """Every agent's time by day and status, or one agent's, in order of days."""
    names = status_names(site)
    rows = AgentDay.objects.filter(day__range=(asked.first, asked.last))
    rows = rows.filter(agent__site=site) if agent is None else rows.filter(agent__site=site, agent__agent_id=agent)
    columns = ("day", "agent__agent_id", "status_id", "total_ms", "off_ms", "chat_ms", "busy_ms", "known_ms")
    made = [AgentSum(day, key, names[status], Sums(*sums)) for day, key, status, *sums in rows.values_list(*columns)]
    for sums in of_days_without(site, asked):
        made += [
            AgentSum(sums.day, key, status, one)
            for (key, status), one in sums.agents.items()
            if agent is None or key == agent
        ]
    return sorted(made, key=lambda row: row.day)


def teams(site: Site, asked: Range) -> list[TeamSum]:
    """Every team's time by hour and status."""
    names = status_names(site)
    rows = TeamHour.objects.filter(site=site, hour__gte=asked.began, hour__lt=asked.ended)
    columns = ("hour", "team", "status_id", "total_ms", "chat_ms", "busy_ms", "known_ms", "place_ms", "placed_ms")
    made = [
        TeamSum(hour, team, names[status], Sums(total, 0, *sums))
        for hour, team, status, total, *sums in rows.values_list(*columns)
    ]
    for sums in of_days_without(site, asked):
        made += [TeamSum(hour, team, status, one) for (hour, team, status), one in sums.teams.items()]
    return made


def queue(site: Site, asked: Range) -> list[QueueSum]:
    """Every department's contacts by hour."""
    rows = QueueHour.objects.filter(site=site, hour__gte=asked.began, hour__lt=asked.ended)
    columns = ("hour", "department", "answered", "lost", "unknown", "waited_ms")
    made = [QueueSum(hour, key, QueueSums(*sums)) for hour, key, *sums in rows.values_list(*columns)]
    for sums in of_days_without(site, asked):
        made += [QueueSum(hour, key, one) for (hour, key), one in sums.queue.items()]
    return made


def added(rows: Iterable[Sums]) -> Sums:
    """All together."""
    made = Sums()
    for row in rows:
        made.add(row)
    return made


def status_names(site: Site) -> dict[int, str]:
    """A site's statuses by their numbers."""
    return dict(StatusName.objects.filter(site=site).values_list("pk", "name"))


def of_days_without(site: Site, asked: Range) -> Iterator[DaySums]:
    """The newest days of a range that nothing is made of yet, as far as they have passed."""
    made = set(RolledDay.objects.filter(site=site, day__range=(asked.first, asked.last)).values_list("day", flat=True))
    days = ((asked.last - timedelta(days=back)) for back in range((asked.last - asked.first).days + 1))
    without = [day for day in days if day not in made][:MAX_UNMADE]
    for day in without:
        key = (site.pk, day, site.time_zone)
        yield _unmade.get_or_make(key, partial(day_sums.of_day, site, day, asked.now))
