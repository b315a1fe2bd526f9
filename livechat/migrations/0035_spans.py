import django.db.models.deletion
from django.db import migrations, models


EPOCH_MS = 1000
UNKNOWN_SLACK_MS = 150_000  # so far apart two looks were at most that older releases took for watched


def keep_open(apps, schema_editor):
    """Make spans of those that last, one an agent: the collector continues them at once. It converts the others."""
    old, span = apps.get_model("livechat", "AgentSpan"), apps.get_model("livechat", "Span")
    entry, status = apps.get_model("livechat", "AgentEntry"), apps.get_model("livechat", "StatusName")
    for row in old.objects.filter(ended=None):
        agent, _new = entry.objects.get_or_create(site_id=row.site_id, agent_id=row.agent_id)
        name, _new = status.objects.get_or_create(site_id=row.site_id, name=row.status)
        was = status.objects.get_or_create(site_id=row.site_id, name=row.was)[0] if row.was else None
        slack = UNKNOWN_SLACK_MS if row.began_slack is None else row.began_slack
        span.objects.create(
            site_id=row.site_id, agent=agent, status=name, began=round(row.began.timestamp() * EPOCH_MS),
            began_slack=slack if row.began_exact else None, was=was, outside=row.outside,
        )
        row.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0034_wall_wait_limits'),
    ]

    operations = [
        migrations.CreateModel(
            name='StatusName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_names', to='livechat.site')),
            ],
        ),
        migrations.CreateModel(
            name='Span',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began', models.BigIntegerField()),
                ('began_slack', models.PositiveIntegerField(null=True)),
                ('ended', models.BigIntegerField(null=True)),
                ('ended_slack', models.PositiveIntegerField(null=True)),
                ('outside', models.BooleanField(default=False)),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='livechat.agententry')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='livechat.site')),
                ('status', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='livechat.statusname')),
                ('was', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='livechat.statusname')),
            ],
        ),
        migrations.AddConstraint(
            model_name='statusname',
            constraint=models.UniqueConstraint(fields=('site', 'name'), name='status_name_once'),
        ),
        migrations.AddIndex(
            model_name='span',
            index=models.Index(fields=['agent', 'began'], name='spans_of_agent'),
        ),
        migrations.AddIndex(
            model_name='span',
            index=models.Index(condition=models.Q(('outside', True)), fields=['site', '-began'], name='span_outside'),
        ),
        migrations.AddConstraint(
            model_name='span',
            constraint=models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('site', 'agent'), name='one_open_span_each'),
        ),
        migrations.RunPython(keep_open, migrations.RunPython.noop),
    ]
