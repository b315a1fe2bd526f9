from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("livechat", "0043_contact_guid")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="simulated_until",
            field=models.BigIntegerField(editable=False, null=True),
        ),
    ]
