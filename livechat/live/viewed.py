"""Notes in the snapshots' rows that someone views them. Other threads write these notes, so that no request waits."""

import threading

from django.utils import timezone

from livechat.lib import background, outages, ttl_cache
from livechat.models import Snapshot

Key = tuple[int, str, str]  # of a row: site, fingerprint, kind

_unwritten: dict[Key, None] = {}
_lock = threading.Lock()


def note(site_id: int, fingerprint: str, kind: str) -> None:
    """Let it be noted that someone views a snapshot. A note that cannot be written is left out: more follow."""
    with _lock:
        _unwritten[site_id, fingerprint, kind] = None
    background.start("viewed", _write)


def note_unreadable(row: Snapshot) -> None:
    """Let the next refresh replace a body that cannot be read, even by the same data."""

    def write() -> None:
        with outages.told("to mark an unreadable snapshot"):
            Snapshot.objects.filter(pk=row.pk, version=row.version).update(digest="")

    background.start(("unreadable", row.pk), write)


def _write() -> None:
    with outages.told("to note who views"):
        while key := _next():
            row = Snapshot.get_or_create(*key)
            Snapshot.objects.filter(pk=row.pk).update(looked=timezone.now())


def _next() -> Key | None:
    with _lock:
        return _unwritten.popitem()[0] if _unwritten else None


@ttl_cache.forgets
def forget() -> None:
    """Forget what is not written."""
    with _lock:
        _unwritten.clear()
