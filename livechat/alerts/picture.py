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
from livechat.lib.kept_query import KeptQuery
from livechat.lib.ttl_cache import TtlCache
from livechat.live import intervals, snapshot_data
from livechat.live.observers import Looked
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Rule, Snapshot
from livechat.models.snapshots import newer

MAX_LISTS = 200  # that this process remembers
Waits = Mapping[str, tuple[int, ...]]

# By the key and the version of a row: the agents' data, or who waits.
_held: TtlCache[tuple[int, int], Any] = TtlCache(MAX_LISTS)
_others: TtlCache[tuple[int, str, str], KeptQuery] = TtlCache(MAX_LISTS)  # by site, fingerprint and kind


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
        if self.agents is None or not (rule.team or rule.department):
            return self.agents
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
    asked = row.site_id, row.fingerprint, row.kind
    found = {row.kind: _content((row.pk, row.version), row.kind, looked.data)}
    for key, version, other, checked, extra, every in _others.get_or_make(asked, lambda: _other(*asked)).rows():
        seen = newer(checked, extra)
        if seen is not None and not intervals.is_stale((looked.at - seen).total_seconds(), every):
            found[other] = _content((key, version), other, None)
    agents = found.get("agents")
    return Picture(
        looked.at,
        agent_rows.visible(agents, names) if agents is not None else None,
        found.get("visitors"),
    )


def _other(site: int, fingerprint: str, kind: str) -> KeptQuery:
    """Where the other list stands than the one of this kind."""
    other = next(one for one in intervals.LISTS if one != kind)
    rows = Snapshot.objects.filter(site_id=site, fingerprint=fingerprint, kind=other)
    return KeptQuery(rows.order_by().values_list("pk", "version", "kind", "checked", "extra", "every"))


def _content(key: tuple[int, int], kind: str, data: SnapshotData | None) -> Any:
    """The agents' data or the waits of a row at a version; None if it has none that can be read."""
    found = _held.get(key)
    if found is None:
        if data is None:
            stored = Snapshot.objects.select_related("body").filter(pk=key[0], version=key[1]).first()
            data = None if stored is None else snapshot_data.unpack(stored)
        found = data if data is None or kind == "agents" else _waits(data)
        if found is not None:
            _held.put(key, found)
    return found


def _waits(data: SnapshotData) -> Waits:
    found: dict[str, list[int]] = defaultdict(list)
    for visitor in data.rows:
        if visitor.status == status_styles.WAITING_STATUS and visitor.id in data.since:
            found[visitor.department_id or ""].append(data.since[visitor.id][0])
    return {key: tuple(sorted(moments)) for key, moments in found.items()}
