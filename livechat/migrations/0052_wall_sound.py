"""A wall can make a sound while an alarm rings."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("livechat", "0051_hooks")]

    operations = [
        migrations.AddField(
            model_name="wall",
            name="sound",
            field=models.BooleanField(default=False, verbose_name="sound when an alarm rings"),
        )
    ]
