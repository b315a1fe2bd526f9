
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0040_wall_curves'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contact',
            name='site',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='livechat.site'),
        ),
        migrations.AlterField(
            model_name='watch',
            name='site',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='livechat.site'),
        ),
    ]
