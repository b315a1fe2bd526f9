"""The newest snapshots in the memory of this process, as viewers see them.

A process reads a row again after 0.5 s, after 0.2 s while a check is due or hints come, and at once if it has stored
it itself. It decodes the row if its version moved. If a refresh is due, it starts on a thread of its own. Only the
first view of a source, which has nothing to show that is not stale, waits: 2 s at most. Until the source answers, every
other view says at once that the data is on its way, or why there is none.
"""

from collections.abc import Collection

from django.db import Error

from livechat.lib import background, clock, outages
from livechat.lib.ttl_cache import TtlCache
from livechat.live import hints, intervals, refresh, sources
from livechat.live.snapshot_entry import LOOK_SECONDS, MAX_ENTRIES, Entry, waits
from livechat.live.snapshot_view import NOTHING, SnapshotView
from livechat.live.sources import Feed
from livechat.models import Site

COLD_WAIT_SECONDS = 2.0
STEADY_SOON_SECONDS = 0.5  # before a look at the steady pace no hint causes another, which could delay it

Key = tuple[int, str, bool, str]
_entries: TtlCache[Key, Entry] = TtlCache(MAX_ENTRIES)


def get(feed: Feed | None, kind: str, *, wait: float = COLD_WAIT_SECONDS, person: int | None = None) -> SnapshotView:
    """The snapshot of a kind for a viewer; a single record is read at the expense of `person`, the key of a user.

    `wait`: the seconds that a first view, with nothing to show, may take. While the database fails, the last view is
    shown again; if there is none, raises django.db.Error.
    """
    if feed is None:
        return NOTHING
    entry = _entry(feed, kind)
    cached = entry.cached
    if cached:
        return cached
    try:
        entry.look()
        entry.mark()
        if _start(entry, person) and wait and entry.wanting:
            _wait(entry, wait, person)
    except Error as error:
        if entry.shown is None:
            raise
        outages.note(error, "to read a snapshot")
        return entry.shown  # complete, and its age runs on
    return entry.snapshot()


def _wait(entry: Entry, seconds: float, person: int | None) -> None:
    """Wait for figures to show. Until a source answers, its views together wait no longer than the first one."""
    source = (entry.feed.site_id, entry.feed.fingerprint)
    until = clock.steady() + seconds
    while True:
        entry.stale = True
        entry.look()  # first of all: a quick refresh has ended by now
        if not entry.wanting or clock.steady() >= min(until, waits.get_or_make(source, lambda: until)):
            return
        _start(entry, person)
        background.wait((*source, entry.kind), 0.1)


def peek(feed: Feed, kind: str, *, read: bool = True) -> SnapshotView:
    """The snapshot as it is: nobody looks, so no refresh starts and none comes sooner.

    `read`: whether the row may be read, which may raise django.db.Error; if not, it is what this process remembers.
    """
    entry = _entry(feed, kind)
    if read:
        entry.look()
    return entry.snapshot()


def tick(feed: Feed, kind: str) -> None:
    """Start a refresh if one is due, without a viewer: for the collector."""
    entry = _entry(feed, kind)
    entry.look(decode=False)
    _start(entry)


def _look_at_hinted(hook_ids: Collection[int]) -> None:
    """Look at once at the lists of which hints have come to this process: nobody's next poll is waited for."""
    for site in Site.objects.filter(hook__in=hook_ids).exclude(shared=None).select_related("shared"):
        if site.shared is not None:
            for kind in intervals.LISTS:
                tick(sources.of(site, site.shared), kind)


hints.on_written(_look_at_hinted)


def _start(entry: Entry, person: int | None = None) -> bool:
    """Refresh on another thread if it is due. Returns whether it is due."""
    feed, kind = entry.feed, entry.kind
    if not entry.due():
        _start_extra(entry)
        return False
    seen = entry.begin()
    if clock.steady() - entry.started_at < LOOK_SECONDS:
        return True  # another process has the lease, most likely: the next read finds its result
    entry.started_at = clock.steady()

    def work() -> None:
        refresh.refresh(feed, kind, seen=seen, person=person)
        entry.stale = True

    background.start((feed.site_id, feed.fingerprint, kind), work)
    return True


def _start_extra(entry: Entry) -> None:
    """Look at a list once more on another thread, if a hint came: not just before a look at the steady pace."""
    feed, kind = entry.feed, entry.kind
    hinted = feed.shared and kind in intervals.LISTS and hints.due(feed.site_id, kind, entry.version, entry.checked_at)
    if not hinted or entry.left() < STEADY_SOON_SECONDS or clock.steady() - entry.extra_at < LOOK_SECONDS:
        return
    entry.extra_at = clock.steady()
    seen = entry.meta.get("confirmed")

    def work() -> None:
        hints.look(feed, kind, seen=seen)
        entry.stale = True

    background.start((feed.site_id, feed.fingerprint, kind), work)


def mark_stale(site_id: int) -> None:
    """Let the next views of a site read its rows at once, because this process has just written them."""
    for key in _entries:
        entry = _entries.get(key) if key[0] == site_id else None
        if entry is not None:
            with entry.lock:
                entry.stale = True


def forget() -> None:
    """Forget all snapshots; the next view reads its row again."""
    _entries.forget()
    waits.forget()
    intervals.forget()


def _entry(feed: Feed, kind: str) -> Entry:
    entry = _entries.get_or_make((feed.site_id, feed.fingerprint, feed.shared, kind), lambda: Entry(feed, kind))
    entry.feed = feed  # an equal feed, but the old one's connection may be deleted
    return entry
