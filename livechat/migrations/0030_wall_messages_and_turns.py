
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0029_own_board'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='linkevent',
            name='what',
            field=models.CharField(choices=[('made', 'Made'), ('paired', 'Paired with a screen'), ('seen', 'Used from a new address'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('rotated', 'New address; the old one ended'), ('extended', 'End moved'), ('renamed', 'Renamed'), ('framed', 'Other sites may show it'), ('revoked', 'Ended'), ('expired', 'Expired'), ('access', 'Ended: its owner may not make walls any more'), ('deleted', 'Ended: its wall was deleted'), ('turns', 'Walls in turn'), ('message', 'Message shown'), ('message-ended', 'Message ended')], max_length=20),
        ),
        migrations.AlterField(
            model_name='walllink',
            name='why',
            field=models.CharField(blank=True, choices=[('made', 'Made'), ('paired', 'Paired with a screen'), ('seen', 'Used from a new address'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('rotated', 'New address; the old one ended'), ('extended', 'End moved'), ('renamed', 'Renamed'), ('framed', 'Other sites may show it'), ('revoked', 'Ended'), ('expired', 'Expired'), ('access', 'Ended: its owner may not make walls any more'), ('deleted', 'Ended: its wall was deleted'), ('turns', 'Walls in turn'), ('message', 'Message shown'), ('message-ended', 'Message ended')], max_length=20),
        ),
        migrations.CreateModel(
            name='LinkTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seconds', models.PositiveSmallIntegerField()),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='livechat.walllink')),
                ('wall', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='livechat.wall')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('link', 'wall'), name='link_turn_once')],
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
    ]
