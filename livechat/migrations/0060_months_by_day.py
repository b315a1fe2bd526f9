from django.db import migrations, models


def forget_months(apps, _editor):
    """Rows of before do not say what each day had. They are made anew with the next day that is summed up."""
    apps.get_model("livechat", "RolledMonth").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("livechat", "0059_rolled_months")]
    operations = [
        migrations.AddField("rolledmonth", "days", models.BinaryField(db_default=b"")),
        migrations.RunPython(forget_months, migrations.RunPython.noop),
    ]
