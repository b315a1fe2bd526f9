from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0054_details_since")]
    operations = [
        migrations.AddField("site", "level_seconds", models.PositiveIntegerField(default=20, db_default=20)),
    ]
