from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0057_list_age")]
    operations = [migrations.AddField("teamhour", "off_ms", models.BigIntegerField(null=True))]
