"""What rules look at: a site's agents and waiting visitors at one moment, of the newest snapshots."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from livechat.alerts.groups import Agents, Waits
from livechat.boards import agents as agent_rows
from livechat.boards import status_styles
from livechat.boards.directory_names import Names
from livechat.lib.epoch import milliseconds
from livechat.lib.kept_query import KeptQuery, Row
from livechat.lib.ttl_cache import TtlCache
from livechat.live import intervals, snapshot_data
from livechat.live.observers import Looked
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Snapshot
from livechat.models.snapshots import newer

MAX_LISTS = 200  # that this process remembers
Key = tuple[int, int]  # of a row and of its version

_contents: TtlCache[Key, Any] = TtlCache(MAX_LISTS)  # the agents' data, or who waits
_agents: TtlCache[tuple[Key, int], Agents] = TtlCache(MAX_LISTS)  # by the version of their names too
_others: TtlCache[tuple[int, str, str], KeptQuery[list[Row]]] = TtlCache(MAX_LISTS)  # by site, fingerprint and kind


@dataclass(frozen=True)
class Observation:
    """The agents of boards, and since when visitors wait. None: not observed, nobody has looked for too long."""

    now: datetime
    agents: Agents | None
    waits: Waits | None

    @cached_property
    def now_ms(self) -> int:
        """The moment in epoch ms."""
        return milliseconds(self.now)


def of(looked: Looked, names: Names) -> Observation:
    """The observation at a look: the list that was looked at, and the other one if it is not too old."""
    row = looked.row
    asked = row.site_id, row.fingerprint, row.kind
    found = {row.kind: _content((row.pk, row.version), row.kind, looked.data, names)}
    for key, version, other, checked, extra, every in _others.get_or_make(asked, lambda: _other(*asked)).now():
        seen = newer(checked, extra)
        if seen is not None and not intervals.is_stale((looked.at - seen).total_seconds(), every):
            found[other] = _content((key, version), other, None, names)
    return Observation(looked.at, found.get("agents"), found.get("visitors"))


def _other(site: int, fingerprint: str, kind: str) -> KeptQuery[list[Row]]:
    """The query for the snapshot of the other list: visitors if `kind` is agents, agents if it is visitors."""
    other = next(one for one in intervals.LISTS if one != kind)
    rows = Snapshot.objects.filter(site_id=site, fingerprint=fingerprint, kind=other)
    return KeptQuery(rows.order_by().values_list("pk", "version", "kind", "checked", "extra", "every"), list)


def _content(key: Key, kind: str, data: SnapshotData | None, names: Names) -> Any:
    """The agents or the waits of a row at a version; None if it has none that can be read."""
    if kind != "agents":
        return _read(key, kind, data)
    found = _agents.get((key, names.version))
    if found is None:
        read = _read(key, kind, data)
        if read is None:
            return None
        found = Agents(agent_rows.visible(read, names))
        _agents.put((key, names.version), found)
    return found


def _read(key: Key, kind: str, data: SnapshotData | None) -> Any:
    """The agents' data or the waits of a row at a version."""
    found = _contents.get(key)
    if found is None:
        if data is None:
            stored = Snapshot.objects.select_related("body").filter(pk=key[0], version=key[1]).first()
            data = None if stored is None else snapshot_data.unpack(stored)
        found = data if data is None or kind == "agents" else _waits(data)
        if found is not None:
            _contents.put(key, found)
    return found


def _waits(data: SnapshotData) -> Waits:
    found: dict[str, list[int]] = defaultdict(list)
    for visitor in data.rows:
        if visitor.status == status_styles.WAITING_STATUS and visitor.id in data.since:
            found[visitor.department_id or ""].append(data.since[visitor.id][0])
    return Waits(found)
