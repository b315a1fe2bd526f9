"""A bulk change counts the reads that failed in its row: a process that goes on with it does not begin again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0022_snapshot_body")]

    operations = [migrations.AddField("bulkrun", "tries", models.PositiveSmallIntegerField(default=0))]
