"""Sums of a range of days: those that were made when each day was over, and those of the days that have none yet.

Times are in ms. Names of teams are those of then.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.db.models import Count, Sum

from livechat.comm100.names import same_name
from livechat.comm100.records import status_kind
from livechat.lib.ttl_cache import TtlCache
from livechat.models import RolledDay, Site, StatusName, TeamHour
from livechat.reports import day_sums, observed
from livechat.reports.day_sums import ONLINE, DaySums, Sums
from livechat.reports.ranges import Range

MAX_UNMADE = 3  # days that are summed up for a page: today, and those before it that wait for it
_ONLINE = ("total_ms", "place_ms", "placed_ms", "off_ms")
FRESH_SECONDS = 30.0  # for which a process keeps what it summed up of a day that is not over

_unmade: TtlCache[tuple[int, date, str, int], DaySums] = TtlCache(50, FRESH_SECONDS)


@dataclass(frozen=True, slots=True)
class TeamSum:
    """The time of a team's agents in a status in an hour, which begins at `hour` (epoch ms)."""

    hour: int
    team: str
    status: str
    sums: Sums


@dataclass(slots=True)
class OnlineHour:
    """The time of agents online in an hour, as in `day_sums.Sums`. `off` is None if an older release summed it up."""

    total: int = 0
    place: int = 0
    placed: int = 0
    off: int | None = 0


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


def online_hours(site: Site, asked: Range, team: str = "") -> dict[int, OnlineHour]:
    """The time online by hour, of all teams or of one. The database adds up."""
    statuses = [key for key, name in status_names(site).items() if status_kind(name) == ONLINE]
    rows = TeamHour.objects.filter(site=site, hour__gte=asked.began, hour__lt=asked.ended, status__in=statuses)
    if team:
        rows = rows.filter(team__iexact=team)
    found = rows.order_by("hour").values_list("hour").annotate(*map(Sum, _ONLINE), Count("pk"), Count("off_ms"))
    made = {
        hour: OnlineHour(total, place, placed, off if known == count else None)
        for hour, total, place, placed, off, count, known in found.iterator()
    }
    for sums in of_days_without(site, asked):
        for (hour, name, status), one in sums.teams.items():
            if status_kind(status) == ONLINE and (not team or same_name(team, name)):
                _add(made.setdefault(hour, OnlineHour()), one)
    return made


def _add(hour: OnlineHour, one: Sums) -> None:
    hour.total += one.total
    hour.place += one.place
    hour.placed += one.placed
    hour.off = None if hour.off is None else hour.off + one.off


def uncounted(site: Site, asked: Range) -> set[date]:
    """The days whose sums are still to be made and too many for a page: nothing is known of them yet."""
    return set(lacking(site, asked)[MAX_UNMADE:])


def added(rows: Iterable[Sums]) -> Sums:
    """All together."""
    made = Sums()
    for row in rows:
        made.add(row)
    return made


def status_names(site: Site) -> dict[int, str]:
    """The statuses of a site by their numbers."""
    return dict(StatusName.objects.filter(site=site).values_list("pk", "name"))


def lacking(site: Site, asked: Range) -> list[date]:
    """The days of a range that have no sums yet, newest first, from the first that was watched on."""
    made = set(RolledDay.objects.filter(site=site, day__range=(asked.first, asked.last)).values_list("day", flat=True))
    days = ((asked.last - timedelta(days=back)) for back in range((asked.last - asked.first).days + 1))
    unmade = [day for day in days if day not in made]
    since = observed.since(site) if unmade else None
    if since is None:
        return []
    first = asked.local(max(since, site.details_since or 0)).date()  # the days before it have their sums
    return [day for day in unmade if day >= first]


def of_days_without(site: Site, asked: Range) -> Iterator[DaySums]:
    """The sums of the newest days of a range that have none yet, as far as they have passed."""
    for day in lacking(site, asked)[:MAX_UNMADE]:
        key = (site.pk, day, site.time_zone, site.list_age)
        yield _unmade.get_or_make(key, partial(day_sums.of_day, site, day, asked.now))
