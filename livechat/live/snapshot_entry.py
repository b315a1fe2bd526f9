"""One snapshot in the memory of this process: what was read of its row, and the view of it that is shown."""

import threading
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from livechat.comm100.errors import Unreachable
from livechat.lib import clock
from livechat.lib.ttl_cache import KeptFailure, TtlCache
from livechat.live import hints, intervals, snapshot_data, viewed
from livechat.live.snapshot_data import SnapshotData
from livechat.live.snapshot_view import SnapshotView
from livechat.live.sources import Feed
from livechat.models import Snapshot
from livechat.models.snapshots import newer

LOOK_SECONDS = 0.5  # between two reads of a row, and between two tries to refresh it
SOON_LOOK_SECONDS = 0.2  # between two reads while a check is due or hints come: another process stores at any moment
VIEW_SECONDS = 0.1  # for which one view serves every viewer of this process
MARK_SECONDS = 15.0  # between two notes in the row that someone views it
MAX_ENTRIES = 500  # in one process: each visitor's page has a kind of its own, and they come and go
META_FIELDS = (
    "pk", "version", "checks", "checked", "extra", "tried", "looked",
    "error", "error_text", "every", "sharing", "pause", "dropped", "repeated",
)  # fmt: skip

# By source: until when views may wait for it. It is dropped when the source answers.
waits: TtlCache[tuple[int, str], float] = TtlCache(MAX_ENTRIES)


