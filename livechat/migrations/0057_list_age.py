from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0056_agent_times")]
    operations = [
        migrations.AddField("site", "list_age", models.PositiveSmallIntegerField(default=5, db_default=5)),
    ]
