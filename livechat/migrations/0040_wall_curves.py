"""A wall can have curves of three of its figures."""

from django.db import migrations, models

SPANS = [("", "No curve"), ("hour", "The last hour"), ("day", "Since opening today")]
NAMES = {"curve_waiting": "waiting", "curve_longest": "longest wait", "curve_online": "online"}


class Migration(migrations.Migration):

    dependencies = [("livechat", "0039_read_tokens")]

    operations = [
        migrations.AddField(
            model_name="wall",
            name=name,
            field=models.CharField(blank=True, choices=SPANS, default="", max_length=10, verbose_name=label),
        )
        for name, label in NAMES.items()
    ]
