from django.db import migrations, models


class Migration(migrations.Migration):
    """Codes for what a row says; old rows keep their text.

    The columns may be null, so that SQLite adds them in place: it would copy the record's tables otherwise.
    """

    dependencies = [("livechat", "0015_site_version")]

    operations = [
        *(
            migrations.AddField(model_name=name, name="note", field=models.JSONField(null=True))
            for name in ("outcome", "bulkitem", "linkevent")
        ),
        migrations.AlterField(
            model_name="bulkitem",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Queued"),
                    ("taken", "Sent"),
                    ("skipped", "Skipped"),
                    ("cancelled", "Cancelled"),
                ],
                default="waiting",
                max_length=20,
            ),
        ),
    ]
