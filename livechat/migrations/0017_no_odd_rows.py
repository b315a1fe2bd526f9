from django.db import migrations


class Migration(migrations.Migration):
    """Drops a count that no page shows."""

    dependencies = [("livechat", "0016_notes")]

    operations = [migrations.RemoveField(model_name="snapshot", name="odd")]
