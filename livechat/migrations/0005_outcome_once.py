"""A change has one outcome that settles it."""

from django.db import migrations, models
from django.db.migrations.state import StateApps
from django.db.models import Exists, OuterRef

from livechat.models import append_only


def keep_the_first(apps: StateApps, schema_editor: object) -> None:
    """Two processes may have settled one change: the first outcome of each holds."""
    rows = apps.get_model("livechat", "Outcome").objects.order_by()
    earlier = rows.filter(change=OuterRef("change"), pk__lt=OuterRef("pk"))
    again = rows.filter(Exists(earlier.filter(result=OuterRef("result"))))
    settled = rows.exclude(result="sent").filter(Exists(earlier.exclude(result="sent")))
    with append_only.allow_purge():
        rows.filter(pk__in=[row.pk for row in [*again, *settled]]).delete()


class Migration(migrations.Migration):
    dependencies = [("livechat", "0004_variable_names")]

    operations = [
        migrations.RunPython(keep_the_first, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(fields=("change", "result"), name="outcome_each_once"),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(
                condition=models.Q(("result", "sent"), _negated=True), fields=("change",), name="outcome_final_once"
            ),
        ),
    ]
