from collections import defaultdict
from itertools import groupby

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLUMNS = ("day", "agent_id", "status_id", "total_ms", "off_ms", "chat_ms", "busy_ms", "known_ms")
NUMBER_BYTES, CELL_BYTES = 5, 25


def pack(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """Make one row of the times of each day, as `record.day_times` does."""
    for site in apps.get_model("livechat", "Site").objects.values_list("pk", flat=True):
        _pack(apps, site)


def _pack(apps: Apps, site: int) -> None:
    agent_days, rolled = apps.get_model("livechat", "AgentDay"), apps.get_model("livechat", "RolledDay")
    rows = agent_days.objects.filter(agent__site_id=site).order_by("day", "agent_id", "status_id").values_list(*COLUMNS)
    years: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for day, times in groupby(rows.iterator(), key=lambda row: row[0]):
        places, body = years[day.year], bytearray()
        for _day, *key, total, off, chat, busy, known in times:
            place = places.setdefault(tuple(key), len(places))
            body.extend(bytes(max(0, (place + 1) * CELL_BYTES - len(body))))
            cell = b"".join(number.to_bytes(NUMBER_BYTES, "little") for number in (total, off, chat, busy, known))
            body[place * CELL_BYTES : (place + 1) * CELL_BYTES] = cell
        rolled.objects.filter(site_id=site, day=day).update(times=bytes(body))
    cells = apps.get_model("livechat", "TimeCell")
    cells.objects.bulk_create(
        (
            cells(site_id=site, year=year, place=place, agent_id=agent, status_id=status)
            for year, places in years.items()
            for (agent, status), place in places.items()
        ),
        batch_size=1_000,
    )


class Migration(migrations.Migration):
    dependencies = [("livechat", "0052_wall_sound")]

    operations = [
        migrations.CreateModel(
            name="TimeCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("place", models.PositiveIntegerField()),
                (
                    "agent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="livechat.agententry",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="livechat.site",
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="livechat.statusname",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "year", "place"), name="time_cell_place_once"),
                    models.UniqueConstraint(fields=("agent", "status", "year"), name="time_cell_once"),
                ],
            },
        ),
        migrations.AddField(model_name="rolledday", name="times", field=models.BinaryField(default=bytes)),
        migrations.RunPython(pack, migrations.RunPython.noop),
        migrations.DeleteModel(name="AgentDay"),
    ]
