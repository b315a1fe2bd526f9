"""Makes contacts of the waits that older releases recorded: their visitors' ids go, their length counts as unknown.

An installation may have a million of them, so they go in batches while it runs, not in a migration.
"""

from django.db import transaction

from livechat.models import Contact, Wait
from livechat.record.contacts import CHATTING, UNSEEN
from livechat.record.watches import milliseconds

BATCH = 500  # rows of one transaction


def convert() -> int:
    """Make contacts of the oldest waits, all with an unknown wait. Returns how many."""
    with transaction.atomic():
        waits = list(Wait.objects.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
        Contact.objects.bulk_create(_contact(wait) for wait in waits)
        Wait.objects.filter(pk__in=[wait.pk for wait in waits]).delete()
    return len(waits)


def convert_all() -> None:
    """Convert batch after batch until none is left."""
    while convert():
        pass


def _contact(wait: Wait) -> Contact:
    ended = milliseconds(wait.ended or wait.began)
    return Contact(
        site_id=wait.site_id,
        department=wait.department_id,
        began=milliseconds(wait.began),
        answered=ended if wait.outcome in CHATTING else None,
        ended=ended,
        outcome=wait.outcome or UNSEEN,
    )
