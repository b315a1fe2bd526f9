"""A row for each month all of whose days are summed up: its times together, and by how much these can be off."""

from datetime import date
from itertools import groupby

from django.db import transaction

from livechat.models import RolledDay, RolledMonth, Site
from livechat.record import day_times
from livechat.record.day_times import DAY, DOUBTS, TIMES, month_after, month_of


def sum_up(site_id: int) -> None:
    """Make the row of each month that has none, and all of whose days have theirs."""
    made = set(RolledMonth.objects.filter(site_id=site_id).values_list("month", flat=True))
    days = RolledDay.objects.filter(site_id=site_id).order_by("day").values_list("day", flat=True)
    for month, found in groupby(days, key=month_of):
        if month not in made and len(list(found)) == _length(month):
            _sum_up(site_id, month)


def _sum_up(site_id: int, month: date) -> None:
    with transaction.atomic():
        # Who deletes or changes a day meanwhile either has done so, or waits for the site; then this row goes with it.
        if Site.objects.select_for_update(no_key=True).filter(pk=site_id).first() is None:
            return
        sums = {}
        for column in (TIMES, DOUBTS):
            days = [body for _day, body in day_times.bodies(site_id, month, month_after(month) - DAY, column)]
            if len(days) < _length(month):
                return
            known = [body for body in days if body is not None]
            sums[column.name] = day_times.sum_of(day_times.sums_of(iter(known))) if len(known) == len(days) else None
        RolledMonth.objects.update_or_create(site_id=site_id, month=month, defaults=sums)


def _length(month: date) -> int:
    return (month_after(month) - month).days
