"""What is not kept for ever, and ends that nobody was there to see."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from livechat.control import bulk, settling
from livechat.live import pace, pairing, sessions, walls
from livechat.models import Site, Snapshot
from livechat.record import audit, history, links

KEEP_UNUSED = timedelta(days=1)


def tidy() -> None:
    """Delete what is older than it is kept: snapshots nobody used for a day, expired sessions, screens that waited in
    vain, and where that is set the record with the history and the orders.

    Settle writes left open, and note which of the walls' links have ended.

    The lists that a collector keeps fresh are in use, however old they look after a long silence or a clock set ahead:
    the history goes on from them, and a gap begins at their last check.
    """
    before = timezone.now() - KEEP_UNUSED
    unused = Q(looked__lt=before) | Q(looked=None)
    feeding = Site.objects.filter(pk=OuterRef("site"), shared__fingerprint=OuterRef("fingerprint"))
    kept = Q(kind__in=pace.LISTS, pause__lt=KEEP_UNUSED.total_seconds()) & Exists(feeding)
    # What is fetched for the first time has no try yet; one whose process was killed at it keeps its holder.
    idle = Q(tried__lt=before) | (Q(tried=None) & (Q(holder="") | Q(looked__lt=before)))
    Snapshot.objects.filter(unused & idle, ~kept).delete()
    settling.settle_left()
    walls.note_ends()
    pairing.forget_old()
    sessions.clear_expired()
    if settings.RECORD_DAYS:
        for record in (audit, links, history, bulk):
            record.expire(timedelta(days=settings.RECORD_DAYS))
