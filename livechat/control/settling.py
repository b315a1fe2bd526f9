"""Writes that a stopped process left without an outcome."""

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from livechat import vault
from livechat.comm100.errors import Comm100Error, Throttled, Unreachable
from livechat.control.guarded import Result, Write
from livechat.control.statuses import StatusWrite
from livechat.control.variables import VariablesWrite
from livechat.live import budget, renewal
from livechat.models import Change, Connection
from livechat.record import audit

LEFT = timedelta(seconds=60)  # longer than a PUT and its verification take
PATIENCE = timedelta(minutes=15)  # for how long an answer is waited for, from when the change was decided
AT_ONCE = 50


def settle_left() -> int:
    """Look at each such change's target once and append the outcome; never send again. Returns how many were settled.

    Any number of processes may do this at once: a change is settled once. What belongs to an order that is still
    carried out is left to it.
    """
    left = audit.unsettled().filter(created__lt=timezone.now() - LEFT)
    left = left.exclude(bulk_item__run__ended=None, bulk_item__isnull=False)
    settled = 0
    with suppress(budget.Spent):  # the rest has time until a call may leave
        for change in left.select_related("site__shared").order_by("created")[:AT_ONCE]:
            settled += _settle(change)
    return settled


def _settle(change: Change) -> bool:
    connection = Connection.objects.filter(site=change.site, user=change.actor).select_related("site").first()
    connection = connection or change.site.shared
    if connection is None:
        return _unknown(change, "The server stopped, and there is no connection to look with.")
    write = _write(change)
    try:
        with renewal.client(connection) as client:
            budget.take(write=True)
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
