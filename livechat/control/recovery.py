"""Writes that a stopped process left without an outcome."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from livechat.comm100.errors import Comm100Error, Throttled, Unreachable
from livechat.control.guarded import Result, Write
from livechat.control.statuses import StatusWrite
from livechat.control.variables import VariablesWrite
from livechat.lib import clock, ttl_cache, vault
from livechat.live import budget, lease, token_renewal
from livechat.models import Change, Connection, Site, Snapshot
from livechat.models.notes import Code, Note, note, said
from livechat.record import audit

EVERY_SECONDS = 20.0  # between two looks of a process
LEASE_KIND = "left"  # of the snapshot row whose lease lets one process settle what was left at a site
ABANDONED_AFTER = timedelta(seconds=60)  # by then the sender has noted an outcome, or was stopped
ANSWER_WITHIN = timedelta(minutes=15)  # after the decision; until then a silent Comm100 leaves a change open
MAX_CHANGES = 50  # of a site, looked at in one go
FULL_LOOK_SECONDS = 3600.0  # between two looks through the whole record, which grows for years
RECENT_AGE = timedelta(hours=2)  # younger changes are looked at each time


@dataclass
class _Memory:
    full_look_at: float = float("-inf")  # when this process last had looked through the whole record


_memory = _Memory()


def settle_left() -> int:
    """Look at each such change's target once and append the outcome; never send again. Returns how many were settled.

    One process at a time does this for a site, by a lease: a look is a call of the writes' share. The changes of a
    bulk change that has not ended are left to it.
    """
    began = clock.steady()
    full = began - _memory.full_look_at >= FULL_LOOK_SECONDS
    settled, complete = 0, True
    with suppress(budget.BudgetExhausted):  # the rest has time until a call may leave
        for site in Site.objects.filter(pk__in=_left(full=full).values("site")).select_related("shared"):
            done, whole = _settle_site(site, full=full)
            settled, complete = settled + done, complete and whole
        if full and complete:
            _memory.full_look_at = began
    return settled


def _left(*, full: bool) -> QuerySet[Change]:
    """The changes that stopped processes left, of the whole record or those of late."""
    now = timezone.now()
    left = audit.unsettled().filter(created__lt=now - ABANDONED_AFTER)
    left = left.exclude(bulk_item__run__ended=None, bulk_item__isnull=False)
    return left if full else left.filter(created__gt=now - RECENT_AGE)


def _settle_site(site: Site, *, full: bool) -> tuple[int, bool]:
    """Settle what was left at a site, unless another process does. Returns how many, and whether all was looked at."""
    row = Snapshot.get_or_create(site.pk, "", LEASE_KIND)
    token = lease.acquire(row, takeover=lease.LONG_TAKEOVER_SECONDS)
    if token is None:
        return 0, False
    settled = 0
    try:
        # Read only now: what another process has just settled is not looked at again.
        changes = list(_left(full=full).filter(site=site).order_by("created")[:MAX_CHANGES])
        for change in changes:
            if not lease.move(row.pk, token):
                return settled, False
            change.site = site
            settled += _settle(change)
    finally:
        lease.release(row.pk, token)
    return settled, len(changes) < MAX_CHANGES


@ttl_cache.forgets
def forget() -> None:
    """Look through the whole record the next time."""
    _memory.full_look_at = float("-inf")


def _settle(change: Change) -> bool:
    connection = Connection.objects.filter(site=change.site, user=change.actor).select_related("site").first()
    connection = connection or change.site.shared
    if connection is None:
        return _unknown(change, note(Code.STOPPED_UNCONNECTED))
    write = _write(change)
    try:
        client = token_renewal.client(connection)
        budget.take(write=True)
        with budget.respecting_limits():
            state = write.read(client)
    except vault.CannotOpen:
        return _unknown(change, note(Code.STOPPED_SEALED))
    except Comm100Error as error:
        if isinstance(error, Unreachable | Throttled) and timezone.now() - change.created < ANSWER_WITHIN:
            return False
        return _unknown(change, note(Code.STOPPED_ERROR, error=said(error)))
    if not write.shows(state, change.asked):
        return _unknown(change, note(Code.STOPPED_NOT_SHOWN), state)
    return audit.outcome(change, Result.CONFIRMED, after=state) is not None


def _unknown(change: Change, why: Note, state: object = None) -> bool:
    return audit.outcome(change, Result.UNKNOWN, after=state, why=why) is not None


def _write(change: Change) -> Write:
    """The write behind a change, for reading only."""
    target, name = str(change.target), change.target_name
    if change.kind == Change.Kind.STATUS:
        return StatusWrite(target, name, change.asked["status"], change.before["status"])
    return VariablesWrite(target, name, change.asked["variables"], change.before["variables"])
