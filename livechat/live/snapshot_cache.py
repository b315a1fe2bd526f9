"""What a viewer sees: the newest snapshot held in this process's memory, with its age.

A request looks at the row at most twice a second per process, decodes when the version moved, and
starts a refresh off its own thread when one is due. Only the first cold view waits, 2 s at most.
"""

import threading
from datetime import datetime
from typing import Any

from django.utils import timezone

from livechat.lib import background, clock
from livechat.lib.ttl_cache import TtlCache
from livechat.live import intervals, refresh, snapshot_data
from livechat.live.snapshot_data import SnapshotData
from livechat.live.snapshot_view import NOTHING, SnapshotView
from livechat.live.sources import Feed
from livechat.models import Snapshot

LOOK_EVERY = 0.5  # seconds between two looks at a row, and between two tries to refresh it
HELD = 0.1  # seconds for which a snapshot serves every viewer of this process
MARK_EVERY = 15.0  # seconds between two notes that somebody looks
COLD_WAIT = 2.0
KEEP = 500  # entries per process: visitors' pages come and go, each a kind of its own
META = (
    "version",
    "checks",
    "checked",
    "tried",
    "error",
    "error_text",
    "every",
    "sharing",
    "pause",
    "odd",
    "dropped",
    "looked",
)


class _Entry:
    """One feed and kind in this process's memory."""

    def __init__(self, feed: Feed, kind: str) -> None:
        self.feed = feed
        self.kind = kind
        self.lock = threading.Lock()
        self.looked_at = float("-inf")
        self.stale = False
        self.marked_at = float("-inf")
        self.meta: dict[str, Any] = {}
        self.data: SnapshotData | None = None
        self.shown: SnapshotView | None = None
        self.shown_at = float("-inf")
        self.started_at = float("-inf")
        self.tried_at = float("-inf")  # steady moment of the last finished refresh
        self.checked_at: float | None = None  # steady moment of the last good one

    def look(self) -> None:
        """Read the row, at most twice a second, and decode its body where the version moved."""
        with self.lock:
            if clock.steady() - self.looked_at < LOOK_EVERY and not self.stale:
                return
            self.stale = False
            rows = Snapshot.objects.filter(site_id=self.feed.site_id, fingerprint=self.feed.fingerprint, kind=self.kind)
            meta = rows.values(*META).first() or {}
            if meta.get("version", 0) != self.meta.get("version", 0):
                row = rows.first()  # none: deleted, because nobody used it or its credential was removed
                self.data = None if row is None else snapshot_data.unpack(row)
            self._learn(meta)

    def _learn(self, meta: dict[str, Any]) -> None:
        """Place the row's times on the steady clock.

        Where this process saw `checks` move, the moment lies between its two looks; the wall clock says
        where, and cannot move it out of there, however it jumps.
        """
        now, before = clock.steady(), self.meta
        longest = now - self.looked_at
        if meta.get("checks") != before.get("checks"):
            age = _age(meta.get("tried"), longest)
            self.tried_at = float("-inf") if age is None else now - age
        if meta.get("checked") != before.get("checked"):
            age = _age(meta.get("checked"), longest)
            self.checked_at = None if age is None else now - age
        self.meta, self.looked_at = meta, now

    def mark(self) -> None:
        """Note that somebody looks, so that the feed keeps its quick pace; at once where the clock was set since."""
        with self.lock:
            if clock.steady() - self.marked_at < MARK_EVERY and intervals.looked_at(self.meta.get("looked")):
                return
            self.marked_at = clock.steady()
        row = Snapshot.get_or_create(self.feed.site_id, self.feed.fingerprint, self.kind)
        Snapshot.objects.filter(pk=row.pk).update(looked=timezone.now())
        self.meta["looked"] = timezone.now()

    def due(self) -> bool:
        """Whether a refresh should be tried now."""
        every, _ = intervals.interval(self.kind, self.meta.get("looked"))
        return clock.steady() - self.tried_at >= max(every, self.meta.get("pause", 0.0))

    @property
    def cold(self) -> bool:
        """Whether there is nothing to show yet, not even a reason."""
        return self.data is None and not self.meta.get("error")

    def _every(self) -> float:
        """The interval as it was stored, but for the slow one of figures nobody looked at: that ends with this look."""
        stored: float = self.meta.get("every", intervals.base(self.kind))
        unwatched = stored == intervals.RECORD and self.meta.get("sharing", 1) == 1
        return intervals.base(self.kind) if unwatched else stored

    @property
    def held(self) -> SnapshotView | None:
        """The figures as of a moment ago, where nobody waits for the first and no newer ones are known of."""
        fresh = clock.steady() - self.shown_at < HELD and not self.stale and not self.cold
        return self.shown if fresh else None

    def snapshot(self) -> SnapshotView:
        """The figures as of now."""
        meta = self.meta
        self.shown_at = clock.steady()
        self.shown = SnapshotView(
            feed=self.feed,
            kind=self.kind,
            data=self.data,
            version=meta.get("version", 0),
            checked=meta.get("checked"),
            checked_at=self.checked_at,
            every=self._every(),
            sharing=meta.get("sharing", 1),
            error=meta.get("error", ""),
            text=meta.get("error_text", ""),
            loading=self.cold,
            odd=meta.get("odd", 0),
            dropped=meta.get("dropped", 0),
        )
        return self.shown


