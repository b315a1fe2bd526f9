"""What a new version of a list tells the history of its site: computed beforehand, written with the version."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from livechat.comm100 import records
from livechat.lib.epoch import milliseconds
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Snapshot
from livechat.record import contacts, directory_rows, history
from livechat.record.contacts import Seen
from livechat.record.watches import Look


@dataclass(frozen=True, slots=True)
class Learned:
    """Spans that end and begin, contacts that change, and agents or departments that are new."""

    diff: history.Diff | contacts.Diff
    entries: directory_rows.Entries

    def holds(self) -> bool:
        """Whether it still continues the history as it stands."""
        return isinstance(self.diff, contacts.Diff) or self.diff.holds()

    def write(self) -> None:
        """Write it, within the transaction that stores the version."""
        directory_rows.store(self.entries)
        self.diff.write()


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a list was read, and on what occasion.

    `watched`: whether someone watched since the last look. `since`: if a write of ours has changed it, when that set
    out. `hinted`: a hint caused the look.
    """

    now: datetime
    watched: bool
    since: datetime | None = None
    hinted: bool = False


def learn(
    row: Snapshot,
    before: SnapshotData | None,
    listing: records.Listing[Any],
    occasion: Occasion,
) -> Learned:
    """The changes that a new list shows against `row`, the snapshot before it, with the data `before`.

    If another connection fed the history until now, the time before counts as not watched.
    """
    site_id, moment, watched, since = row.site_id, milliseconds(occasion.now), occasion.watched, occasion.since
    last = None if row.confirmed is None else milliseconds(row.confirmed)
    slack = max(0, moment - last) if watched and last is not None and row.looks else None
    if since is not None and slack is not None:
        slack = min(slack, max(0, moment - milliseconds(since)))
    extra = occasion.hinted or row.confirmed != row.checked
    steady = milliseconds(row.checked) if extra and slack is not None and row.checked is not None else None
    look = Look(moment, last, slack, steady, None if steady is None else round(row.every * 1000))
    if row.kind == "agents":
        statuses = _statuses(listing.rows)
        diff = history.diff_agents(site_id, None if before is None else _statuses(before.rows), statuses, look)
        return Learned(diff, directory_rows.new_agents(site_id, statuses))
    if before is None:
        look = replace(look, slack=None, steady=None, pace=None)
    seen_before = None if before is None else _seen(before.rows)
    entries = directory_rows.new_departments(site_id, (item.department_id for item in listing.rows))
    return Learned(contacts.diff(site_id, seen_before, _seen(listing.rows), look), entries)


def _statuses(rows: tuple[Any, ...]) -> dict[str, str]:
    return {row.id: row.status or "" for row in rows}


def _seen(rows: tuple[Any, ...]) -> dict[str, Seen]:
    return {row.id: Seen(row.status or "", row.department_id) for row in rows}


def earlier(site_id: int) -> SnapshotData | None:
    """A snapshot from the history: a new credential has none yet, but the history knows when statuses began."""
    spans = history.open_spans(site_id)
    rows = tuple(records.Agent(key, status, None) for key, (status, _, _) in spans.items())
    return (
        SnapshotData("agents", 0, rows, {key: (ms, exact) for key, (_, ms, exact) in spans.items()}) if rows else None
    )
