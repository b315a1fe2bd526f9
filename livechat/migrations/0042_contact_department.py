import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def note(apps, schema_editor):
    """Let contacts name their departments by their numbers in the directory, which has all that were ever seen."""
    entry = apps.get_model("livechat", "DepartmentEntry").objects.filter(
        site=OuterRef("site"), department_id=OuterRef("department_guid")
    )
    contacts = apps.get_model("livechat", "Contact").objects.exclude(department_guid=None)
    contacts.update(department=Subquery(entry.values("pk")[:1]))


class Migration(migrations.Migration):
    dependencies = [("livechat", "0041_contact_site")]

    operations = [
        migrations.RenameField("contact", "department", "department_guid"),
        migrations.AddField(
            "contact",
            "department",
            models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="contacts",
                to="livechat.departmententry",
            ),
        ),
        migrations.RunPython(note, migrations.RunPython.noop),
    ]
