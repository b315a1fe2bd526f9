"""Which days can be summed up, and how their sums are taken away, so that they are made again."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from livechat.lib import epoch
from livechat.models import QueueDay, RolledDay, Site
from livechat.record.hour_rows import QUEUE, TEAMS
from livechat.reports import observed, ranges


def first(site: Site, zone: ZoneInfo) -> date | None:
    """The first day of the record of which all details are there. None if nobody has looked yet."""
    since = observed.since(site)
    if since is None:
        return None
    deleted = site.details_since or 0
    day = epoch.moment_of(max(since, deleted)).astimezone(zone).date()
    if deleted <= since and _has_older_sums(site, day):
        return day + timedelta(days=1)
    return day if deleted <= ranges.midnight(day, zone) or deleted <= since else day + timedelta(days=1)


def _has_older_sums(site: Site, first: date) -> bool:
    """Whether an older release deleted details, and when they were watched: of the first day a part may be left.

    A day's sums may be a day older than the record if they were made in another zone.
    """
    return RolledDay.objects.filter(site=site, day__lt=first - timedelta(days=1)).exists()


def forget(site: Site, day: date, zone: ZoneInfo) -> None:
    """Delete the sums of a day and of all days after it."""
    with transaction.atomic():
        Site.objects.select_for_update(no_key=True).filter(pk=site.pk).first()  # nobody makes sums meanwhile
        for days in (RolledDay, QueueDay):
            days._default_manager.filter(site=site, day__gte=day).delete()
        began = ranges.midnight(day, zone)
        for hours in (TEAMS, QUEUE):
            hours.forget(site.pk, day, began)


def forget_detailed(site: Site) -> None:
    """Delete the sums of all days whose details are there: the site's zone is another one, and so are its days."""
    zone = site.zone
    day, since = first(site, zone), observed.since(site)
    if day is None or since is None:
        return
    young = (site.details_since or 0) <= since and not _has_older_sums(site, day)
    forget(site, date.min if young else day, zone)