class Entry:
    """One feed and kind in this process's memory."""

    def __init__(self, feed: Feed, kind: str) -> None:
        self.feed, self.kind = feed, kind
        self.lock = threading.Lock()
        self.looked_at = float("-inf")
        self.stale, self.marked_at = False, float("-inf")
        self.marked: datetime | None = None  # the same by the system's clock
        self.meta: dict[str, Any] = {}
        self.data: SnapshotData | None = None
        self.decoded = (0, 0)  # the version of `data`
        self.failure = KeptFailure()
        self.unreadable = False  # whether there is data that this process cannot read
        self.shown: SnapshotView | None = None
        self.shown_at = self.started_at = self.extra_at = float("-inf")
        self.tried_at = float("-inf")  # steady moment of the last finished refresh
        self.due_at: float | None = None  # steady moment of the next one, as `left` found it last
        self.begun_at, self.begun_for = float("-inf"), -1  # when this process first asked for it, after how many checks
        self.checked_at: float | None = None  # steady moment of the last good one

    def look(self, *, decode: bool = True) -> None:
        """Read the row if the last read is old. If its version moved, decode its body, unless no one is shown it."""
        with self.lock, self.failure:
            if self.stale or self._is_old():
                self.stale = False
                self._learn(self._rows().values(*META_FIELDS).first() or {})
            if decode and self.decoded != _version(self.meta):
                self._decode()

    def _is_old(self) -> bool:
        """Whether it is time to read the row again."""
        now = clock.steady()
        soon = hints.come(self.feed.site_id) or (self.due_at is not None and now >= self.due_at)
        return now - self.looked_at >= (SOON_LOOK_SECONDS if soon else LOOK_SECONDS)

    def _decode(self) -> None:
        # None: deleted, because no one used it or its credential was removed
        row = self._rows().select_related("body").first()
        # A newer version may have been stored since the row was read: the body is shown with what belongs to it.
        self._learn({} if row is None else {name: getattr(row, name) for name in META_FIELDS})
        self.data = None if row is None else snapshot_data.unpack(row)
        self.decoded = _version(self.meta)
        self.unreadable = row is not None and row.version > 0 and self.data is None
        if row is not None and self.unreadable:
            viewed.note_unreadable(row)

    def _rows(self) -> "QuerySet[Snapshot]":
        return Snapshot.objects.filter(site_id=self.feed.site_id, fingerprint=self.feed.fingerprint, kind=self.kind)

    def _learn(self, meta: dict[str, Any]) -> None:
        """Convert the row's times to the steady clock.

        If this process saw `checks` move, the moment lies between its last two reads. The system's clock says where
        between them, and a jump of that clock cannot move it any further.
        """
        now, before = clock.steady(), self.meta
        meta = meta | {"confirmed": newer(meta.get("checked"), meta.get("extra"))}
        longest = now - self.looked_at
        if (meta.get("pk"), meta.get("checks")) != (before.get("pk"), before.get("checks")):
            age = clock.since(meta.get("tried"), longest)
            self.tried_at = float("-inf") if age is None else now - age
            if meta.get("tried") and meta.get("error") != Unreachable.slug:
                waits.drop((self.feed.site_id, self.feed.fingerprint))  # it answered, if only that nobody is there
        if meta.get("confirmed") != before.get("confirmed"):
            age = clock.since(meta["confirmed"], longest)
            self.checked_at = None if age is None else now - age
        self.meta, self.looked_at = meta, now

    def mark(self) -> None:
        """Note that someone views it: the feed keeps its short interval. At once, if the clock was set since."""
        with self.lock:
            if clock.steady() - self.marked_at < MARK_SECONDS and intervals.is_watched(self.marked):
                return
            self.marked_at, self.marked = clock.steady(), timezone.now()
        viewed.note(self.feed.site_id, self.feed.fingerprint, self.kind)

    def due(self) -> bool:
        """Whether a refresh should be tried now."""
        return self.left() <= 0

    def left(self) -> float:
        """The seconds until a refresh should be tried."""
        looked = self.marked if intervals.is_watched(self.marked) else self.meta.get("looked")  # it may be unwritten
        every, _ = intervals.interval(self.kind, looked, (self.feed.site_id, self.feed.fingerprint))
        if every == intervals.IDLE_SECONDS:
            # The last look promised another one sooner: without it the time until now would be a gap in the record.
            every = min(every, self.meta.get("every", every))
        pause: float = self.meta.get("pause", 0.0)
        if self.unreadable and not pause:
            return 0.0
        self.due_at = self.tried_at + max(every, pause)
        return self.due_at - clock.steady()

    def begin(self) -> int:
        """Note that a refresh is asked for. Returns the number of checks before it."""
        checks: int = self.meta.get("checks", 0)
        if self.begun_for != checks:
            self.begun_at, self.begun_for = clock.steady(), checks
        return checks

    @property
    def version(self) -> tuple[int, int]:
        """What moves with the data."""
        return _version(self.meta)

    @property
    def cold(self) -> bool:
        """Whether there is nothing to show yet, not even a reason."""
        return self.data is None and not self.meta.get("error")

    @property
    def wanting(self) -> bool:
        """Whether a view should wait a moment: there is nothing to show that is not stale, and no reason why not."""
        if self.data is None or self.checked_at is None:
            return self.cold
        return not self.meta.get("error") and intervals.is_stale(clock.steady() - self.checked_at, self._every())

    def _every(self) -> float:
        """The stored interval, or the base interval if the stored one is the idle rate: someone is looking now."""
        stored: float = self.meta.get("every", intervals.base(self.kind))
        unwatched = stored == intervals.IDLE_SECONDS and self.meta.get("sharing", 1) == 1
        return intervals.base(self.kind) if unwatched else stored

    @property
    def cached(self) -> SnapshotView | None:
        """The last view, if it is new enough, complete, and not known to be out of date; else None."""
        fresh = clock.steady() - self.shown_at < VIEW_SECONDS and not self.stale and not self.cold
        return self.shown if fresh else None

    def snapshot(self) -> SnapshotView:
        """A view as of now."""
        meta = self.meta
        self.shown_at = clock.steady()
        self.shown = SnapshotView(
            feed=self.feed,
            kind=self.kind,
            data=self.data,
            version=_version(meta),
            checked=meta.get("confirmed") if self.data else None,
            checked_at=self.checked_at if self.data else None,
            every=self._every(),
            sharing=meta.get("sharing", 1),
            error=meta.get("error", ""),
            text=meta.get("error_text", ""),
            loading=self.cold,
            dropped=meta.get("dropped", 0),
            repeated=meta.get("repeated", 0),
            due_at=self.due_at,
            begun_at=self.begun_at,
        )
        return self.shown


def _version(meta: dict[str, Any]) -> tuple[int, int]:
    """What moves with the data. A row that was deleted and made again counts its versions from 1 again."""
    return meta.get("pk", 0), meta.get("version", 0)
