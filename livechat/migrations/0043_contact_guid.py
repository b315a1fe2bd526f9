from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("livechat", "0042_contact_department")]

    operations = [migrations.RemoveField("contact", "department_guid")]
