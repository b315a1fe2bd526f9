"""Writes that a stopped process left without an outcome."""

from datetime import timedelta

from django.utils import timezone

from livechat import vault
from livechat.comm100.errors import Comm100Error
from livechat.control.guarded import Result, Write
from livechat.control.statuses import StatusWrite
from livechat.control.variables import VariablesWrite
from livechat.live import budget, renewal
from livechat.models import Change, Connection
from livechat.record import audit

LEFT = timedelta(seconds=60)  # longer than a PUT and its verification take


def settle_left() -> int:
    """Look at each such change's target once and append the outcome; never send again. Returns how many."""
    left = list(audit.unsettled().filter(created__lt=timezone.now() - LEFT).select_related("site__shared")[:50])
    for change in left:
        _settle(change)
    return len(left)


def _settle(change: Change) -> None:
    connection = Connection.objects.filter(site=change.site, user=change.actor).select_related("site").first()
    connection = connection or change.site.shared
    if connection is None:
        audit.outcome(change, Result.UNKNOWN, message="The server stopped, and there is no connection to look with.")
        return
    write = _write(change)
    try:
        budget.take(write=True)
        with renewal.client(connection) as client:
            state = write.read(client)
    except budget.Spent:
        return
    except (Comm100Error, vault.CannotOpen) as error:
        audit.outcome(change, Result.UNKNOWN, message=f"The server stopped before this was verified. {error}")
        return
    shows = write.shows(state, change.asked)
    message = "" if shows else "The server stopped while this was sent, and Comm100 does not show it."
    audit.outcome(change, Result.CONFIRMED if shows else Result.UNKNOWN, after=state, message=message)


def _write(change: Change) -> Write:
    """The write behind a change, for reading only."""
    target, name = str(change.target), change.target_name
    if change.kind == Change.Kind.STATUS:
        return StatusWrite(target, name, change.asked["status"], change.before["status"])
    return VariablesWrite(target, name, change.asked["variables"], change.before["variables"])
