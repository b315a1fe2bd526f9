
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0038_rollups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='linkevent',
            name='what',
            field=models.CharField(choices=[('made', 'Made'), ('paired', 'Paired with a screen'), ('seen', 'Used from a new address'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('rotated', 'New address; the old one ended'), ('extended', 'End moved'), ('renamed', 'Renamed'), ('framed', 'Other sites may show it'), ('revoked', 'Ended'), ('expired', 'Expired'), ('access', 'Ended: its owner may not make walls any more'), ('deleted', 'Ended: its wall was deleted'), ('turns', 'Walls in turn'), ('message', 'Message shown'), ('message-ended', 'Message ended'), ('token-made', 'Made'), ('token-renamed', 'Renamed'), ('token-revoked', 'Revoked'), ('token-access', 'Revoked: its maker is no longer an Administrator')], max_length=20),
        ),
        migrations.AlterField(
            model_name='walllink',
            name='why',
            field=models.CharField(blank=True, choices=[('made', 'Made'), ('paired', 'Paired with a screen'), ('seen', 'Used from a new address'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('rotated', 'New address; the old one ended'), ('extended', 'End moved'), ('renamed', 'Renamed'), ('framed', 'Other sites may show it'), ('revoked', 'Ended'), ('expired', 'Expired'), ('access', 'Ended: its owner may not make walls any more'), ('deleted', 'Ended: its wall was deleted'), ('turns', 'Walls in turn'), ('message', 'Message shown'), ('message-ended', 'Message ended'), ('token-made', 'Made'), ('token-renamed', 'Renamed'), ('token-revoked', 'Revoked'), ('token-access', 'Revoked: its maker is no longer an Administrator')], max_length=20),
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
    ]
