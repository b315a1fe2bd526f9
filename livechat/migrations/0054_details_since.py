from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0053_times_of_a_day_in_one_row")]
    operations = [
        migrations.AddField("site", "details_since", models.BigIntegerField(editable=False, null=True)),
    ]
