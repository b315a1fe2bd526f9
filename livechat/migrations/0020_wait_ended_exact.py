"""A wait says whether its end was seen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0017_no_odd_rows")]

    operations = [migrations.AddField("wait", "ended_exact", models.BooleanField(default=True))]
