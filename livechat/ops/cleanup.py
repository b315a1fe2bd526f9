"""Deletes what is not kept for ever, and notes what ended while no one looked."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from livechat.control import bulk
from livechat.lib import scheduler
from livechat.live import intervals
from livechat.models import Site, Snapshot
from livechat.record import audit, contacts, frame_days, frames, history, link_events, old_waits, watches
from livechat.sites import sessions
from livechat.walls import links, messages, pairing, screens

UNUSED_SNAPSHOT_AGE = timedelta(days=1)


def jobs(every: float) -> list[scheduler.Job]:
    """The tasks of the cleanup, each as a job of its own that runs every so many seconds.

    They delete snapshots that no one used for a day, expired sessions, screens that were never paired or are gone,
    and, if RECORD_DAYS is set, what is older of the record, the history and the bulk changes. They note which links of
    walls have ended, make days of old frames, and convert what older releases recorded.
    """
    return [scheduler.Job(task, every) for task in TASKS]


def _forget_unused() -> None:
    """Delete snapshots that no one used for a day.

    The lists that a collector refreshes are in use, even if they look old after a long pause or a clock set ahead:
    the history continues from them, and a gap begins at their last check.
    """
    before = timezone.now() - UNUSED_SNAPSHOT_AGE
    unused = Q(looked__lt=before) | Q(looked=None)
    feeding = Site.objects.filter(pk=OuterRef("site"), shared__fingerprint=OuterRef("fingerprint"))
    kept = Q(kind__in=intervals.LISTS, pause__lt=UNUSED_SNAPSHOT_AGE.total_seconds()) & Exists(feeding)
    # A first fetch has not finished a try yet. If its process was killed, the row keeps its holder.
    idle = Q(tried__lt=before) | (Q(tried=None) & (Q(holder="") | Q(looked__lt=before)))
    Snapshot.forget(Snapshot.objects.filter(unused & idle, ~kept))


def _expire(expire: Callable[[timedelta], object]) -> None:
    if settings.RECORD_DAYS:
        expire(timedelta(days=settings.RECORD_DAYS))


RECORDS = (audit, link_events, screens, history, contacts, watches, frames, bulk)
TASKS: tuple[Callable[[], object], ...] = (
    _forget_unused,
    links.note_ends,
    pairing.delete_expired,
    screens.delete_old,
    sessions.clear_expired,
    *(partial(_expire, record.expire) for record in RECORDS),
    messages.delete_old,
    frame_days.pack_old,
    old_waits.convert_all,
)
