"""Walls whose limits of the longest wait were never changed follow the limits of their site."""

from django.db import migrations

DEFAULT = (60, 180)


def follow_the_site(apps, schema_editor):
    for wall in apps.get_model("livechat", "Wall").objects.all():
        changed = False
        for panel in wall.panels:
            if panel.get("slug") == "longest" and (panel.get("amber"), panel.get("red")) == DEFAULT:
                panel["amber"] = panel["red"] = None
                changed = True
        if changed:
            wall.save(update_fields=["panels"])


def own_limits(apps, schema_editor):
    for wall in apps.get_model("livechat", "Wall").objects.all():
        for panel in wall.panels:
            if panel.get("slug") == "longest" and (panel.get("amber"), panel.get("red")) == (None, None):
                panel["amber"], panel["red"] = DEFAULT
        wall.save(update_fields=["panels"])


class Migration(migrations.Migration):

    dependencies = [("livechat", "0033_team")]

    operations = [migrations.RunPython(follow_the_site, own_limits)]
