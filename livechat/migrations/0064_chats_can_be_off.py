"""Days and months keep by how much an agent's chats can be off. Of those that are made already, nobody knows it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("livechat", "0063_waits_as_sums")]

    operations = [
        migrations.AddField("rolledday", "doubts", models.BinaryField(null=True)),
        migrations.AddField("rolledmonth", "doubts", models.BinaryField(null=True)),
    ]
