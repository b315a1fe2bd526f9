
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0044_site_simulated'),
    ]

    operations = [
        migrations.AddField(
            model_name='rolledday',
            name='cover',
            field=models.BinaryField(default=bytes),
        ),
    ]
