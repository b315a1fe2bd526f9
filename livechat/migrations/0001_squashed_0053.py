"""All tables at once, for a new installation: the steps that it replaces take three times as long there.

An installation that has taken some of the steps takes the others; then this counts as taken, too. It was made from the
models of that day, without what the steps convert: a new installation has no rows.
"""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import livechat.models.sites
import livechat.models.walls
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class CreateModels(Operation):
    """Creates models and their tables. After each one Django would make all models that exist again, which takes longer
    than everything else.
    """

    def __init__(self, *operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        """Add them to a state whose models are made when they are asked for."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Make the tables."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Drop them."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        """A line for people."""
        return f"Create {len(self.operations)} models"


class Migration(migrations.Migration):

    replaces = [
        ("livechat", "0001_initial"),
        ("livechat", "0002_people"),
        ("livechat", "0003_bulk"),
        ("livechat", "0004_variable_names"),
        ("livechat", "0005_outcome_once"),
        ("livechat", "0006_links"),
        ("livechat", "0007_saved_views"),
        ("livechat", "0008_directory"),
        ("livechat", "0009_wall_design"),
        ("livechat", "0010_change_created"),
        ("livechat", "0011_span_outside"),
        ("livechat", "0012_wall_agents"),
        ("livechat", "0013_link_renamed"),
        ("livechat", "0014_spent_language"),
        ("livechat", "0015_site_version"),
        ("livechat", "0016_notes"),
        ("livechat", "0017_no_odd_rows"),
        ("livechat", "0020_wait_ended_exact"),
        ("livechat", "0021_snapshot_repeated"),
        ("livechat", "0022_snapshot_body"),
        ("livechat", "0023_bulk_tries"),
        ("livechat", "0024_spellings"),
        ("livechat", "0025_link_frames"),
        ("livechat", "0026_heartbeats"),
        ("livechat", "0027_site_limits"),
        ("livechat", "0028_preferences"),
        ("livechat", "0029_own_board"),
        ("livechat", "0030_wall_messages_and_turns"),
        ("livechat", "0031_contacts_and_watches"),
        ("livechat", "0032_site_zone"),
        ("livechat", "0033_team"),
        ("livechat", "0034_wall_wait_limits"),
        ("livechat", "0035_spans"),
        ("livechat", "0036_opening_hours"),
        ("livechat", "0037_frames"),
        ("livechat", "0038_rollups"),
        ("livechat", "0039_read_tokens"),
        ("livechat", "0040_wall_curves"),
        ("livechat", "0041_contact_site"),
        ("livechat", "0042_contact_department"),
        ("livechat", "0043_contact_guid"),
        ("livechat", "0044_site_simulated"),
        ("livechat", "0045_rolled_day_cover"),
        ("livechat", "0046_metric_sums"),
        ("livechat", "0047_channels"),
        ("livechat", "0048_alerts"),
        ("livechat", "0049_plans"),
        ("livechat", "0050_digests"),
        ("livechat", "0051_hooks"),
        ("livechat", "0052_wall_sound"),
        ("livechat", "0053_times_of_a_day_in_one_row"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
        migrations.CreateModel(
            name='Budget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calls', models.JSONField(default=list)),
                ('closed_until', models.FloatField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('api_base', models.URLField(help_text='For example https://api11.comm100.io', verbose_name='API address')),
                ('shared_chosen', models.BooleanField(default=False)),
                ('shared_writes', models.BooleanField(default=False, help_text="Comm100 then sees the shared connection's agent; the record of changes here names the member.", verbose_name='Members without a connection of their own may write by the shared one')),
                ('wait_amber', models.PositiveIntegerField(default=60)),
                ('wait_red', models.PositiveIntegerField(default=180)),
                ('away_minutes', models.PositiveIntegerField(default=30)),
                ('time_zone', models.CharField(default=livechat.models.sites.default_zone, max_length=60, verbose_name='time zone')),
                ('opening_hours', models.JSONField(blank=True, default=list)),
                ('holidays', models.TextField(blank=True, default='', verbose_name='holidays')),
                ('watch_closely', models.CharField(choices=[('opening', 'During the opening hours'), ('always', 'Always'), ('looked', 'Only while somebody looks')], default='opening', max_length=10, verbose_name='watch closely')),
                ('simulated_until', models.BigIntegerField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('created', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('mail', 'Mail'), ('slack', 'Slack'), ('teams', 'Microsoft Teams'), ('discord', 'Discord'), ('ntfy', 'ntfy'), ('webhook', 'Webhook')], max_length=10)),
                ('label', models.CharField(max_length=80, verbose_name='label')),
                ('sealed_address', models.BinaryField()),
                ('sealed_secret', models.BinaryField(default=bytes)),
                ('off', models.DateTimeField(null=True)),
                ('off_why', models.CharField(blank=True, choices=[('person', 'Switched off by an Administrator.'), ('gone', 'Switched off: the receiver says that its address has ended.')], max_length=10)),
                ('last_at', models.DateTimeField(null=True)),
                ('last_outcome', models.JSONField(null=True)),
                ('tested', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='livechat.site')),
            ],
            options={
                'ordering': ['created', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('code', models.CharField(max_length=8, unique=True)),
                ('expires', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=60)),
                ('version', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(default='', max_length=64)),
                ('dropped', models.PositiveIntegerField(default=0)),
                ('repeated', models.PositiveIntegerField(default=0)),
                ('checks', models.PositiveBigIntegerField(default=0)),
                ('checked', models.DateTimeField(null=True)),
                ('extra', models.DateTimeField(null=True)),
                ('tried', models.DateTimeField(null=True)),
                ('error', models.CharField(default='', max_length=40)),
                ('error_text', models.CharField(default='', max_length=400)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('pause', models.FloatField(default=0)),
                ('every', models.FloatField(default=5)),
                ('sharing', models.PositiveIntegerField(default=1)),
                ('looked', models.DateTimeField(null=True)),
                ('looks', models.PositiveIntegerField(db_default=0, default=0)),
                ('lease', models.PositiveBigIntegerField(default=0)),
                ('holder', models.CharField(default='', max_length=40)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['looked'], name='livechat_sn_looked_ce5c2a_idx')],
                'constraints': [models.UniqueConstraint(fields=('site', 'fingerprint', 'kind'), name='snapshot_once')],
            },
        ),
        migrations.CreateModel(
            name='SpentSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('language', models.CharField(blank=True, max_length=5)),
            ],
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('waiting', 'Many are waiting'), ('longest', 'Somebody waits long'), ('nobody', 'Nobody is online'), ('uncovered', 'Somebody waits while nobody is online'), ('all-full', 'All who are online are full'), ('status', 'An agent is past the limit of a status'), ('still-on', 'An agent is still online'), ('stale', 'Figures are out of date'), ('refused', 'Comm100 refuses the credential'), ('expiring', 'The credential is about to end')], max_length=20, verbose_name='kind')),
                ('params', models.JSONField(blank=True, default=dict)),
                ('department', models.UUIDField(blank=True, null=True, verbose_name='department')),
                ('team', models.CharField(blank=True, default='', max_length=100, verbose_name='team')),
                ('wait_seconds', models.PositiveIntegerField(default=0)),
                ('keep_seconds', models.PositiveIntegerField(default=30)),
                ('severity', models.CharField(choices=[('amber', 'Amber'), ('red', 'Red')], default='red', max_length=10, verbose_name='level')),
                ('repeat_minutes', models.PositiveIntegerField(default=0)),
                ('hours', models.CharField(choices=[('always', 'Always'), ('opening', 'Only during the opening hours'), ('quiet', 'Always; messages only during the opening hours')], default='always', max_length=10, verbose_name='hours')),
                ('sound', models.BooleanField(default=False, verbose_name='with a sound')),
                ('on_walls', models.BooleanField(default=True, verbose_name='on walls too')),
                ('enabled', models.BooleanField(default=False)),
                ('standard', models.BooleanField(default=False, editable=False)),
                ('removed', models.DateTimeField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('channels', models.ManyToManyField(blank=True, related_name='rules', to='livechat.channel')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='livechat.site')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('standard', True)), fields=('site', 'kind'), name='one_standard_rule')],
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(blank=True, default='', max_length=36)),
                ('detail', models.CharField(blank=True, default='', max_length=100)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('firing', 'Rings'), ('recovering', 'Recovering'), ('ended', 'Ended')], default='pending', max_length=10)),
                ('since', models.DateTimeField()),
                ('fired', models.DateTimeField(null=True)),
                ('cleared', models.DateTimeField(null=True)),
                ('ended', models.DateTimeField(null=True)),
                ('told', models.DateTimeField(null=True)),
                ('value', models.BigIntegerField(default=0)),
                ('worst', models.BigIntegerField(default=0)),
                ('acknowledged_name', models.CharField(blank=True, default='', max_length=150)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('snoozed_until', models.DateTimeField(null=True)),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='livechat.rule')),
            ],
            options={
                'ordering': ['-since', '-pk'],
                'indexes': [models.Index(condition=models.Q(('ended', None)), fields=['rule'], name='open_alerts'), models.Index(fields=['rule', '-since'], name='livechat_al_rule_id_5355c6_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('rule', 'subject'), name='one_open_alert')],
            },
        ),
        migrations.CreateModel(
            name='AlertEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('fired', 'Began to ring'), ('reminded', 'Told again'), ('acknowledged', 'Acknowledged'), ('snoozed', 'Snoozed'), ('woken', 'Snooze ended'), ('ended', 'Ended')], max_length=20)),
                ('value', models.BigIntegerField(default=0)),
                ('text', models.CharField(blank=True, default='', max_length=300)),
                ('until', models.DateTimeField(null=True)),
                ('actor_name', models.CharField(blank=True, default='', max_length=150)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='livechat.alert')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('status', 'Status'), ('variables', 'Custom variables')], max_length=20)),
                ('target', models.UUIDField()),
                ('target_name', models.CharField(max_length=200)),
                ('actor_name', models.CharField(max_length=150)),
                ('before', models.JSONField()),
                ('asked', models.JSONField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('override', models.BooleanField(default=False)),
                ('nonce', models.CharField(max_length=64, unique=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='livechat.site')),
            ],
            options={
                'ordering': ['-created'],
                'indexes': [models.Index(fields=['created'], name='livechat_ch_created_a46fbb_idx'), models.Index(fields=['site', '-created'], name='livechat_ch_site_id_562a18_idx'), models.Index(fields=['site', 'target', '-created'], name='livechat_ch_site_id_ecb5ee_idx')],
            },
        ),
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('bearer', 'Access token'), ('renewing', 'Access token with renewal'), ('api-key', 'API key')], max_length=20)),
                ('sealed', models.BinaryField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('last_four', models.CharField(max_length=4)),
                ('stored', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='connections', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='connections', to='livechat.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'site'), name='connection_once')],
            },
        ),
        migrations.CreateModel(
            name='BulkRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_name', models.CharField(max_length=150)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('nonce', models.CharField(max_length=64, unique=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('cancelled', models.BooleanField(default=False)),
                ('ended', models.DateTimeField(null=True)),
                ('lease', models.PositiveBigIntegerField(default=0)),
                ('holder', models.CharField(default='', max_length=40)),
                ('checks', models.PositiveBigIntegerField(default=0)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='livechat.bulkrun')),
                ('connection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='livechat.connection')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulk_runs', to='livechat.site')),
            ],
            options={
                'ordering': ['-created'],
                'indexes': [models.Index(fields=['ended'], name='livechat_bu_ended_9f4114_idx'), models.Index(fields=['site', '-created'], name='livechat_bu_site_id_87c639_idx')],
            },
        ),
        migrations.CreateModel(
            name='MetricSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(max_length=60)),
                ('label', models.CharField(max_length=100)),
                ('part', models.CharField(max_length=10)),
                ('total', models.FloatField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('metric', 'label', 'part'), name='metric_sum_once')],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent_id', models.UUIDField()),
                ('name', models.CharField(max_length=200)),
                ('status', models.CharField(max_length=100)),
                ('then', models.CharField(max_length=100)),
                ('due', models.DateTimeField()),
                ('latest', models.DateTimeField()),
                ('actor_name', models.CharField(max_length=150)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('nonce', models.CharField(max_length=110, unique=True)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('claimed', 'Being carried out'), ('sent', 'Sent'), ('late', 'Sent late'), ('skipped', 'Skipped'), ('cancelled', 'Cancelled')], default='planned', max_length=20)),
                ('note', models.JSONField(null=True)),
                ('claim', models.UUIDField(null=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('ended', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('change', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='plan', to='livechat.change')),
                ('connection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='livechat.connection')),
                ('first', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='livechat.change')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='plans', to='livechat.bulkrun')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='livechat.site')),
            ],
            options={
                'ordering': ['due', 'id'],
                'indexes': [models.Index(condition=models.Q(('ended', None)), fields=['due'], name='plan_due'), models.Index(fields=['ended'], name='livechat_pl_ended_d82c10_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('site', 'agent_id'), name='plan_of_agent_once')],
            },
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('density', models.CharField(choices=[('comfortable', 'Comfortable'), ('compact', 'Compact')], default='comfortable', max_length=20)),
                ('theme', models.CharField(choices=[('system', 'System'), ('light', 'Light'), ('dark', 'Dark')], default='system', max_length=20)),
                ('board', models.CharField(blank=True, max_length=500)),
                ('pinned', models.JSONField(blank=True, default=list)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.TextField(blank=True)),
                ('saved', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='livechat.site')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('user', 'site', 'page', 'name'), name='saved_view_once')],
            },
        ),
        migrations.CreateModel(
            name='Roster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agents', models.BinaryField()),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rosters', to='livechat.site')),
            ],
        ),
        migrations.CreateModel(
            name='RolledDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('cover', models.BinaryField(default=bytes)),
                ('times', models.BinaryField(default=bytes)),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rolled_days', to='livechat.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'day'), name='rolled_day_once')],
            },
        ),
        migrations.CreateModel(
            name='ReadToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=80, verbose_name='label')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('agents', models.BooleanField(default=False)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('ends', models.DateTimeField(verbose_name='ends')),
                ('last_seen', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='read_tokens', to='livechat.site')),
            ],
            options={
                'ordering': ['created', 'id'],
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
            name='PlanEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('planned', 'Planned'), ('sent', 'Sent'), ('late', 'Sent late'), ('skipped', 'Skipped'), ('cancelled', 'Cancelled')], max_length=20)),
                ('target', models.UUIDField()),
                ('target_name', models.CharField(max_length=200)),
                ('status', models.CharField(max_length=100)),
                ('then', models.CharField(max_length=100)),
                ('due', models.DateTimeField()),
                ('actor_name', models.CharField(blank=True, max_length=150)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('note', models.JSONField(null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='livechat.plan')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_events', to='livechat.site')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['site', '-at'], name='livechat_pl_site_id_71660a_idx')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('supervisor', 'Supervisor'), ('administrator', 'Administrator')], default='viewer', max_length=20, verbose_name='role')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='livechat.site')),
            ],
            options={
                'ordering': ['user__username'],
                'constraints': [models.UniqueConstraint(fields=('user', 'site'), name='member_once')],
            },
        ),
        migrations.CreateModel(
            name='LinkEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('link', models.PositiveBigIntegerField()),
                ('label', models.CharField(max_length=80)),
                ('wall_title', models.CharField(max_length=80)),
                ('what', models.CharField(choices=[('made', 'Made'), ('paired', 'Paired with a screen'), ('seen', 'Used from a new address'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('rotated', 'New address; the old one ended'), ('extended', 'End moved'), ('renamed', 'Renamed'), ('framed', 'Other sites may show it'), ('revoked', 'Ended'), ('expired', 'Expired'), ('access', 'Ended: its owner may not make walls any more'), ('deleted', 'Ended: its wall was deleted'), ('turns', 'Walls in turn'), ('message', 'Message shown'), ('message-ended', 'Message ended'), ('token-made', 'Made'), ('token-renamed', 'Renamed'), ('token-revoked', 'Revoked'), ('token-access', 'Revoked: its maker is no longer an Administrator'), ('channel-made', 'Made'), ('channel-renamed', 'Renamed'), ('channel-address', 'New address'), ('channel-secret', 'New secret'), ('channel-off', 'Switched off'), ('channel-gone', 'Switched off: the receiver says that its address has ended'), ('channel-on', 'Switched on'), ('channel-removed', 'Removed'), ('hook-made', 'Made'), ('hook-removed', 'Removed')], max_length=20)),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('note', models.JSONField(null=True)),
                ('actor_name', models.CharField(blank=True, max_length=150)),
                ('address', models.CharField(blank=True, max_length=50)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='link_events', to='livechat.site')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['site', '-at'], name='livechat_li_site_id_ce318b_idx'), models.Index(fields=['link', '-at'], name='livechat_li_link_f1b640_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('what', 'seen')), fields=('link', 'address'), name='seen_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('supervisor', 'Supervisor'), ('administrator', 'Administrator')], default='viewer', max_length=20, verbose_name='role')),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='note')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expires', models.DateTimeField(verbose_name='expires')),
                ('used', models.DateTimeField(null=True)),
                ('revoked', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('used_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='livechat.site')),
            ],
            options={
                'ordering': ['created'],
            },
        ),
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
                ('agents', models.PositiveBigIntegerField(default=0)),
                ('visitors', models.PositiveBigIntegerField(default=0)),
                ('hinted', models.DateTimeField(null=True)),
                ('webhooks', models.JSONField(default=list)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hook', to='livechat.site')),
            ],
        ),
        migrations.CreateModel(
            name='Gap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('began', models.DateTimeField()),
                ('ended', models.DateTimeField()),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'began'], name='livechat_ga_site_id_d3dd3a_idx')],
            },
        ),
        migrations.CreateModel(
            name='FrameDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=20)),
                ('day', models.BigIntegerField()),
                ('body', models.BinaryField()),
                ('roster', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='livechat.roster')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='frame_days', to='livechat.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'list', 'day'), name='frame_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Frame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=20)),
                ('minute', models.BigIntegerField()),
                ('body', models.BinaryField()),
                ('roster', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='livechat.roster')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='frames', to='livechat.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'list', 'minute'), name='frame_once')],
            },
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('every', models.CharField(choices=[('day', 'Each day'), ('week', 'Each week, on Monday')], default='day', max_length=10)),
                ('at', models.PositiveSmallIntegerField(default=420)),
                ('last', models.DateField(null=True)),
                ('first_try', models.DateTimeField(null=True)),
                ('due', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('claims', models.PositiveSmallIntegerField(default=0)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('sent', models.DateTimeField(null=True)),
                ('given_up', models.DateField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digests', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digests', to='livechat.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'site'), name='digest_once')],
            },
        ),
        migrations.CreateModel(
            name='DepartmentEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('department_id', models.UUIDField(verbose_name='department id')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('edited', models.BooleanField(default=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departments', to='livechat.site')),
            ],
            options={
                'ordering': ['name', 'department_id'],
                'constraints': [models.UniqueConstraint(fields=('site', 'department_id'), name='department_once')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began', models.BigIntegerField()),
                ('began_slack', models.PositiveIntegerField(null=True)),
                ('answered', models.BigIntegerField(null=True)),
                ('answered_slack', models.PositiveIntegerField(null=True)),
                ('ended', models.BigIntegerField(null=True)),
                ('ended_slack', models.PositiveIntegerField(null=True)),
                ('began_steady', models.BigIntegerField(null=True)),
                ('end_steady', models.BigIntegerField(null=True)),
                ('pace', models.PositiveIntegerField(null=True)),
                ('outcome', models.CharField(default='', max_length=40)),
                ('visitor', models.UUIDField(null=True)),
                ('department', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='livechat.departmententry')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'began'], name='livechat_co_site_id_35a5cf_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('visitor__isnull', False)), fields=('site', 'visitor'), name='one_open_contact')],
            },
        ),
        migrations.CreateModel(
            name='AwayStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('order', models.PositiveIntegerField(default=0)),
                ('imported', models.BooleanField(default=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='away_statuses', to='livechat.site')),
            ],
            options={
                'ordering': ['order', 'name'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='away_status_once')],
            },
        ),
        migrations.CreateModel(
            name='AwayLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('key', models.CharField(max_length=300)),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='away_limits', to='livechat.site')),
            ],
            options={
                'ordering': ['key'],
                'constraints': [models.UniqueConstraint(fields=('site', 'key'), name='away_limit_once')],
            },
        ),
        migrations.CreateModel(
            name='AgentSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent_id', models.UUIDField()),
                ('status', models.CharField(max_length=100)),
                ('began', models.DateTimeField()),
                ('began_exact', models.BooleanField(default=True)),
                ('ended', models.DateTimeField(null=True)),
                ('ended_exact', models.BooleanField(default=True)),
                ('began_slack', models.PositiveIntegerField(null=True)),
                ('ended_slack', models.PositiveIntegerField(null=True)),
                ('was', models.CharField(default='', max_length=100)),
                ('outside', models.BooleanField(default=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agent_spans', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'agent_id', '-began'], name='livechat_ag_site_id_5de9eb_idx'), models.Index(fields=['site', 'began'], name='livechat_ag_site_id_a15d0d_idx'), models.Index(condition=models.Q(('outside', True)), fields=['site', '-began'], name='spans_outside')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('site', 'agent_id'), name='one_open_span')],
            },
        ),
        migrations.CreateModel(
            name='AgentEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent_id', models.UUIDField(verbose_name='agent id')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('alias', models.CharField(blank=True, max_length=60, verbose_name='alias on walls')),
                ('team', models.CharField(blank=True, max_length=60, verbose_name='team')),
                ('capacity', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='chats at once')),
                ('order', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='order')),
                ('hidden', models.BooleanField(default=False, verbose_name='hidden')),
                ('departments', models.JSONField(blank=True, default=list, verbose_name='departments')),
                ('departments_edited', models.BooleanField(default=False)),
                ('edited', models.BooleanField(default=False)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agents', to='livechat.site')),
            ],
            options={
                'ordering': ['name', 'agent_id'],
                'constraints': [models.UniqueConstraint(fields=('site', 'agent_id'), name='agent_once')],
            },
        ),
        migrations.CreateModel(
            name='SnapshotBody',
            fields=[
                ('snapshot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='body', serialize=False, to='livechat.snapshot')),
                ('version', models.PositiveBigIntegerField()),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='StatusName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_names', to='livechat.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='status_name_once')],
            },
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
            options={
                'indexes': [models.Index(fields=['agent', 'began'], name='spans_of_agent'), models.Index(condition=models.Q(('outside', True)), fields=['site', '-began'], name='span_outside')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('site', 'agent'), name='one_open_span_each')],
            },
        ),
        migrations.CreateModel(
            name='TeamEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=180)),
                ('departments', models.JSONField(blank=True, default=list, verbose_name='departments')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teams', to='livechat.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'key'), name='team_once')],
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
        migrations.CreateModel(
            name='TimeCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('place', models.PositiveIntegerField()),
                ('agent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='livechat.agententry')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='livechat.site')),
                ('status', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='livechat.statusname')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'year', 'place'), name='time_cell_place_once'), models.UniqueConstraint(fields=('agent', 'status', 'year'), name='time_cell_once')],
            },
        ),
        migrations.CreateModel(
            name='VariableName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variable_names', to='livechat.site')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='variable_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Wait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visitor_id', models.UUIDField()),
                ('department_id', models.UUIDField(null=True)),
                ('began', models.DateTimeField()),
                ('began_exact', models.BooleanField(default=True)),
                ('ended', models.DateTimeField(null=True)),
                ('ended_exact', models.BooleanField(default=True)),
                ('outcome', models.CharField(default='', max_length=40)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waits', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'began'], name='livechat_wa_site_id_8e48aa_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('site', 'visitor_id'), name='one_open_wait')],
            },
        ),
        migrations.CreateModel(
            name='Wall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('teams', models.JSONField(blank=True, default=list)),
                ('panels', models.JSONField(default=livechat.models.walls.default_panels)),
                ('curve_waiting', models.CharField(blank=True, choices=[('', 'No curve'), ('hour', 'The last hour'), ('day', 'Since opening today')], default='', max_length=10, verbose_name='waiting')),
                ('curve_longest', models.CharField(blank=True, choices=[('', 'No curve'), ('hour', 'The last hour'), ('day', 'Since opening today')], default='', max_length=10, verbose_name='longest wait')),
                ('curve_online', models.CharField(blank=True, choices=[('', 'No curve'), ('hour', 'The last hour'), ('day', 'Since opening today')], default='', max_length=10, verbose_name='online')),
                ('agents', models.BooleanField(default=True, verbose_name='the agents, one by one')),
                ('agents_place', models.CharField(choices=[('below', 'Below the figures'), ('above', 'Above the figures')], default='below', max_length=10, verbose_name='agents’ place')),
                ('agents_size', models.CharField(choices=[('normal', 'Normal'), ('large', 'Large'), ('double', 'Double')], default='normal', max_length=10, verbose_name='agents’ size')),
                ('naming', models.CharField(choices=[('alias', 'Aliases'), ('initials', 'Initials'), ('number', 'Numbers')], default='alias', max_length=10, verbose_name='agents’ names')),
                ('theme', models.CharField(choices=[('dark', 'Dark'), ('light', 'Light'), ('contrast', 'High contrast')], default='dark', max_length=10, verbose_name='colours')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], default='en', max_length=5, verbose_name='language')),
                ('clock', models.CharField(blank=True, choices=[('24', '24 hours'), ('12', '12 hours'), ('', 'No clock')], default='24', max_length=2, verbose_name='clock')),
                ('time_zone', models.CharField(default='UTC', max_length=60, verbose_name='time zone')),
                ('every', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(60)], verbose_name='seconds between refreshes')),
                ('sound', models.BooleanField(default=False, verbose_name='sound when an alarm rings')),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='walls', to='livechat.site')),
            ],
            options={
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='WallLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=80, verbose_name='label')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expires', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('frames', models.TextField(blank=True, default='')),
                ('paused', models.DateTimeField(null=True)),
                ('ended', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, choices=[('made', 'Made'), ('paired', 'Paired with a screen'), ('seen', 'Used from a new address'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('rotated', 'New address; the old one ended'), ('extended', 'End moved'), ('renamed', 'Renamed'), ('framed', 'Other sites may show it'), ('revoked', 'Ended'), ('expired', 'Expired'), ('access', 'Ended: its owner may not make walls any more'), ('deleted', 'Ended: its wall was deleted'), ('turns', 'Walls in turn'), ('message', 'Message shown'), ('message-ended', 'Message ended'), ('token-made', 'Made'), ('token-renamed', 'Renamed'), ('token-revoked', 'Revoked'), ('token-access', 'Revoked: its maker is no longer an Administrator'), ('channel-made', 'Made'), ('channel-renamed', 'Renamed'), ('channel-address', 'New address'), ('channel-secret', 'New secret'), ('channel-off', 'Switched off'), ('channel-gone', 'Switched off: the receiver says that its address has ended'), ('channel-on', 'Switched on'), ('channel-removed', 'Removed'), ('hook-made', 'Made'), ('hook-removed', 'Removed')], max_length=20)),
                ('seen', models.DateTimeField(null=True)),
                ('seen_address', models.CharField(blank=True, max_length=50)),
                ('seen_browser', models.CharField(blank=True, max_length=60)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('wall', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='livechat.wall')),
            ],
            options={
                'ordering': ['created'],
            },
        ),
        migrations.CreateModel(
            name='LinkTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seconds', models.PositiveSmallIntegerField()),
                ('wall', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='livechat.wall')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='livechat.walllink')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('link', 'wall'), name='link_turn_once')],
            },
        ),
        migrations.CreateModel(
            name='LinkScreen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('by_id', models.BooleanField()),
                ('place', models.CharField(max_length=120)),
                ('seen', models.DateTimeField()),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='screens', to='livechat.walllink')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('link', 'key'), name='link_screen_once')],
            },
        ),
        migrations.CreateModel(
            name='WallMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=90, verbose_name='text')),
                ('tone', models.CharField(choices=[('normal', 'Normal'), ('important', 'Important')], default='normal', max_length=10, verbose_name='tone')),
                ('until', models.DateTimeField()),
                ('ended', models.DateTimeField(null=True)),
                ('author_name', models.CharField(max_length=150)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wall_messages', to='livechat.site')),
                ('wall', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='livechat.wall')),
            ],
            options={
                'ordering': ['-created', '-id'],
                'indexes': [models.Index(fields=['until'], name='livechat_wa_until_3c3aa9_idx')],
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
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='livechat.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'list', 'began'], name='livechat_wa_site_id_5c5386_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('site', 'list'), name='one_open_watch')],
            },
        ),
        migrations.CreateModel(
            name='BulkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent_id', models.UUIDField()),
                ('name', models.CharField(max_length=200)),
                ('expected', models.CharField(max_length=100)),
                ('status', models.CharField(max_length=100)),
                ('state', models.CharField(choices=[('waiting', 'Queued'), ('taken', 'Sent'), ('skipped', 'Skipped'), ('cancelled', 'Cancelled')], default='waiting', max_length=20)),
                ('message', models.CharField(blank=True, max_length=400)),
                ('note', models.JSONField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='livechat.bulkrun')),
                ('change', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bulk_item', to='livechat.change')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('run', 'agent_id'), name='bulk_agent_once')],
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.CharField(choices=[('sent', 'Sent'), ('confirmed', 'Confirmed'), ('refused', 'Refused'), ('not-visible', 'Not visible yet'), ('unknown', 'Unknown')], max_length=20)),
                ('after', models.JSONField(null=True)),
                ('message', models.CharField(blank=True, max_length=400)),
                ('note', models.JSONField(null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='livechat.change')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('change', 'result'), name='outcome_each_once'), models.UniqueConstraint(condition=models.Q(('result', 'sent'), _negated=True), fields=('change',), name='outcome_final_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('due', models.DateTimeField()),
                ('made', models.DateTimeField(default=django.utils.timezone.now)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('batch', models.UUIDField(db_index=True, null=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('done', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('sent', 'Sent'), ('given-up', 'Given up'), ('refused', 'Refused'), ('off', 'Not sent: the channel is switched off'), ('quiet', 'Not sent: it ended outside of the opening hours')], default='', max_length=20)),
                ('note', models.JSONField(null=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='livechat.channel')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='livechat.alertevent')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='livechat.rule')),
            ],
            options={
                'ordering': ['made', 'pk'],
                'indexes': [models.Index(condition=models.Q(('done', None)), fields=['due'], name='undelivered')],
                'constraints': [models.UniqueConstraint(fields=('event', 'channel'), name='told_once_a_channel')],
            },
        ),
        ),
        migrations.AddField(
            model_name='site',
            name='shared',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='livechat.connection', verbose_name='shared connection'),
        ),
    ]
