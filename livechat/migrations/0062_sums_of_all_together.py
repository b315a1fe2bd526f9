from collections.abc import Iterator
from datetime import date
from itertools import islice
from operator import add

import django.db.models.deletion
import msgspec
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 100
NUMBER_BYTES, CELL_NUMBERS = 5, 5  # of a time among those of a day


def add_up(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Store what all names of an hour, and all agents of a day, have together."""
    names = ("HourRow", "RolledDay", "TimeCell", "TogetherRow")
    hours, days, cells, together = (apps.get_model("livechat", name).objects for name in names)

    def put(found: Iterator[tuple[int, str, date, bytes]]) -> None:
        made = (together.model(site_id=site, kind=kind, day=day, body=body) for site, kind, day, body in found)
        while some := list(islice(made, BATCH)):
            together.bulk_create(some)

    rows = hours.order_by("pk").values_list("site", "kind", "day", "hours")
    put((site, kind, day, _of_hours(bytes(body))) for site, kind, day, body in rows.iterator(BATCH))
    for site, year in days.order_by("site", "day__year").values_list("site", "day__year").distinct():
        places = dict(cells.filter(site=site, year=year).values_list("place", "status"))
        of_year = days.filter(site=site, day__year=year).order_by("pk").values_list("day", "times")
        put((site, "times", day, _of_day(bytes(body), places)) for day, body in of_year.iterator(BATCH))


def _of_hours(row: bytes) -> bytes:
    """As `record.hour_rows` does."""
    hours, names, sure, body = msgspec.msgpack.decode(row)
    length = len(body) // len(names)
    parts = (body[start : start + length] for start in range(0, len(body), length))
    together = sum(int.from_bytes(part, "little") for part in parts).to_bytes(length, "little")
    return msgspec.msgpack.encode([hours, [""], sure, together])


def _of_day(row: bytes, statuses: dict[int, int]) -> bytes:
    """As `record.times_by_day` does."""
    made: dict[int, tuple[int, ...]] = {}
    numbers = [
        int.from_bytes(row[start : start + NUMBER_BYTES], "little") for start in range(0, len(row), NUMBER_BYTES)
    ]
    for place, status in statuses.items():
        cell = tuple(numbers[place * CELL_NUMBERS : (place + 1) * CELL_NUMBERS])
        if any(cell):
            made[status] = tuple(map(add, made[status], cell)) if status in made else cell
    return msgspec.msgpack.encode(dict(sorted(made.items())))


class Migration(migrations.Migration):
    dependencies = [("livechat", "0061_hours_of_a_day_in_one_row")]
    operations = [
        migrations.CreateModel(
            name="TogetherRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("day", models.DateField()),
                ("body", models.BinaryField()),
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
            options={
                "constraints": [models.UniqueConstraint(fields=["site", "kind", "day"], name="together_row_once")]
            },
        ),
        migrations.RemoveField("rolledmonth", "days"),
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
