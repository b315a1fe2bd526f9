"""The origins that may frame a link's wall."""

from django.db import migrations, models

WHAT = [
    ("made", "Made"),
    ("paired", "Paired with a screen"),
    ("seen", "Used from a new address"),
    ("paused", "Paused"),
    ("resumed", "Resumed"),
    ("rotated", "New address; the old one ended"),
    ("extended", "End moved"),
    ("renamed", "Renamed"),
    ("framed", "Other sites may show it"),
    ("revoked", "Ended"),
    ("expired", "Expired"),
    ("access", "Ended: its owner may not make walls any more"),
    ("deleted", "Ended: its wall was deleted"),
]


class Migration(migrations.Migration):
    dependencies = [("livechat", "0024_spellings")]

    operations = [
        migrations.AddField("walllink", "frames", models.TextField(blank=True, default="")),
        migrations.AlterField("linkevent", "what", models.CharField(choices=WHAT, max_length=20)),
        migrations.AlterField("walllink", "why", models.CharField(blank=True, choices=WHAT, max_length=20)),
    ]
