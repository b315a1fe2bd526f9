from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("livechat", "0035_spans")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="opening_hours",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="site",
            name="holidays",
            field=models.TextField(blank=True, default="", verbose_name="holidays"),
        ),
        migrations.AddField(
            model_name="site",
            name="watch_closely",
            field=models.CharField(
                choices=[
                    ("opening", "During the opening hours"),
                    ("always", "Always"),
                    ("looked", "Only while somebody looks"),
                ],
                default="opening",
                max_length=10,
                verbose_name="watch closely",
            ),
        ),
    ]
