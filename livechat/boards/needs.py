"""Which agents need a supervisor's look, and why: past a limit, over their places, full, long away. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from livechat.boards.agents import AgentRow
from livechat.live.snapshot_data import SnapshotData

NEEDS = PAST, FULL, LONG = "past", "full", "long"
_RANKS = {(PAST, "red"): 0, (PAST, "amber"): 1, (FULL, "amber"): 2, (FULL, ""): 3, (LONG, "amber"): 4}


@dataclass(frozen=True, slots=True)
class Need:
    """Why an agent needs a look.

    `kind`: "past" their status' limit, "full" (or over their places), away "long" in a status without a limit.
    `level`: amber, red, or "" for somebody who is full and no more.
    """

    kind: str
    level: str

    @property
    def rank(self) -> int:
        """The place among needs; the worst is 0."""
        return _RANKS[self.kind, self.level]


@dataclass(frozen=True, slots=True)
class Needs:
    """The needs of a list at a moment, by the agents' GUIDs. They stay the same until `until`; None: for ever."""

    by_id: dict[str, Need]
    began: datetime
    until: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether they are the needs of this moment too."""
        return self.began <= moment and (self.until is None or moment < self.until)

    @property
    def key(self) -> tuple[tuple[str, str, str], ...]:
        """What a page that shows them depends on."""
        return tuple((key, need.kind, need.level) for key, need in self.by_id.items())

    def counts(self, rows: Iterable[AgentRow]) -> Counter[str]:
        """How many of these agents have each kind of need."""
        return Counter(need.kind for row in rows if (need := self.by_id.get(row.id)))

    def level(self, kind: str, rows: Iterable[AgentRow]) -> str:
        """The worst level among these agents' needs of a kind."""
        found = {need.level for row in rows if (need := self.by_id.get(row.id)) and need.kind == kind}
        return next((level for level in ("red", "amber") if level in found), "")

    def sorted(self, rows: Iterable[AgentRow]) -> list[AgentRow]:
        """The agents with a need: the worst first, and of equal ones the longest first."""

        def place(row: AgentRow) -> tuple[int, float]:
            return self.by_id[row.id].rank, row.since.timestamp() if row.since else float("inf")

        return sorted((row for row in rows if row.id in self.by_id), key=place)


def of(row: AgentRow, moment: datetime) -> Need | None:
    """What an agent needs at a moment; None: nothing."""
    if row.slug == "away" and row.since is not None:
        level = row.limit.level((moment - row.since).total_seconds())
        if level:
            return Need(LONG if row.limit.red is None else PAST, level)
    if row.slug == "online" and row.load is not None and row.load >= 1:
        return Need(FULL, "amber" if row.load > 1 else "")
    return None


def of_rows(rows: list[AgentRow], data: SnapshotData | None, names_version: int, moment: datetime) -> Needs:
    """The needs of a board's agents. Made again only if an agent's time has passed a limit since."""
    if data is None:
        return Needs({}, moment, None)
    key = f"needs:{names_version}"
    kept: Needs = data.cache.get_or_make(key, lambda: _make(rows, moment))
    if not kept.holds(moment):
        kept = _make(rows, moment)
        data.cache.put(key, kept)
    return kept


def _make(rows: list[AgentRow], moment: datetime) -> Needs:
    found = {row.id: need for row in rows if (need := of(row, moment))}
    limits = [
        row.since + timedelta(seconds=limit)
        for row in rows
        if row.slug == "away" and row.since is not None
        for limit in (row.limit.amber, row.limit.red)
        if limit is not None
    ]
    return Needs(found, moment, min((limit for limit in limits if limit > moment), default=None))
