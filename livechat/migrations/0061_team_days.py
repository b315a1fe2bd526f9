from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import django.db.models.deletion
import msgspec
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from livechat.comm100.records import status_kind

COLUMNS = ("total_ms", "off_ms", "chat_ms", "busy_ms", "known_ms", "place_ms", "placed_ms")
NUMBER_BYTES = 6
BATCH = 100


def pack(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """Make one row of the hours of each day, as `record.team_hours` does."""
    for site, zone in apps.get_model("livechat", "Site").objects.values_list("pk", "time_zone"):
        _pack(apps, site, _known(zone))


def _known(zone: str) -> ZoneInfo:
    """A row may be of a neighbouring day: its hours are read whatever day it is of."""
    try:
        return ZoneInfo(zone)
    except (KeyError, OSError, ValueError):
        return ZoneInfo("UTC")


def _pack(apps: Apps, site: int, zone: ZoneInfo) -> None:
    hours, days = apps.get_model("livechat", "TeamHour"), apps.get_model("livechat", "TeamDay")
    rows = hours.objects.filter(site_id=site).order_by("hour").values_list("hour", "team", "status__name", *COLUMNS)
    made = []
    for day, found in groupby(rows.iterator(), key=lambda row: datetime.fromtimestamp(row[0] / 1000, zone).date()):
        times, sure = {}, True
        for hour, team, status, total, off, *others in found:
            sure = sure and off is not None
            key = hour, team, status_kind(status)
            before, numbers = times.get(key, (0,) * len(COLUMNS)), (total, off or 0, *others)
            times[key] = tuple(one + more for one, more in zip(before, numbers, strict=True))
        made.append(days(site_id=site, day=day, hours=_packed(times, sure)))
        if len(made) == BATCH:
            days.objects.bulk_create(made)
            made = []
    days.objects.bulk_create(made)


def _packed(times: dict[tuple[int, str, str], tuple[int, ...]], sure: bool) -> bytes:
    hours = sorted({hour for hour, _team, _kind in times})
    names = sorted({(team, kind) for _hour, team, kind in times})
    cells = (times.get((hour, *name), (0,) * len(COLUMNS)) for name in names for hour in hours)
    body = b"".join(number.to_bytes(NUMBER_BYTES, "little") for numbers in cells for number in numbers)
    return msgspec.msgpack.encode([hours, names, sure, body])


class Migration(migrations.Migration):
    dependencies = [("livechat", "0060_months_by_day")]
    operations = [
        migrations.CreateModel(
            name="TeamDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("hours", models.BinaryField()),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="livechat.site",
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["site", "day"], name="team_day_once")]},
        ),
        migrations.RunPython(pack, migrations.RunPython.noop),
        migrations.DeleteModel(name="TeamHour"),
    ]
