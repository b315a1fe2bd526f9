"""A snapshot says how many records repeated the id of another one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0020_wait_ended_exact")]

    operations = [migrations.AddField("snapshot", "repeated", models.PositiveIntegerField(default=0))]
