from django.db import migrations, models

CHOICES = [
    ("members", "All members"),
    ("supervisors", "Supervisors and Administrators"),
    ("administrators", "Administrators"),
    ("nobody", "Nobody"),
]


class Migration(migrations.Migration):
    dependencies = [("livechat", "0055_level_seconds")]
    operations = [
        migrations.AddField(
            "site",
            "agent_times",
            models.CharField(choices=CHOICES, max_length=20, default="supervisors", db_default="supervisors"),
        ),
    ]
