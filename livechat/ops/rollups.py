"""Makes the sums of each day that is over, once, and again if somebody asks: they stay if the details are deleted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from livechat.lib import time_zones
from livechat.lib.epoch import HOUR_MS, milliseconds
from livechat.models import AgentEntry, AgentSpan, Contact, QueueDay, RolledDay, Site, Wait, Watch
from livechat.record import day_times, history, month_times, times_by_day, together_rows
from livechat.record.hour_rows import QUEUE, TEAMS, Times
from livechat.reports import cover_times, day_sums, queue_sums, ranges, rolled_days, wait_sums, workloads
from livechat.reports.day_sums import DaySums, Sums
from livechat.reports.timeline import LATE_MS
from livechat.reports.workloads import Workload

SETTLES_MS = 4 * HOUR_MS  # after its end, a day does not wait for visitors who still wait


def make_next() -> bool:
    """Make the sums of the oldest day without any, of some site. Returns whether there was one."""
    for site in Site.objects.all():
        _forget_what_is_not_over(site)
        day = next((day for day in missing(site) if _is_settled(site, day)), None)
        if day is not None:
            make(site, day)
            return True
    return False


def are_made_until(moment: datetime, site: Site) -> bool:
    """Whether every day of a site that is over by a moment has its sums, and no rows of before are left.

    The days of a site whose zone this machine does not know cannot be told apart: none of them has.
    """
    zone = time_zones.known(site.time_zone)
    if zone is None or _has_rows_of_before(site):
        return False
    return all(day > moment.astimezone(zone).date() for day in islice(missing(site), 1))


def missing(site: Site) -> Iterator[date]:
    """The days of a site that are over and have no sums, oldest first; none while rows of before are converted."""
    made = set(RolledDay.objects.filter(site=site).values_list("day", flat=True))
    if not _has_rows_of_before(site):
        yield from (day for day in days_over(site) if day not in made)


def _has_rows_of_before(site: Site) -> bool:
    """Whether rows of an older release wait for their conversion."""
    return any(rows._default_manager.filter(site=site).exists() for rows in (AgentSpan, Wait))


def days_over(site: Site) -> Iterator[date]:
    """The days of a site that are over and of which all details are there, oldest first."""
    zone, now = time_zones.known(site.time_zone), milliseconds(timezone.now())
    day = None if zone is None else rolled_days.first(site, zone)
    if zone is None or day is None:
        return
    # What happened at the end of a day may be seen some time after it.
    while ranges.midnight(day + timedelta(days=1), zone) + LATE_MS < now:
        yield day
        day += timedelta(days=1)


def _is_settled(site: Site, day: date) -> bool:
    """Whether nobody who came on a day still waits. If some hours have passed, it no longer matters."""
    zone = site.zone
    began, ended = (ranges.midnight(one, zone) for one in (day, day + timedelta(days=1)))
    if milliseconds(timezone.now()) > ended + SETTLES_MS:
        return True
    waiting = Contact.objects.filter(site=site, began__gte=began, began__lt=ended, answered=None, ended=None)
    return not waiting.exists()


def _forget_what_is_not_over(site: Site) -> None:
    """Delete the sums of days that are not over, and whose details are there: the clock was ahead when they were made.

    If something was seen later than now, it is the present clock that is wrong.
    """
    zone, now = time_zones.known(site.time_zone), timezone.now()
    if zone is None or not RolledDay.objects.filter(site=site, day__gte=now.astimezone(zone).date()).exists():
        return
    first = rolled_days.first(site, zone)
    if first is None or Watch.objects.filter(site=site, began__gt=milliseconds(now)).exists():
        return
    rolled_days.forget(site, max(first, now.astimezone(zone).date()), zone)


def make(site: Site, day: date) -> None:
    """Make the sums of a day, in place of those that it has."""
    sums, now = day_sums.of_day(site, day, timezone.now()), milliseconds(timezone.now())
    began, ended = (ranges.midnight(one, site.zone) for one in (day, day + timedelta(days=1)))
    cover = cover_times.packed(cover_times.of(site, began, min(ended, now)))
    with transaction.atomic():
        now_site = Site.objects.select_for_update(no_key=True).filter(pk=site.pk, time_zone=site.time_zone).first()
        if now_site is None or began < (now_site.details_since or 0):
            return  # meanwhile the zone was changed, which has other days, or the day's details were deleted
        RolledDay.objects.get_or_create(site=site, day=day)
        row = RolledDay.objects.select_for_update().get(site=site, day=day)  # another process may make the same day
        agents = _agents(site, sums)
        times = {key: (one.total, one.off, one.chat, one.busy, one.known) for key, one in agents.items() if one.total}
        row.cover, row.times = cover, day_times.packed(site.pk, day, times)
        row.doubts = day_times.packed(site.pk, day, _doubts(agents), day_times.DOUBTS)
        row.save()
        together_rows.put(site.pk, together_rows.TIMES, day, times_by_day.together(times))
        QueueDay.objects.filter(site=site, day=day).delete()
        TEAMS.replace(site.pk, day, began, ended, _team_hours(sums))
        QUEUE.replace(site.pk, day, began, ended, _queue_hours(sums))
        _put_waits(site, sums)
    month_times.sum_up(site.pk)


def _agents(site: Site, sums: DaySums) -> dict[day_times.Key, Sums]:
    agents = dict(AgentEntry.objects.filter(site=site).order_by().values_list("agent_id", "pk"))
    names = history.status_keys(site.pk, {status for _agent, status in sums.agents})
    return {(agents[agent], names[status]): one for (agent, status), one in sums.agents.items()}


def _doubts(agents: Mapping[day_times.Key, Sums]) -> dict[day_times.Key, day_times.Numbers]:
    found = ((key, (one.chat_off or 0, one.busy_off or 0, one.known_off or 0)) for key, one in agents.items())
    return {key: numbers for key, numbers in found if any(numbers)}


def _team_hours(sums: DaySums) -> Times:
    teams: dict[tuple[int, str], Workload] = defaultdict(Workload)
    for (hour, team, status), one in sums.teams.items():
        teams[hour, team].add(workloads.of_status(status, one))
    return {key: astuple(one) for key, one in teams.items()}


def _queue_hours(sums: DaySums) -> Times:
    return {
        (hour, str(department or "")): astuple(queue_sums.of_sums(one))
        for (hour, department), one in sums.queue.items()
    }


def _put_waits(site: Site, sums: DaySums) -> None:
    departments = {key: (tally, wait_sums.of(tally)) for key, tally in sums.departments().items()}
    QueueDay.objects.bulk_create(
        QueueDay(
            site=site, day=sums.day, department=department, answered=tally.answered, lost=tally.lost,
            unknown=tally.unknown, sums=waits.packed(),
        )
        for department, (tally, waits) in departments.items()
    )  # fmt: skip
    if departments:
        whole = wait_sums.together(waits for _tally, waits in departments.values())
        together_rows.put(site.pk, together_rows.WAITS, sums.day, whole.packed())
