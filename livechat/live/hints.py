"""Hints that a list has changed: noted in the database, and followed by extra looks of whichever process comes first.

A hint is never data. The steady pace goes on without regard to it, so a hint that is lost costs nothing. A process
judges by its own steady clock when an extra look is due, because clocks of machines are never compared.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from livechat.comm100.errors import Comm100Error
from livechat.lib import background, clock, outages, ttl_cache, vault
from livechat.lib.ttl_cache import TtlCache, TtlValue
from livechat.live import budget, intervals, lease, refresh
from livechat.live.sources import Feed
from livechat.models import Connection, Hook, Snapshot
from livechat.record import watches

# After a hint: at once, and again until something has changed, because Comm100's own lists may be 5 s old.
LOOKS_AFTER_SECONDS = (0.0, 1.0, 3.0, 6.0)
READ_SECONDS = 0.5  # for which a process uses one read of the hints
WRITE_SECONDS = 1.0  # between two notes of a process
RECENT_AGE = timedelta(minutes=10)  # hints still come if the newest is no older
MAX_SERIES = 2_000  # two for each site

_listeners: list[Callable[[Collection[int]], None]] = []
_unwritten: dict[int, set[str]] = {}
_lock = threading.Lock()


@dataclass(slots=True)
class _Pauses:
    """By the steady clock: when a note was written last, and until when no extra look may be made."""

    written_at: float = float("-inf")
    spent_until: float = float("-inf")


_pauses = _Pauses()


@dataclass(frozen=True, slots=True)
class _Series:
    """What this process knows of a site's newest hint: its number, since when, and the list's version then."""

    number: int
    since: float
    version: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """One read of the hints: the newest number of each list, and the sites that had one lately."""

    numbers: dict[tuple[int, str], int]
    recent: frozenset[int]


def note(hook_id: int, kinds: Iterable[str]) -> None:
    """Let another thread note that lists may have changed. A note that cannot be written is left out."""
    with _lock:
        _unwritten.setdefault(hook_id, set()).update(kinds)
    background.start("hints", _write)


def on_written(react: Callable[[Collection[int]], None]) -> None:
    """Let a function know of the addresses whose hints this process has just noted, by their keys."""
    _listeners.append(react)


def _write() -> None:
    with outages.told("to note a hint"):
        while True:
            time.sleep(max(0.0, _pauses.written_at + WRITE_SECONDS - clock.steady()))
            with _lock:
                found = dict(_unwritten)
                _unwritten.clear()
            if not found:
                return
            _pauses.written_at = clock.steady()
            for hook_id, kinds in found.items():
                counted = {kind: F(kind) + 1 for kind in sorted(kinds)}
                Hook.objects.filter(pk=hook_id).update(hinted=timezone.now(), **counted)
            _found.forget()
            for react in _listeners:
                react(found)


def come(site_id: int) -> bool:
    """Whether hints of a site come, as far as this process has read for other reasons: it costs no read."""
    found = _found.last
    return found is not None and site_id in found.recent


def due(site_id: int, kind: str, version: tuple[int, int], checked_at: float | None) -> bool:
    """Whether a hint asks for an extra look at a list now.

    `version` is that of its newest data; `checked_at`: when somebody looked at it last, by the steady clock.
    """
    number = _found.now().numbers.get((site_id, kind))
    if number is None:
        return False
    known, now = _series.get((site_id, kind)), clock.steady()
    if known is None or known.number != number:
        # A process that has just started does not know whether its first number is that of a new hint.
        known = _Series(number, float("-inf") if known is None else now, version)
        _series.put((site_id, kind), known)
    if known.version != version or now < _pauses.spent_until:
        return False  # something has changed since, or too many looks were made
    looked = float("-inf") if checked_at is None else checked_at
    moments = (known.since + seconds for seconds in LOOKS_AFTER_SECONDS)
    return any(looked < moment <= now for moment in moments)


def look(feed: Feed, kind: str, *, seen: datetime | None) -> bool:
    """Look at a list once more, at the expense of the hints. Returns whether its data were read.

    `seen`: the last good look that the caller knew of; after another one it is not due. It is made only between steady
    looks that nothing troubles. It moves no pace, no back-off and no figure of the record, and if it fails, nothing is
    stored: the next steady look says why.
    """
    row = Snapshot.get_or_create(feed.site_id, feed.fingerprint, kind)
    untroubled = not row.error and watches.is_watched(row.checked, timezone.now(), row.every)
    token = lease.acquire(row) if untroubled and row.confirmed == seen else None
    if token is None:
        return False
    asked = timezone.now()
    try:
        listing = refresh.call(refresh.connection_of(feed), kind, budget.HINTS, feed.site_id)
        return refresh.store(feed, kind, listing, token, asked, hinted=True)
    except budget.BudgetExhausted as spent:
        _pauses.spent_until = clock.steady() + spent.wait
        return False
    except (Connection.DoesNotExist, vault.CannotOpen, Comm100Error):
        return False
    finally:
        lease.release(row.pk, token)


def _read() -> _Found:
    rows = list(Hook.objects.values_list("site_id", "hinted", *intervals.LISTS))
    now = timezone.now()
    numbers = {
        (site_id, kind): number
        for site_id, _hinted, *counted in rows
        for kind, number in zip(intervals.LISTS, counted, strict=True)
    }
    # Another machine's clock may be ahead of ours.
    return _Found(numbers, frozenset(row[0] for row in rows if row[1] is not None and abs(now - row[1]) <= RECENT_AGE))


_found = TtlValue(READ_SECONDS, _read)
_series: TtlCache[tuple[int, str], _Series] = TtlCache(MAX_SERIES)


@ttl_cache.forgets
def forget() -> None:
    """Forget what is not written."""
    with _lock:
        _unwritten.clear()
    _pauses.written_at = _pauses.spent_until = float("-inf")
