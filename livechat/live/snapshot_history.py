"""What a new version of a list tells the history of its site: computed beforehand, written with the version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livechat.comm100 import records
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Snapshot
from livechat.record import directory_rows, history


@dataclass(frozen=True, slots=True)
class Learned:
    """Spans or waits that end and begin, agents or departments that are new, and since when no one watched, if so."""

    snapshot: Snapshot
    now: datetime
    unwatched_since: datetime | None
    diff: history.Diff
    entries: directory_rows.Entries

    def holds(self) -> bool:
        """Whether it still continues the history as it stands."""
        return self.diff.holds()

    def write(self) -> None:
        """Write it, within the transaction that stores the version."""
        if self.unwatched_since is not None:
            history.note_gap(self.snapshot.site_id, self.snapshot.kind, self.unwatched_since, self.now)
        self.diff.write()
        directory_rows.store(self.entries)


def learn(row: Snapshot, listing: records.Listing[Any], now: datetime, *, watched: bool) -> Learned:
    """What a list tells, if `row` is its snapshot before. `watched`: whether someone watched since then."""
    site_id, last = row.site_id, row.checked
    statuses = {item.id: item.status or "" for item in listing.rows}
    entries: directory_rows.Entries
    if row.kind == "agents":
        diff = history.diff_agents(site_id, statuses, now, last, watched=watched)
        entries = directory_rows.new_agents(site_id, statuses)
    else:
        departments = {item.id: item.department_id for item in listing.rows}
        diff = history.diff_waits(site_id, statuses, departments, now, last, watched=watched)
        entries = directory_rows.new_departments(site_id, departments.values())
    return Learned(row, now, None if watched else last, diff, entries)


def earlier(site_id: int) -> SnapshotData | None:
    """A snapshot from the history: a new credential has none yet, but the history knows when statuses began."""
    spans = history.open_spans(site_id)
    rows = tuple(records.Agent(key, status, None) for key, (status, _, _) in spans.items())
    return (
        SnapshotData("agents", 0, rows, {key: (ms, exact) for key, (_, ms, exact) in spans.items()}) if rows else None
    )
