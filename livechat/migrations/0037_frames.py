
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0036_opening_hours'),
    ]

    operations = [
        migrations.CreateModel(
            name='Roster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agents', models.BinaryField()),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rosters', to='livechat.site')),
            ],
        ),
        migrations.CreateModel(
            name='FrameDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=20)),
                ('day', models.BigIntegerField()),
                ('body', models.BinaryField()),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='frame_days', to='livechat.site')),
                ('roster', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='livechat.roster')),
            ],
        ),
        migrations.CreateModel(
            name='Frame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=20)),
                ('minute', models.BigIntegerField()),
                ('body', models.BinaryField()),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='frames', to='livechat.site')),
                ('roster', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='livechat.roster')),
            ],
        ),
        migrations.AddConstraint(
            model_name='frameday',
            constraint=models.UniqueConstraint(fields=('site', 'list', 'day'), name='frame_day_once'),
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.UniqueConstraint(fields=('site', 'list', 'minute'), name='frame_once'),
        ),
    ]
