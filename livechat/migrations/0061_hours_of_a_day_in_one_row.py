from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import django.db.models.deletion
import msgspec
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from livechat.comm100.records import status_kind

TIMES = ("total_ms", "off_ms", "chat_ms", "busy_ms", "known_ms", "place_ms", "placed_ms")
COUNTS = ("answered", "lost", "unknown", "waited_ms")
NUMBER_BYTES = 6
BATCH = 100


def pack(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make one row of the hours of each day, as `record.hour_rows` does.

    An older process that sums up a day meanwhile waits for the site, and fails: what it stores would be lost. At the
    end, PostgreSQL needs the site's table alone; it is locked so from the beginning, or two could wait for each other.
    """
    if editor.connection.vendor == "postgresql":
        editor.execute("LOCK TABLE livechat_site IN ACCESS EXCLUSIVE MODE")
    teams, queue = (apps.get_model("livechat", name) for name in ("TeamHour", "QueueHour"))
    for site, zone in apps.get_model("livechat", "Site").objects.values_list("pk", "time_zone"):
        rows = teams.objects.filter(site_id=site).order_by("hour").values_list("hour", "team", "status__name", *TIMES)
        times = ((hour, team, _of_status(status, *numbers)) for hour, team, status, *numbers in rows.iterator())
        _pack(apps, site, _known(zone), "teams", times)
        rows = queue.objects.filter(site_id=site).order_by("hour").values_list("hour", "department", *COUNTS)
        counts = ((hour, str(department or ""), numbers) for hour, department, *numbers in rows.iterator())
        _pack(apps, site, _known(zone), "queue", counts)


def _of_status(
    status: str, total: int, off: int | None, chat: int, busy: int, known: int, place: int, placed: int
) -> tuple[int | None, ...]:
    """The numbers of `reports.workloads.Workload`."""
    if status_kind(status) == "online":
        return total, off, total, chat, busy, known, busy, known, place, placed
    return 0, 0, total, chat, busy, known, 0, 0, 0, 0


def _known(zone: str) -> ZoneInfo:
    """A row may be of a neighbouring day: its hours are read whatever day it is of."""
    try:
        return ZoneInfo(zone)
    except (KeyError, OSError, ValueError):
        return ZoneInfo("UTC")


def _pack(apps: Apps, site: int, zone: ZoneInfo, kind: str, rows: Iterable[tuple[int, str, Sequence[int | None]]]) -> None:
    days = apps.get_model("livechat", "HourRow")
    made = []
    for day, found in groupby(rows, key=lambda row: datetime.fromtimestamp(row[0] / 1000, zone).date()):
        times: dict[tuple[int, str], tuple[int, ...]] = {}
        sure = True
        for hour, name, numbers in found:
            sure = sure and None not in numbers
            before = times.get((hour, name), (0,) * len(numbers))
            times[hour, name] = tuple(one + (more or 0) for one, more in zip(before, numbers, strict=True))
        made.append(days(site_id=site, kind=kind, day=day, hours=_packed(times, sure)))
        if len(made) == BATCH:
            days.objects.bulk_create(made)
            made = []
    days.objects.bulk_create(made)


def _packed(times: dict[tuple[int, str], tuple[int, ...]], sure: bool) -> bytes:
    hours, names = sorted({hour for hour, _name in times}), sorted({name for _hour, name in times})
    zeros = (0,) * len(next(iter(times.values())))
    cells = (times.get((hour, name), zeros) for name in names for hour in hours)
    body = b"".join(number.to_bytes(NUMBER_BYTES, "little") for numbers in cells for number in numbers)
    return msgspec.msgpack.encode([hours, names, sure, body])


class Migration(migrations.Migration):
    dependencies = [("livechat", "0060_months_by_day")]
    operations = [
        migrations.CreateModel(
            name="HourRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
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
            options={"constraints": [models.UniqueConstraint(fields=["site", "kind", "day"], name="hour_row_once")]},
        ),
        migrations.RunPython(pack, migrations.RunPython.noop),
        migrations.DeleteModel(name="TeamHour"),
        migrations.DeleteModel(name="QueueHour"),
    ]
