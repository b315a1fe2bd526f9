"""What the record tells of a change of status is noted where it is seen, not sought out at every look."""

from datetime import timedelta

from django.conf import settings
from django.db import migrations, models
from django.db.migrations.state import StateApps
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

EXPLAINS = timedelta(seconds=90)


def note(apps: StateApps, schema_editor: object) -> None:
    """Note it for what was seen so far; of what is older than the record, whose writes are gone, nothing is claimed."""
    spans, changes = (apps.get_model("livechat", name).objects for name in ("AgentSpan", "Change"))
    agent = {"site": OuterRef("site"), "agent_id": OuterRef("agent_id")}
    # A span begins before it ends, which the index knows: the newest that does is the one, or there is none.
    earlier = spans.filter(**agent, began__lte=OuterRef("began"), ended=OuterRef("began")).exclude(pk=OuterRef("pk"))
    asked = changes.annotate(status=KeyTextTransform("status", "asked")).filter(
        site=OuterRef("site"),
        kind="status",
        target=OuterRef("agent_id"),
        status__iexact=OuterRef("status"),
        created__range=(OuterRef("began") - EXPLAINS, OuterRef("began")),
    )
    seen = spans.filter(Exists(earlier), began_exact=True)
    if settings.RECORD_DAYS:
        seen = seen.filter(began__gt=timezone.now() - timedelta(days=settings.RECORD_DAYS) + EXPLAINS)
    seen.update(was=Subquery(earlier.order_by("-began").values("status")[:1]), outside=~Exists(asked))


class Migration(migrations.Migration):
    dependencies = [("livechat", "0010_change_created")]

    operations = [
        migrations.AddField("agentspan", "was", models.CharField(default="", max_length=100)),
        migrations.AddField("agentspan", "outside", models.BooleanField(default=False)),
        migrations.RunPython(note, migrations.RunPython.noop),
        migrations.AddIndex(
            "agentspan",
            models.Index(fields=["site", "-began"], condition=models.Q(outside=True), name="spans_outside"),
        ),
    ]
