"""Ranges of days of which something can be recorded: none that ends before a site's record begins."""

from datetime import date, datetime

from livechat.lib.ttl_cache import TtlCache
from livechat.models import RolledDay, Site
from livechat.reports import observed, ranges
from livechat.reports.ranges import BadRange, Range

MAX_SITES = 1_000
FRESH_SECONDS = 30.0  # for which a process keeps when a record begins: deletions move it

_begins: TtlCache[int, int] = TtlCache(MAX_SITES, FRESH_SECONDS)


def parse(site: Site, first: str, last: str, now: datetime) -> Range:
    """The range that two dates name in a site's time zone, see `ranges.parse`. Raises BadRange.

    As long as nothing at all is recorded, every range can be asked for.
    """
    asked = ranges.parse(first, last, site.zone, now)
    begins = first_day_after(site, asked)
    if begins:
        raise BadRange("before", begins)
    return asked


def first_day_after(site: Site, asked: Range) -> date | None:
    """The first day of the record if a range ends before it; else None."""
    began = _begins.get(site.pk)
    # No range is refused by what is kept: another process can have recorded older days meanwhile (the demo's past).
    if began is None or asked.local(began).date() > asked.last:
        began = _first(site)
        if began is None:
            return None
        _begins.put(site.pk, began)
    day = asked.local(began).date()
    return day if day > asked.last else None


def _first(site: Site) -> int | None:
    """When the record of a site begins, in epoch ms. Releases before kept sums of days for longer than the looks."""
    rolled = RolledDay.objects.filter(site=site).order_by("day").values_list("day", flat=True).first()
    found = [observed.since(site), None if rolled is None else ranges.midnight(rolled, site.zone)]
    return min((began for began in found if began is not None), default=None)
