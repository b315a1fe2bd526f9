"""The agents and the waits that rules are about, by team and department: sorted out once for each version of a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from livechat.boards.agents import AgentRow
from livechat.comm100.names import name_key
from livechat.models import Rule

Since = tuple[datetime, AgentRow]  # since when an agent has had the status


@dataclass(frozen=True, slots=True)
class Group:
    """What rules ask of some agents.

    `is_online`: whether any of them is. `is_full`: whether some are online and all of these are full. `limited`: those
    who are away in a status that has limits. `online`: those who are online, the longest first. Both leave out agents
    whose status has no known beginning.
    """

    is_online: bool
    is_full: bool
    limited: tuple[Since, ...]
    online: tuple[Since, ...]


class Agents:
    """The agents of boards."""

    def __init__(self, rows: list[AgentRow]) -> None:
        self._rows = rows
        self._groups: dict[tuple[str, UUID | None], Group] = {}

    def of(self, rule: Rule) -> Group:
        """The agents that a rule is about: of its team, and of its department; all if it names neither."""
        key = rule.team, rule.department
        found = self._groups.get(key)
        if found is None:
            found = self._groups[key] = _group(self._fitting(rule))
        return found

    def _fitting(self, rule: Rule) -> list[AgentRow]:
        team, department = name_key(rule.team), str(rule.department or "")
        return [
            row
            for row in self._rows
            if (not team or name_key(row.team) == team) and (not department or department in row.departments)
        ]


def _group(rows: list[AgentRow]) -> Group:
    online = [row for row in rows if row.slug == "online"]
    return Group(
        bool(online),
        bool(online) and all(row.full for row in online),
        tuple(
            (row.since, row)
            for row in rows
            if row.slug == "away" and row.since is not None and (row.limit.amber, row.limit.red) != (None, None)
        ),
        tuple(sorted(((row.since, row) for row in online if row.since is not None), key=lambda one: one[0])),
    )


class Waits:
    """Since when visitors wait, by department ("": in none), epoch ms."""

    def __init__(self, by_department: Mapping[str, Iterable[int]]) -> None:
        self._by_department = {key: tuple(sorted(moments)) for key, moments in by_department.items()}
        self._all = tuple(sorted(moment for moments in self._by_department.values() for moment in moments))

    def of(self, rule: Rule) -> tuple[int, ...]:
        """Since when those wait that a rule is about, the longest first."""
        return self._by_department.get(str(rule.department), ()) if rule.department else self._all
