from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("livechat", "0014_spent_language")]

    operations = [migrations.RenameField(model_name="site", old_name="stamp", new_name="version")]
