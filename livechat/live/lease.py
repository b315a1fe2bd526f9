"""The lease that lets one process at a time refresh a snapshot, carry out a bulk change, or settle what was left.

Clocks of machines are never compared. `lease` is a counter in the row. A process that finds the lease taken watches by
its own steady clock whether the row moves. A holder that was killed does not move it, so its lease is taken over.
The counter is the fencing token too: a late holder's token no longer matches, and its result is not stored.
"""

import secrets

from django.db.models import F

from livechat.lib import clock
from livechat.lib.ttl_cache import TtlCache
from livechat.models import BulkRun, Snapshot

# Longer than any deadline of a call (COMM100_DEADLINE, at most 8 s), and within the 12 s that a takeover may take.
# A refresh that renews its token makes more calls. Another process may then refresh too, and one result counts.
TAKEOVER_SECONDS = 9.0
# For work with longer steps. One step waits for another process to renew a token (10 s) and may then renew it itself
# (8 s). Another sends a PUT that finds no connection, and sends it once more (twice 8 s).
LONG_TAKEOVER_SECONDS = 30.0

Leased = Snapshot | BulkRun

WATCH_SECONDS = 3600.0  # for which a row is watched after the last request for its lease
MAX_WATCHED_ROWS = 10_000

# By row: the holder that was found, and since when.
_seen: TtlCache[tuple[str, int], tuple[str, float]] = TtlCache(MAX_WATCHED_ROWS, WATCH_SECONDS)


def acquire(row: Leased, *, takeover: float | None = None) -> int | None:
    """Take the lease of a row that was just read. Returns the fencing token, or None if another process has the lease.

    A row with a lease has `lease`, `holder` and `checks`. Its holder moves `checks` with every step that it finishes.
    `takeover`: the seconds for which a lease stands still until it is taken over, more than the longest step takes.
    """
    if row.holder and not _abandoned(row, TAKEOVER_SECONDS if takeover is None else takeover):
        return None
    token = row.lease + 1
    taken = (
        type(row)
        ._default_manager.filter(pk=row.pk, lease=row.lease, checks=row.checks, holder=row.holder)
        .update(lease=token, holder=secrets.token_hex(8))
    )
    return token if taken else None


def move(pk: int, token: int) -> bool:
    """Show that the holder of a snapshot row's lease is alive. Returns False if another process has the lease."""
    return Snapshot.objects.filter(pk=pk, lease=token).update(checks=F("checks") + 1) > 0


def release(pk: int, token: int) -> None:
    """Give a lease back without storing anything."""
    Snapshot.objects.filter(pk=pk, lease=token).update(holder="")


def _abandoned(row: Leased, takeover: float) -> bool:
    """Whether this process has seen the same lease stand still for so many seconds."""
    now = clock.steady()
    holding = f"{row.lease} {row.holder} {row.checks}"
    key = (row._meta.label, row.pk)
    known, since = _seen.get(key) or ("", now)
    since = since if known == holding else now
    _seen.put(key, (holding, since))
    return now - since >= takeover
