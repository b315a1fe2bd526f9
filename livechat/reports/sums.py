"""Sums of a range of days: those that were made when each day was over, and those of the days that have none yet.

Times are in ms. Names of teams are those of then.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from livechat.lib.ttl_cache import TtlCache
from livechat.models import AgentDay, QueueDay, QueueHour, RolledDay, Site, StatusName, TeamHour
from livechat.reports import day_sums, observed, tallies
from livechat.reports.day_sums import DaySums, Sums
from livechat.reports.ranges import Range
from livechat.reports.tallies import Tally

MAX_UNMADE = 3  # days that are summed up for a page: today, and those before it that wait for it
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
    """The contacts of a department that began in an hour, and for how many ms visitors waited in it."""

    hour: int
    department: UUID | None
    answered: int
    lost: int
    unknown: int
    waited: int


def agents(site: Site, asked: Range, agent: UUID | None = None) -> list[AgentSum]:
    """Every agent's time by day and status, or one agent's, in order of days."""
    names = _names(site)
    rows = AgentDay.objects.filter(day__range=(asked.first, asked.last))
    rows = rows.filter(agent__site=site) if agent is None else rows.filter(agent__site=site, agent__agent_id=agent)
    columns = ("day", "agent__agent_id", "status_id", "total_ms", "off_ms", "chat_ms", "busy_ms", "known_ms")
    made = [AgentSum(day, key, names[status], Sums(*sums)) for day, key, status, *sums in rows.values_list(*columns)]
    for sums in _of_days_without(site, asked):
        made += [
            AgentSum(sums.day, key, status, one)
            for (key, status), one in sums.agents.items()
            if agent is None or key == agent
        ]
    return sorted(made, key=lambda row: row.day)


def teams(site: Site, asked: Range) -> list[TeamSum]:
    """Every team's time by hour and status."""
    names = _names(site)
    rows = TeamHour.objects.filter(site=site, hour__gte=asked.began, hour__lt=asked.ended)
    columns = ("hour", "team", "status_id", "total_ms", "chat_ms", "busy_ms", "known_ms", "place_ms")
    made = [
        TeamSum(hour, team, names[status], Sums(total, 0, *sums))
        for hour, team, status, total, *sums in rows.values_list(*columns)
    ]
    for sums in _of_days_without(site, asked):
        made += [TeamSum(hour, team, status, one) for (hour, team, status), one in sums.teams.items()]
    return made


def queue(site: Site, asked: Range) -> list[QueueSum]:
    """Every department's contacts by hour."""
    rows = QueueHour.objects.filter(site=site, hour__gte=asked.began, hour__lt=asked.ended)
    columns = ("hour", "department", "answered", "lost", "unknown", "waited_ms")
    made = [QueueSum(*row) for row in rows.values_list(*columns)]
    for sums in _of_days_without(site, asked):
        for (hour, key), one in sums.queue.items():
            made.append(QueueSum(hour, key, one.tally.answered, one.tally.lost, one.tally.unknown, one.waited))
    return made


def queue_days(site: Site, asked: Range, department: UUID | None = None) -> dict[date, Tally]:
    """The contacts of each day on which there were any, of one department or of all."""
    rows = QueueDay.objects.filter(site=site, day__range=(asked.first, asked.last))
    if department is not None:
        rows = rows.filter(department=department)
    made: dict[date, Tally] = defaultdict(Tally)
    columns = ("day", "answered", "lost", "unknown", "waits", "longest_ms", "longest_at")
    for day, answered, lost, unknown, waits, longest, longest_at in rows.values_list(*columns):
        made[day].add(Tally(answered, lost, unknown, *tallies.unpacked(bytes(waits)), longest, longest_at))
    if without := lacking(site, asked):
        _count(made, site, replace(asked, first=without[-1], last=without[0]), set(without), department)
    return made


def _count(made: dict[date, Tally], site: Site, asked: Range, wanted: set[date], department: UUID | None) -> None:
    """Count the contacts of the wanted days of a range."""
    days = {bucket.began: asked.local(bucket.began).date() for bucket in asked.buckets()}
    if asked.by_hour:
        days = {asked.began: asked.first}
    starts = list(days)
    for row in tallies.contacts(site, asked.began, asked.ended, department):
        day = days[starts[bisect_right(starts, row.began) - 1]]
        if day in wanted:
            made[day].count(row)


def added(rows: Iterable[Sums]) -> Sums:
    """All together."""
    made = Sums()
    for row in rows:
        made.add(row)
    return made


def _names(site: Site) -> dict[int, str]:
    return dict(StatusName.objects.filter(site=site).values_list("pk", "name"))


def lacking(site: Site, asked: Range) -> list[date]:
    """The days of a range that have no sums yet, newest first, from the first that was watched on."""
    made = set(RolledDay.objects.filter(site=site, day__range=(asked.first, asked.last)).values_list("day", flat=True))
    since = observed.since(site)
    if since is None:
        return []
    first = max(asked.first, asked.local(since).date())
    days = ((asked.last - timedelta(days=back)) for back in range((asked.last - first).days + 1))
    return [day for day in days if day not in made]


def _of_days_without(site: Site, asked: Range) -> Iterator[DaySums]:
    """The sums of the newest days of a range that have none yet, as far as they have passed."""
    for day in lacking(site, asked)[:MAX_UNMADE]:
        key = (site.pk, day, site.time_zone)
        yield _unmade.get_or_make(key, partial(day_sums.of_day, site, day, asked.now))