Key = tuple[int, str, bool, str]
_entries: TtlCache[Key, _Entry] = TtlCache(KEEP)


def get(feed: Feed | None, kind: str, *, wait: float = COLD_WAIT) -> SnapshotView:
    """The figures of a kind for a viewer; `wait`: how long a first, cold view may take."""
    if feed is None:
        return NOTHING
    entry = _entry(feed, kind)
    held = entry.held
    if held:
        return held
    entry.look()
    entry.mark()
    if _start(entry):
        until = clock.steady() + wait
        while entry.cold and clock.steady() < until:
            background.wait((feed.site_id, feed.fingerprint, kind), 0.1)
            entry.stale = True
            entry.look()
            _start(entry)
    return entry.snapshot()


def tick(feed: Feed, kind: str) -> None:
    """The collector's look: start a refresh where one is due, without a viewer."""
    entry = _entry(feed, kind)
    entry.look()
    _start(entry)


def _start(entry: _Entry) -> bool:
    """Refresh off this thread where it is due; False where it is not."""
    feed, kind = entry.feed, entry.kind
    if not entry.due():
        return False
    if clock.steady() - entry.started_at < LOOK_EVERY:
        return True  # another process has the lease, most likely: its answer is seen at the next look
    entry.started_at = clock.steady()
    seen = entry.meta.get("checks", 0)

    def work() -> None:
        refresh.refresh(feed, kind, seen=seen)
        entry.stale = True

    background.start((feed.site_id, feed.fingerprint, kind), work)
    return True


def look_again(site_id: int) -> None:
    """Let the next looks at a site's figures read them at once: this process has just written them."""
    for key in _entries:
        entry = _entries.get(key) if key[0] == site_id else None
        if entry is not None:
            with entry.lock:
                entry.stale = True


def forget() -> None:
    """Drop everything held in memory; the next look reads it again."""
    _entries.forget()
    intervals.forget()


def _entry(feed: Feed, kind: str) -> _Entry:
    entry = _entries.get_or_make((feed.site_id, feed.fingerprint, feed.shared, kind), lambda: _Entry(feed, kind))
    entry.feed = feed  # equal, but its connection may be the one that is left
    return entry


def _age(moment: datetime | None, longest: float) -> float | None:
    """How long ago a moment was by the wall clock, held between now and the look before."""
    if moment is None:
        return None
    return min(max((timezone.now() - moment).total_seconds(), 0.0), longest)
