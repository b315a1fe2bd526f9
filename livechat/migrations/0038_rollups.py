
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0037_frames'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgentDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('total_ms', models.BigIntegerField()),
                ('off_ms', models.BigIntegerField()),
                ('chat_ms', models.BigIntegerField()),
                ('busy_ms', models.BigIntegerField()),
                ('known_ms', models.BigIntegerField()),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='livechat.agententry')),
                ('status', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='livechat.statusname')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agent', 'day', 'status'), name='agent_day_once')],
            },
        ),
        migrations.CreateModel(
            name='QueueDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('department', models.UUIDField(null=True)),
                ('answered', models.PositiveIntegerField()),
                ('lost', models.PositiveIntegerField()),
                ('unknown', models.PositiveIntegerField()),
                ('longest_ms', models.BigIntegerField(null=True)),
                ('longest_at', models.BigIntegerField()),
                ('waits', models.BinaryField()),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='queue_days', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'day'], name='queue_days_of_site')],
            },
        ),
        migrations.CreateModel(
            name='QueueHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.BigIntegerField()),
                ('department', models.UUIDField(null=True)),
                ('answered', models.PositiveIntegerField()),
                ('lost', models.PositiveIntegerField()),
                ('unknown', models.PositiveIntegerField()),
                ('waited_ms', models.BigIntegerField()),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='queue_hours', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'hour'], name='queue_hours_of_site')],
            },
        ),
        migrations.CreateModel(
            name='RolledDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rolled_days', to='livechat.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'day'), name='rolled_day_once')],
            },
        ),
        migrations.CreateModel(
            name='TeamHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.BigIntegerField()),
                ('team', models.CharField(blank=True, max_length=60)),
                ('total_ms', models.BigIntegerField()),
                ('chat_ms', models.BigIntegerField()),
                ('busy_ms', models.BigIntegerField()),
                ('known_ms', models.BigIntegerField()),
                ('place_ms', models.BigIntegerField()),
                ('placed_ms', models.BigIntegerField()),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='team_hours', to='livechat.site')),
                ('status', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='livechat.statusname')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'hour'], name='team_hours_of_site')],
            },
        ),
    ]
