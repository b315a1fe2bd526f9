"""Chats of agents whose places are known: others are in no occupancy."""

from django.db import migrations, models
from django.db.models import F


def begin(apps, _schema):
    """Hours of before: as if the places of all agents of a team were known, or of none."""
    apps.get_model("livechat", "TeamHour").objects.filter(place_ms__gt=0).update(placed_ms=F("chat_ms"))


class Migration(migrations.Migration):
    dependencies = [("livechat", "0038_rollups")]

    operations = [
        migrations.AddField(
            model_name="teamhour", name="placed_ms", field=models.BigIntegerField(default=0)
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
