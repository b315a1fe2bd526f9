import django.db.models.deletion
from django.db import migrations, models


def take_triggers_away(apps, schema_editor):
    """Back to a release without months. Those of `month_triggers` are made after a migrate, not by a migration."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS livechat_forget_month() CASCADE")
    else:
        for name in ("changed", "deleted"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS livechat_rolledday_{name}")


class Migration(migrations.Migration):
    """A row for each month whose days all have their sums; the rollups make those of months that are there already."""

    dependencies = [("livechat", "0058_team_hours_off")]
    operations = [
        migrations.CreateModel(
            name="RolledMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("times", models.BinaryField()),
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
            options={"constraints": [models.UniqueConstraint(fields=["site", "month"], name="rolled_month_once")]},
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away),
    ]
