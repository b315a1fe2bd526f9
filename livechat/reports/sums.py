"""Sums of a range of days: those that were made when each day was over, and those of the days that have none yet.

Times are in ms.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from livechat.lib.ttl_cache import TtlCache
from livechat.models import RolledDay, Site
from livechat.reports import bounds, day_sums, observed
from livechat.reports.day_sums import DaySums, Sums
from livechat.reports.ranges import MAX_DETAILED_DAYS, Range

MAX_UNMADE = 3  # days that are summed up for a page: today, and those before it that wait for it
FRESH_SECONDS = 30.0  # for which a process keeps what it summed up of a day that is not over

added = bounds.adder(Sums)
_unmade: TtlCache[tuple[int, date, str, int], DaySums] = TtlCache(50, FRESH_SECONDS)


def uncounted(site: Site, asked: Range) -> set[date]:
    """The days whose sums are still to be made and too many for a page: nothing is known of them yet."""
    return set(lacking(site, asked)[MAX_UNMADE:])


def merged(found: Iterable[Mapping[str, Sums]]) -> dict[str, Sums]:
    """Times by status, added up."""
    made: dict[str, list[Sums]] = defaultdict(list)
    for times in found:
        for status, one in times.items():
            made[status].append(one)
    return {status: added(rows) for status, rows in made.items()}


def lacking(site: Site, asked: Range) -> list[date]:
    """The days of a range that have no sums yet, newest first, from the first that was watched on."""
    rows, length = RolledDay.objects.filter(site=site, day__range=(asked.first, asked.last)), asked.last - asked.first
    if rows.count() > length.days:  # mostly all of them have: to count them takes less than to read them
        return []
    return _lacking(site, asked, rows.values_list("day", flat=True))


def _lacking(site: Site, asked: Range, made: Collection[date]) -> list[date]:
    length, known = asked.last - asked.first, set(made)
    unmade = [day for back in range(length.days + 1) if (day := asked.last - timedelta(days=back)) not in known]
    since = observed.since(site) if unmade else None
    if since is None:
        return []
    first = asked.local(max(since, site.details_since or 0)).date()  # the days before it have their sums
    return [day for day in unmade if day >= first]


def without(site: Site, asked: Range, made: Collection[date] | None = None) -> tuple[set[date], set[date]]:
    """The days of a range that have no sums yet: those that a page counts row by row, and what is too much for it.

    `made`: the days that have them, if the page has read these.
    """
    found = lacking(site, asked) if made is None else _lacking(site, asked, made)
    most = len(found) if len(found) <= MAX_DETAILED_DAYS else MAX_UNMADE
    return {*found[:most]}, {*found[most:]}


def of_days_without(site: Site, asked: Range) -> Iterator[DaySums]:
    """The sums of the newest days of a range that have none yet, as far as they have passed."""
    for day in lacking(site, asked)[:MAX_UNMADE]:
        key = (site.pk, day, site.time_zone, site.list_age)
        yield _unmade.get_or_make(key, partial(day_sums.of_day, site, day, asked.now))
