"""Sums of a range of days: those that were made when each day was over, and those of the days that have none yet.

Times are in ms. Names of teams are those of then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

from livechat.comm100.names import readable, same_name
from livechat.comm100.records import status_kind
from livechat.lib.ttl_cache import TtlCache
from livechat.models import RolledDay, Site, StatusName
from livechat.record.hour_rows import TEAMS, LabelsOf, Name
from livechat.reports import day_sums, observed
from livechat.reports.day_sums import ONLINE, DaySums, Sums
from livechat.reports.ranges import Range

Label = TypeVar("Label")
MAX_UNMADE = 3  # days that are summed up for a page: today, and those before it that wait for it
FRESH_SECONDS = 30.0  # for which a process keeps what it summed up of a day that is not over

_unmade: TtlCache[tuple[int, date, str, int], DaySums] = TtlCache(50, FRESH_SECONDS)


@dataclass(slots=True)
class OnlineTime:
    """The time of agents online, as in `day_sums.Sums`. `off` is None if an older release summed it up."""

    total: int = 0
    place: int = 0
    placed: int = 0
    off: int | None = 0

    def add(self, one: Sums, *, sure: bool = True) -> None:
        """Add a time, and by how much it can be off if that is known."""
        self.total += one.total
        self.place += one.place
        self.placed += one.placed
        self.off = self.off + one.off if sure and self.off is not None else None


def online(site: Site, asked: Range, labels_of: LabelsOf[Label], team: str = "") -> dict[Label, OnlineTime]:
    """The time online of all teams or of one, in the hours of each label. An hour is when it begins, in epoch ms."""

    def wanted(name: Name) -> bool | None:
        return (name[1] == ONLINE and (not team or same_name(readable(name[0]), team))) or None

    made: dict[Label, OnlineTime] = defaultdict(OnlineTime)
    found = TEAMS.added(site.pk, asked.began, asked.ended, wanted, labels_of)
    for (_online, label, sure), numbers in found.items():
        if any(numbers):
            made[label].add(Sums(*numbers), sure=sure)
    for sums in of_days_without(site, asked):
        for (hour, name, status), one in sums.teams.items():
            if wanted((name, status_kind(status))):
                (label,) = labels_of([hour])
                made[label].add(one)
    return made


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
