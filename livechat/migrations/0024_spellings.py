"""E-mail addresses in lower case, and limits of away statuses by the key that statuses are compared by now."""

import unicodedata

from django.conf import settings
from django.db import migrations


def lower_users(apps, _editor):
    users = apps.get_model("auth", "User")
    for user in users.objects.exclude(email="").only("email"):
        if user.email != user.email.strip().lower():
            users.objects.filter(pk=user.pk).update(email=user.email.strip().lower())


def lower_addresses(apps, _editor):
    """One row for each user and address. An address that two users have confirmed stays confirmed for the first."""
    rows = apps.get_model("account", "EmailAddress").objects
    kept, confirmed = {}, {}
    for row in rows.order_by("-primary", "pk"):
        email = row.email.strip().lower()
        kept.setdefault((row.user_id, email), row)
        if row.verified:
            confirmed.setdefault(email, row.user_id)
    rows.exclude(pk__in=[row.pk for row in kept.values()]).delete()
    verified = {row.pk: confirmed.get(email) == user for (user, email), row in kept.items()}
    rows.filter(pk__in=[pk for pk, value in verified.items() if not value], verified=True).update(verified=False)
    for (_user, email), row in kept.items():
        if (email, verified[row.pk]) != (row.email, row.verified):
            rows.filter(pk=row.pk).update(email=email, verified=verified[row.pk])


def key_limits(apps, _editor):
    """Of two limits that are one status' now, the shorter stays."""
    rows = apps.get_model("livechat", "AwayLimit").objects
    taken = set()
    for row in rows.order_by("minutes", "pk"):
        key = _key(row.name)
        if (row.site_id, key) in taken:
            rows.filter(pk=row.pk).delete()
        taken.add((row.site_id, key))
    for row in rows.all():
        if row.key != _key(row.name):
            rows.filter(pk=row.pk).update(key=_key(row.name))


def _key(name):
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
    return " ".join(unicodedata.normalize("NFC", folded).casefold().split())


def nothing(_apps, _editor):
    pass


class Migration(migrations.Migration):
    dependencies = [
        ("livechat", "0023_bulk_tries"),
        ("account", "0009_emailaddress_unique_primary_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lower_users, nothing, elidable=True),
        migrations.RunPython(lower_addresses, nothing, elidable=True),
        migrations.RunPython(key_limits, nothing, elidable=True),
    ]
