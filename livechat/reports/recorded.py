"""Ranges of days of which something can be recorded: none that ends before a site's record begins."""

from datetime import date, datetime

from livechat.models import RolledDay, Site, Watch
from livechat.reports import observed, ranges
from livechat.reports.ranges import BadRange, Range


def parse(site: Site, first: str, last: str, now: datetime, limit: int = ranges.MAX_DAYS) -> Range:
    """The range that two dates name in a site's time zone, see `ranges.parse`. Raises BadRange.

    As long as nothing at all is recorded, every range can be asked for.
    """
    asked = ranges.parse(first, last, site.zone, now, limit)
    begins = first_day_after(site, asked)
    if begins:
        raise BadRange("before", begins)
    return asked


def first_day_after(site: Site, asked: Range) -> date | None:
    """The first day of the record if a range ends before it; else None. Sums of days outlive what they are made of."""
    looks, days = Watch.objects.filter(site=site), RolledDay.objects.filter(site=site).order_by("day")
    if looks.filter(began__lt=asked.ended).exists() or days.filter(day__lte=asked.last).exists():
        return None
    began, rolled = observed.since(site), days.values_list("day", flat=True).first()
    found = [asked.local(began).date()] if began is not None else []
    begins = min([*found, rolled] if rolled else found, default=None)
    return begins if begins and begins > asked.last else None
