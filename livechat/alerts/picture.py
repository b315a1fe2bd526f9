"""What rules look at: a site's agents and waiting visitors at one moment, of the newest snapshots."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livechat.boards import agents as agent_rows
from livechat.boards import status_styles
from livechat.boards.agents import AgentRow
from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key
from livechat.lib.ttl_cache import TtlCache
from livechat.live import intervals, snapshot_data
from livechat.live.observers import Looked
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Rule, Snapshot

MAX_LISTS = 200  # that this process remembers
Waits = Mapping[str, tuple[int, ...]]

# By the key and the version of a row: the agents' data, or who waits.
_held: TtlCache[tuple[int, int], Any] = TtlCache(MAX_LISTS)


@dataclass(frozen=True, slots=True)
class Picture:
    """The agents of boards, and since when visitors wait by department ("": in none), epoch ms, longest first.

    None: not observed, because nobody has looked for too long.
    """

    now: datetime
    agents: list[AgentRow] | None
    waits: Waits | None

    @property
    def now_ms(self) -> int:
        """The moment in epoch ms."""
        return round(self.now.timestamp() * 1000)

    def agents_of(self, rule: Rule) -> list[AgentRow] | None:
        """The agents that a rule is about: of its team, and of its department; all if it names neither."""
        if self.agents is None:
            return None
        team, department = name_key(rule.team), str(rule.department or "")
        return [
            row
            for row in self.agents
            if (not team or name_key(row.team) == team) and (not department or department in row.departments)
        ]

    def waits_of(self, rule: Rule) -> tuple[int, ...] | None:
        """Since when the visitors wait that a rule is about."""
        if self.waits is None:
            return None
        if rule.department:
            return self.waits.get(str(rule.department), ())
        return tuple(sorted(moment for moments in self.waits.values() for moment in moments))


def of(looked: Looked, names: Names) -> Picture:
    """The picture at a look: the list that was looked at, and the other one if it is not too old."""
    row = looked.row
    other = (
        Snapshot.objects.filter(site_id=row.site_id, fingerprint=row.fingerprint, kind__in=intervals.LISTS)
        .exclude(kind=row.kind)
        .only("pk", "site_id", "fingerprint", "kind", "version", "checked", "extra", "every")
        .first()
    )
    found = {row.kind: _content(row, looked.data)}
    if other is not None and other.confirmed is not None:
        age = (looked.at - other.confirmed).total_seconds()
        if not intervals.is_stale(age, other.every):
            found[other.kind] = _content(other, None)
    agents = found.get("agents")
    return Picture(
        looked.at,
        agent_rows.visible(agents, names) if agents is not None else None,
        found.get("visitors"),
    )


def _content(row: Snapshot, data: SnapshotData | None) -> Any:
    """The agents' data or the waits of a row; None if it has none that can be read."""
    key = row.pk, row.version
    found = _held.get(key)
    if found is None:
        if data is None:
            stored = Snapshot.objects.select_related("body").filter(pk=row.pk, version=row.version).first()
            data = None if stored is None else snapshot_data.unpack(stored)
        found = data if data is None or row.kind == "agents" else _waits(data)
        if found is not None:
            _held.put(key, found)
    return found


def _waits(data: SnapshotData) -> Waits:
    found: dict[str, list[int]] = defaultdict(list)
    for visitor in data.rows:
        if visitor.status == status_styles.WAITING_STATUS and visitor.id in data.since:
            found[visitor.department_id or ""].append(data.since[visitor.id][0])
    return {key: tuple(sorted(moments)) for key, moments in found.items()}
