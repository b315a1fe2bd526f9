"""Sums by hour as tests write and read them: one by one, though a row has those of a day.

`sure`: whether it is known by how much they can be off; else they are as an older release stored them.
"""

from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC
from uuid import UUID

from livechat.lib.epoch import moment_of
from livechat.models import HourRow, Site
from livechat.record.hour_rows import QUEUE, TEAMS, HourRows, Numbers
from livechat.reports import workloads
from livechat.reports.day_sums import Sums
from livechat.reports.queue_sums import HourCounts
from livechat.reports.workloads import Workload

OLD_NUMBERS = {TEAMS: 10, QUEUE: 4}  # of an hour and a name, in rows of older releases


def put_team(
    site: Site, hour: int, team: str, status: str, *, anew: bool = False, sure: bool = False, **times: int
) -> None:
    """Add a time in a status to an hour of a team, at a site in UTC: times by the names of `Sums`.

    `anew`: in place of what the hour has.
    """
    one = Workload() if anew else teams(site).get((hour, team), Workload())
    one.add(workloads.of_status(status, Sums(**times)))
    _put(site, TEAMS, hour, team, astuple(one), sure=sure)


def put_queue(site: Site, hour: int, department: UUID | None, *, sure: bool = False, **counts: int) -> None:
    """The same of a department: by the names of `HourCounts`."""
    _put(site, QUEUE, hour, str(department or ""), astuple(HourCounts(**counts)), sure=sure)


def _put(site: Site, kind: HourRows, hour: int, name: str, numbers: Numbers, *, sure: bool) -> None:
    day = moment_of(hour).astimezone(UTC).date()
    row = HourRow.objects.filter(site=site, kind=kind.kind, day=day).first()
    before = kind.unpacked(bytes(row.hours))[0] if row else {}
    of_hour = numbers if sure else numbers[: OLD_NUMBERS[kind]]
    body = {"hours": kind.packed(before | {(hour, name): of_hour}, sure=sure or kind is QUEUE)}
    HourRow.objects.update_or_create(site=site, kind=kind.kind, day=day, defaults=body)


def teams(site: Site) -> dict[tuple[int, str], Workload]:
    """All hours of teams that are stored."""
    return {(hour, name): Workload(*numbers) for (hour, name), numbers in read(site, TEAMS).items()}


def queue(site: Site) -> dict[tuple[int, str], HourCounts]:
    """All hours of the queue that are stored, by the department."""
    return {(hour, name): HourCounts(*numbers) for (hour, name), numbers in read(site, QUEUE).items()}


def read(site: Site, kind: HourRows) -> dict[tuple[int, str], Numbers]:
    """All hours of a kind that are stored, as they are."""
    rows = HourRow.objects.filter(site=site, kind=kind.kind).order_by("day")
    return {key: one for row in rows for key, one in kind.unpacked(bytes(row.hours))[0].items()}


def change_teams(site: Site, changed: Callable[[Numbers], Numbers], *, sure: bool) -> None:
    """Change the numbers of every hour. `sure`: whether it is known by how much they can be off."""
    for row in HourRow.objects.filter(site=site, kind=TEAMS.kind):
        found = {key: changed(one) for key, one in TEAMS.unpacked(bytes(row.hours))[0].items()}
        row.hours = TEAMS.packed(found, sure=sure)
        row.save()
