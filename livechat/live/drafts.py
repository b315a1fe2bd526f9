"""New versions of snapshots: computed without the write lock, then written if their basis has not changed.

SQLite has one write lock. Reading, comparing, compressing and sealing a list of 10,000 visitors takes 140 ms: other
processes must not wait for that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from livechat.comm100 import records
from livechat.lib.epoch import milliseconds
from livechat.live import intervals, snapshot_data, snapshot_history
from livechat.live.snapshot_data import SnapshotData
from livechat.live.snapshot_history import Learned, Occasion
from livechat.live.sources import Feed
from livechat.models import Snapshot, SnapshotBody

DRAFT_TRIES = 2  # without the lock; after these a draft is made under the lock, so that somebody comes to an end
Basis = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What follows for a snapshot. `sealed`: the body of a new version; None if the data are the same.

    `data`: what is in it. `basis`: what it was computed from. `sent`: the statuses just sent that it shows,
    {agent id: status}.
    """

    basis: Basis
    now: datetime
    digest: str
    sealed: bytes | None = None
    learned: Learned | None = None
    sent: dict[str, str] | None = None
    data: SnapshotData | None = None

    @property
    def has_new_entries(self) -> bool:
        """Whether agents or departments come with it that the directory does not have."""
        return self.learned is not None and bool(self.learned.entries)

    def fits(self, row: Snapshot) -> bool:
        """Whether a locked row and its history are as they were when it was computed."""
        return self.basis == basis(row) and (self.learned is None or self.learned.holds())

    def write(self, row: Snapshot) -> None:
        """Write the new version, if there is one, and its history. The caller saves the locked row."""
        row.digest = self.digest
        if self.sealed is None:
            return
        if self.learned is not None:
            self.learned.write()
        row.version += 1
        SnapshotBody(snapshot=row, version=row.version, sealed=self.sealed).save()


def basis(row: Snapshot) -> Basis:
    """The parts of a row that a draft depends on. Every write of data or lease changes one."""
    return row.pk, row.lease, row.version, row.digest, row.checked, row.extra


def of_new_version(
    feed: Feed,
    row: Snapshot,
    before: SnapshotData | None,
    listing: records.Listing[Any],
    digest: str,
    occasion: Occasion,
) -> Draft:
    """A draft of the version that follows `before`, the data of the row."""
    now, watched = occasion.now, occasion.watched
    if before is None and feed.shared and row.kind == "agents":
        before = snapshot_history.earlier(feed.site_id)
        watched = False
    marks = snapshot_data.carry(before, listing, milliseconds(now), watched=watched, newcomers=row.kind == "visitors")
    learned = None
    if feed.shared and row.kind in intervals.LISTS:
        learned = snapshot_history.learn(row, before, listing, replace(occasion, watched=watched))
    sealed = snapshot_data.pack(row, listing, marks)
    data = SnapshotData(row.kind, row.version + 1, tuple(listing.rows), marks)
    return Draft(basis(row), now, digest, sealed, learned, data=data)


def settle(
    rows: "QuerySet[Snapshot]",
    make: Callable[[Snapshot], Draft | None],
    write: Callable[[Snapshot, Draft], None],
    holds: Callable[[Draft], bool] = lambda _draft: True,
) -> Draft | None:
    """Make a draft for the row and write it if it still fits; else make another. Returns the one that was written.

    `make` gets the row with its body and returns None if nothing is to be written. `write` gets the locked row.
    `holds`: whether what the draft knows from elsewhere holds; it is asked under the lock.
    """
    for _ in range(DRAFT_TRIES):
        seen = rows.select_related("body").first()
        draft = None if seen is None else make(seen)
        if draft is None:
            return None
        with transaction.atomic():
            row = rows.select_for_update().first()
            if row is not None and draft.fits(row) and holds(draft):
                write(row, draft)
                return draft
    with transaction.atomic():
        row = rows.select_for_update().first()
        draft = None if row is None else make(row)
        if row is None or draft is None:
            return None
        write(row, draft)
        return draft
