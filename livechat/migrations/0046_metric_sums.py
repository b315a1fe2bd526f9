
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0045_rolled_day_cover'),
    ]

    operations = [
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
    ]
