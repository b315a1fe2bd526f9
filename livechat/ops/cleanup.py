"""Deletes what is not kept for ever, and notes what ended while no one looked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from livechat.alerts import retention
from livechat.control import bulk, planning
from livechat.lib import scheduler
from livechat.lib.epoch import milliseconds
from livechat.live import intervals
from livechat.models import Site, Snapshot
from livechat.ops import rollups
from livechat.record import audit, contacts, frame_days, frames, history, link_events
from livechat.sites import read_tokens, sessions
from livechat.walls import links, messages, pairing, screens

UNUSED_SNAPSHOT_AGE = timedelta(days=1)


def jobs(every: float) -> list[scheduler.Job]:
    """The tasks of the cleanup, each as a job of its own that runs every so many seconds.

    They delete snapshots that no one used for a day, expired sessions, screens that were never paired or are gone,
    and what is older than RECORD_DAYS of the record, the bulk changes and the plans, and than HISTORY_DAYS of the
    history. They note which links of walls have ended, revoke read tokens whose maker is no longer an Administrator,
    and make days of old frames.
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


def _expire_history() -> None:
    """Delete what is older of statuses, chats and contacts, once their sums are made. When it was watched stays."""
    if not settings.HISTORY_DAYS:
        return
    before = timezone.now() - timedelta(days=settings.HISTORY_DAYS)
    for site in Site.objects.all():
        # First the mark: what is half deleted must not be told.
        if _mark_deleted(site, before):
            for record in HISTORY:
                record.expire(site, milliseconds(before))


@transaction.atomic
def _mark_deleted(site: Site, before: datetime) -> bool:
    """Note that a site's details of before are deleted, if their sums are made. Returns whether they are.

    A change of the site's zone takes the sums away: it has this lock too.
    """
    locked, moment = Site.objects.select_for_update(no_key=True).filter(pk=site.pk).first(), milliseconds(before)
    if locked is None or not rollups.are_made_until(before, locked):
        return False
    older = Q(details_since=None) | Q(details_since__lt=moment)
    Site.objects.filter(older, pk=site.pk).update(details_since=moment)
    return True


RECORDS = (audit, link_events, screens, bulk, planning, retention)
HISTORY = (history, contacts, frames)
TASKS: tuple[Callable[[], object], ...] = (
    _forget_unused,
    links.note_ends,
    read_tokens.revoke_lapsed,
    pairing.delete_expired,
    screens.delete_old,
    sessions.clear_expired,
    *(partial(_expire, record.expire) for record in RECORDS),
    _expire_history,
    messages.delete_old,
    frame_days.pack_old,
)
