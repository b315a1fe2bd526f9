
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0030_wall_messages_and_turns'),
    ]

    operations = [
        migrations.AddField(
            model_name='agentspan',
            name='began_slack',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='agentspan',
            name='ended_slack',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='looks',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('department', models.UUIDField(null=True)),
                ('began', models.BigIntegerField()),
                ('began_slack', models.PositiveIntegerField(null=True)),
                ('answered', models.BigIntegerField(null=True)),
                ('answered_slack', models.PositiveIntegerField(null=True)),
                ('ended', models.BigIntegerField(null=True)),
                ('outcome', models.CharField(default='', max_length=40)),
                ('visitor', models.UUIDField(null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'began'], name='livechat_co_site_id_35a5cf_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('visitor__isnull', False)), fields=('site', 'visitor'), name='one_open_contact')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=20)),
                ('began', models.BigIntegerField()),
                ('ended', models.BigIntegerField(null=True)),
                ('looks', models.PositiveIntegerField(default=0)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'list', 'began'], name='livechat_wa_site_id_5c5386_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('site', 'list'), name='one_open_watch')],
            },
        ),
    ]
