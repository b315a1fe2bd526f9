"""The lease that lets one process at a time refresh a snapshot.

No machine's clock matters: `lease` is a counter in the row, and whoever finds it held watches, on his
own steady clock, whether it moves. A holder that was killed does not move it, and is succeeded.
The counter is the fencing token too: a late holder no longer matches and cannot store.
"""

import secrets

from livechat.lib import clock
from livechat.lib.ttl_cache import TtlCache
from livechat.models import BulkRun, Snapshot

# Seconds; longer than any deadline that a call may have (COMM100_DEADLINE, 8 s), inside the 12 s that a takeover may
# take. A refresh whose token is renewed too makes more calls: another may make one of his own then, and one stores.
TAKEOVER = 9.0

Leased = Snapshot | BulkRun

FORGOTTEN = 3600.0  # seconds after which a row that nobody has asked for is not watched any more
MAX_WATCHED = 10_000  # rows

# By row: who was found holding it, and when first.
_seen: TtlCache[tuple[str, int], tuple[str, float]] = TtlCache(MAX_WATCHED, FORGOTTEN)


def acquire(row: Leased) -> int | None:
    """Take the lease of a row as it was just read; the fencing token, or none where someone else has it.

    A row with a lease has `lease`, `holder` and `checks`, which its holder moves with every step he finishes.
    """
    if row.holder and not _abandoned(row):
        return None
    token = row.lease + 1
    taken = (
        type(row)
        ._default_manager.filter(pk=row.pk, lease=row.lease, checks=row.checks, holder=row.holder)
        .update(lease=token, holder=secrets.token_hex(8))
    )
    return token if taken else None


def release(pk: int, token: int) -> None:
    """Give a lease back without storing anything."""
    Snapshot.objects.filter(pk=pk, lease=token).update(holder="")


def _abandoned(row: Leased) -> bool:
    """Whether this process has watched the same lease stand still for longer than any call can take."""
    now = clock.steady()
    holding = f"{row.lease} {row.holder} {row.checks}"
    key = (row._meta.label, row.pk)
    known, since = _seen.get(key) or ("", now)
    since = since if known == holding else now
    _seen.put(key, (holding, since))
    return now - since >= TAKEOVER
