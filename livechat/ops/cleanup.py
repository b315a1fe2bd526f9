"""What is not kept for ever, and ends that nobody was there to see."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from livechat.control import bulk, recovery
from livechat.lib import scheduler
from livechat.live import intervals
from livechat.models import Site, Snapshot
from livechat.record import audit, history, link_events
from livechat.sites import sessions
from livechat.walls import links, pairing, screens

KEEP_UNUSED = timedelta(days=1)


def tidy() -> None:
    """Delete what is older than it is kept: snapshots nobody used for a day, expired sessions, screens that waited in
    vain or are gone, and where that is set the record with the history and the orders.

    Settle writes left open, and note which of the walls' links have ended.
    """
    for piece in PIECES:
        piece()


def jobs(every: float) -> list[scheduler.Job]:
    """The same every so many seconds, each piece by itself."""
    return [scheduler.Job(piece, every) for piece in PIECES]


def _forget_unused() -> None:
    """Delete snapshots nobody used for a day.

    The lists that a collector keeps fresh are in use, however old they look after a long silence or a clock set ahead:
    the history goes on from them, and a gap begins at their last check.
    """
    before = timezone.now() - KEEP_UNUSED
    unused = Q(looked__lt=before) | Q(looked=None)
    feeding = Site.objects.filter(pk=OuterRef("site"), shared__fingerprint=OuterRef("fingerprint"))
    kept = Q(kind__in=intervals.LISTS, pause__lt=KEEP_UNUSED.total_seconds()) & Exists(feeding)
    # What is fetched for the first time has no try yet; one whose process was killed at it keeps its holder.
    idle = Q(tried__lt=before) | (Q(tried=None) & (Q(holder="") | Q(looked__lt=before)))
    Snapshot.objects.filter(unused & idle, ~kept).delete()


def _expire(expire: Callable[[timedelta], object]) -> None:
    if settings.RECORD_DAYS:
        expire(timedelta(days=settings.RECORD_DAYS))


PIECES: tuple[Callable[[], object], ...] = (
    _forget_unused,
    recovery.settle_left,
    links.note_ends,
    pairing.delete_expired,
    screens.delete_old,
    sessions.clear_expired,
    *(partial(_expire, record.expire) for record in (audit, link_events, screens, history, bulk)),
)
