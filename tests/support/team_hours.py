"""The hours of teams as tests write and read them: one by one, though a row has those of a day."""

from collections.abc import Callable
from datetime import UTC, date

from livechat.lib.epoch import moment_of
from livechat.models import Site, TeamDay
from livechat.record import team_hours
from livechat.record.team_hours import Key, Numbers
from livechat.reports.day_sums import Sums

FIELDS = tuple(Sums.__dataclass_fields__)


def put(site: Site, hour: int, team: str, kind: str, *, sure: bool = False, **times: int) -> None:
    """Store an hour beside the others of its day, of a site in UTC: times by the names of `Sums`."""
    day = _day(hour)
    row = TeamDay.objects.filter(site=site, day=day).first()
    before = team_hours.unpacked(bytes(row.hours))[0] if row else {}
    before[hour, team, kind] = tuple(times.get(name, 0) for name in FIELDS)
    TeamDay.objects.update_or_create(site=site, day=day, defaults={"hours": team_hours.packed(before, sure=sure)})


def read(site: Site) -> dict[Key, Sums]:
    """All hours that are stored."""
    rows = TeamDay.objects.filter(site=site).order_by("day")
    return {key: Sums(*one) for row in rows for key, one in team_hours.unpacked(bytes(row.hours))[0].items()}


def change(site: Site, changed: Callable[[Key, Numbers], Numbers], *, sure: bool) -> None:
    """Change the numbers of every hour. `sure`: whether it is known by how much they can be off."""
    for row in TeamDay.objects.filter(site=site):
        found = {key: changed(key, one) for key, one in team_hours.unpacked(bytes(row.hours))[0].items()}
        row.hours = team_hours.packed(found, sure=sure)
        row.save()


def _day(hour: int) -> date:
    return moment_of(hour).astimezone(UTC).date()
