
import livechat.models.sites
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0031_contacts_and_watches'),
    ]

    operations = [
        migrations.AddField(
            model_name='site',
            name='time_zone',
            field=models.CharField(default=livechat.models.sites.default_zone, max_length=60, verbose_name='time zone'),
        ),
    ]
