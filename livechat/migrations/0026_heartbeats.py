"""Processes say that they live: a page tells if the collector has stopped or if nothing can be written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0025_link_frames")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, unique=True)),
                ("at", models.DateTimeField()),
            ],
        )
    ]
