"""Records looks at a simulated past by the functions with which a refresh records the present, many in a transaction.

Only the record is written: no snapshot, no body. A look that can change nothing costs next to nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from livechat.chatserver.past import Look
from livechat.comm100 import decode
from livechat.comm100.records import Listing
from livechat.lib.epoch import milliseconds, moment_of
from livechat.live import snapshot_history
from livechat.live.snapshot_data import SnapshotData
from livechat.live.snapshot_history import Occasion
from livechat.models import Snapshot, Watch
from livechat.record import contacts, frame_bodies, frames, history, watches

AGENTS, VISITORS = "agents", "visitors"
_decode: dict[str, Callable[[bytes], Listing[Any]]] = {AGENTS: decode.agents, VISITORS: decode.visitors}


class ListRecorder:
    """What a site's record learns of one list, look by look.

    `row` is the list's snapshot as a refresh would find it, `before` the data of the look before. Neither is stored.
    """

    def __init__(self, site_id: int, kind: str) -> None:
        self.row = Snapshot(site_id=site_id, kind=kind)
        self.before: SnapshotData | None = None
        self._decoded_last: tuple[bytes, Listing[Any]] | None = None

    def look(self, now: datetime, every: float, body: Callable[[], bytes], *, changed: bool) -> None:
        """Record a good look, within a transaction. The next one is due after `every` seconds.

        `changed`: whether the list may have changed since the last look in what the record holds.
        """
        row = self.row
        watched = watches.is_watched(row.checked, now, row.every)
        learns = changed or not watched or self.before is None
        if learns or self._minute_begins(now):
            listing = self._decoded(body())
            if learns:
                snapshot_history.learn(row, self.before, listing, Occasion(now, watched)).write()
            self.before = SnapshotData(row.kind, 0, listing.rows, {})
            frames.note(row, now, listing.rows)
        watches.note(row, now, every, watched=watched)
        row.checked, row.every = now, every

    def _decoded(self, body: bytes) -> Listing[Any]:
        """The list of a body, which by night is often that of the look before."""
        if self._decoded_last is None or self._decoded_last[0] != body:
            self._decoded_last = body, _decode[self.row.kind](body)
        return self._decoded_last[1]

    def _minute_begins(self, now: datetime) -> bool:
        last = self.row.checked
        return last is None or frame_bodies.minute_of(milliseconds(last)) != frame_bodies.minute_of(milliseconds(now))

    def close(self) -> None:
        """End what lasts at the last look, as if nobody had watched from then on. Does nothing if there was no look."""
        row = self.row
        if row.checked is None:
            return
        last = milliseconds(row.checked)
        look = watches.Look(last, last, None)
        if row.kind == AGENTS:
            history.diff_agents(row.site_id, None, {}, look).write()
        else:
            contacts.diff(row.site_id, None, {}, look).write()
        Watch.close(row.site_id, row.kind, last, row.looks)


class Recorder:
    """What a site's record learns of both lists."""

    def __init__(self, site_id: int) -> None:
        self.lists = {kind: ListRecorder(site_id, kind) for kind in (AGENTS, VISITORS)}

    def look(self, look: Look, *, now: datetime | None = None) -> None:
        """Record a look at both lists, within a transaction. `now`: what the clock says, if it is wrong."""
        now = now or moment_of(round(look.at * 1000))
        self.lists[AGENTS].look(now, look.every, look.agents, changed=look.agents_changed)
        self.lists[VISITORS].look(now, look.every, look.visitors, changed=look.contacts_changed)

    def close(self) -> None:
        """End what lasts at the last look, unseen."""
        for each in self.lists.values():
            each.close()
