"""A snapshot's data get a row of their own.

They are not moved: each list is fetched anew anyway. The digests are emptied, so that the next refresh stores the data
even if they are the same.
"""

from django.db import migrations, models


def empty_digests(apps, schema_editor):
    apps.get_model("livechat", "Snapshot").objects.update(digest="")


class Migration(migrations.Migration):
    dependencies = [("livechat", "0021_snapshot_repeated")]

    operations = [
        migrations.RemoveField("snapshot", "body"),
        migrations.CreateModel(
            name="SnapshotBody",
            fields=[
                (
                    "snapshot",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="body",
                        serialize=False,
                        to="livechat.snapshot",
                    ),
                ),
                ("version", models.PositiveBigIntegerField()),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.RunPython(empty_digests, migrations.RunPython.noop),
    ]
