"""What a new version of a list tells the history of its site: computed beforehand, written with the version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livechat.comm100 import records
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Snapshot
from livechat.record import contacts, directory_rows, history
from livechat.record.contacts import Look, Seen
from livechat.record.watches import milliseconds


@dataclass(frozen=True, slots=True)
class Learned:
    """Spans that end and begin, contacts, agents or departments that are new, and since when no one watched, if so."""

    snapshot: Snapshot
    now: datetime
    unwatched_since: datetime | None
    diff: history.Diff | None
    entries: directory_rows.Entries
    found: contacts.Diff | None = None

    def holds(self) -> bool:
        """Whether it still continues the history as it stands."""
        return self.diff is None or self.diff.holds()

    def write(self) -> None:
        """Write it, within the transaction that stores the version."""
        if self.unwatched_since is not None:
            history.note_gap(self.snapshot.site_id, self.snapshot.kind, self.unwatched_since, self.now)
        if self.diff is not None:
            self.diff.write()
        if self.found is not None:
            self.found.write()
        directory_rows.store(self.entries)


def learn(
    row: Snapshot, before: SnapshotData | None, listing: records.Listing[Any], now: datetime, *, watched: bool
) -> Learned:
    """What a list tells, if `row` is its snapshot before, with the data `before`.

    `watched`: whether someone watched since then.
    """
    site_id, last = row.site_id, row.checked
    statuses = {item.id: item.status or "" for item in listing.rows}
    diff: history.Diff | None = None
    entries: directory_rows.Entries
    if row.kind == "agents":
        diff = history.diff_agents(site_id, statuses, now, last, watched=watched)
        entries = directory_rows.new_agents(site_id, statuses)
    else:
        entries = directory_rows.new_departments(site_id, (item.department_id for item in listing.rows))
    return Learned(row, now, None if watched else last, diff, entries, _contacts(row, before, listing, now, watched))


def _contacts(
    row: Snapshot, before: SnapshotData | None, listing: records.Listing[Any], now: datetime, watched: bool
) -> contacts.Diff | None:
    if row.kind != "visitors":
        return None
    moment, last = milliseconds(now), None if row.checked is None else milliseconds(row.checked)
    slack = moment - last if watched and before is not None and last is not None else None
    seen_before = None if before is None else _seen(before.rows)
    return contacts.diff(row.site_id, seen_before, _seen(listing.rows), Look(moment, last, slack))


def _seen(rows: tuple[Any, ...]) -> dict[str, Seen]:
    return {row.id: Seen(row.status or "", row.department_id) for row in rows}


def earlier(site_id: int) -> SnapshotData | None:
    """A snapshot from the history: a new credential has none yet, but the history knows when statuses began."""
    spans = history.open_spans(site_id)
    rows = tuple(records.Agent(key, status, None) for key, (status, _, _) in spans.items())
    return (
        SnapshotData("agents", 0, rows, {key: (ms, exact) for key, (_, ms, exact) in spans.items()}) if rows else None
    )
