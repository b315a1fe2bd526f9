"""Writes that a stopped process left without an outcome."""

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from livechat.comm100.errors import Comm100Error, Throttled, Unreachable
from livechat.control.guarded import Result, Write
from livechat.control.statuses import StatusWrite
from livechat.control.variables import VariablesWrite
from livechat.lib import clock, ttl_cache, vault
from livechat.live import budget, token_renewal
from livechat.models import Change, Connection
from livechat.record import audit

LEFT = timedelta(seconds=60)  # who sent it has long noted an outcome by then, or was stopped
PATIENCE = timedelta(minutes=15)  # for how long an answer is waited for, from when the change was decided
AT_ONCE = 50
WHOLE_EVERY = 3600.0  # seconds between two looks through the whole record, which grows for years
RECENT = timedelta(hours=2)  # what is younger is looked at each time

_whole_at = float("-inf")  # when this process last had looked through all of it


def settle_left() -> int:
    """Look at each such change's target once and append the outcome; never send again. Returns how many were settled.

    Any number of processes may do this at once: a change is settled once. What belongs to an order that is still
    carried out is left to it.
    """
    global _whole_at
    now, began = timezone.now(), clock.steady()
    whole = began - _whole_at >= WHOLE_EVERY
    left = audit.unsettled().filter(created__lt=now - LEFT)
    left = left.exclude(bulk_item__run__ended=None, bulk_item__isnull=False)
    left = left if whole else left.filter(created__gt=now - RECENT)
    settled = 0
    with suppress(budget.BudgetExhausted):  # the rest has time until a call may leave
        changes = list(left.select_related("site__shared").order_by("created")[:AT_ONCE])
        for change in changes:
            settled += _settle(change)
        if whole and len(changes) < AT_ONCE:
            _whole_at = began
    return settled


@ttl_cache.forgets
def forget() -> None:
    """Look through the whole record the next time."""
    global _whole_at
    _whole_at = float("-inf")


def _settle(change: Change) -> bool:
    connection = Connection.objects.filter(site=change.site, user=change.actor).select_related("site").first()
    connection = connection or change.site.shared
    if connection is None:
        return _unknown(change, "The server stopped, and there is no connection to look with.")
    write = _write(change)
    try:
        client = token_renewal.client(connection)
        budget.take(write=True)
        with budget.respecting_limits():
            state = write.read(client)
    except (Comm100Error, vault.CannotOpen) as error:
        if isinstance(error, Unreachable | Throttled) and timezone.now() - change.created < PATIENCE:
            return False
        return _unknown(change, f"The server stopped before this was verified. {error}")
    if not write.shows(state, change.asked):
        return _unknown(change, "The server stopped while this was sent, and Comm100 does not show it.", state)
    return audit.outcome(change, Result.CONFIRMED, after=state) is not None


def _unknown(change: Change, why: str, state: object = None) -> bool:
    return audit.outcome(change, Result.UNKNOWN, after=state, message=why) is not None


def _write(change: Change) -> Write:
    """The write behind a change, for reading only."""
    target, name = str(change.target), change.target_name
    if change.kind == Change.Kind.STATUS:
        return StatusWrite(target, name, change.asked["status"], change.before["status"])
    return VariablesWrite(target, name, change.asked["variables"], change.before["variables"])
