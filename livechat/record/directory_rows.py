"""Rows of the directory for agents and departments that are seen in the data. Their names come later.

The rows are made in the order of the ids: the order of an agent's row is the agent's number. Whoever stores some moves
the site's version then, after the transaction: whoever holds the site's row at that moment must not stop the history.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from livechat.models import AgentEntry, DepartmentEntry

Entries = Sequence[AgentEntry] | Sequence[DepartmentEntry]


def agents(site_id: int, wanted: Collection[UUID] | None = None) -> dict[int, UUID]:
    """The agents of a site by the numbers of their rows; `wanted`: these alone."""
    rows = AgentEntry.objects.filter(site_id=site_id).order_by()
    return dict((rows if wanted is None else rows.filter(agent_id__in=wanted)).values_list("pk", "agent_id"))


def new_agents(site_id: int, ids: Iterable[str]) -> list[AgentEntry]:
    """A row, not stored yet, for each of these agents that has none."""
    known = set(AgentEntry.objects.filter(site_id=site_id).order_by().values_list("agent_id", flat=True))
    return [AgentEntry(site_id=site_id, agent_id=key) for key in sorted({UUID(key) for key in ids} - known)]


def new_departments(site_id: int, ids: Iterable[str | None]) -> list[DepartmentEntry]:
    """A row, not stored yet, for each of these departments that has none."""
    known = set(DepartmentEntry.objects.filter(site_id=site_id).order_by().values_list("department_id", flat=True))
    new = {UUID(key) for key in set(ids) if key} - known
    return [DepartmentEntry(site_id=site_id, department_id=key) for key in sorted(new)]


def store(entries: Entries) -> None:
    """Store new rows. One that another process has stored meanwhile stays."""
    for model in {type(entry) for entry in entries}:
        rows: Any = model._default_manager
        rows.bulk_create(entries, ignore_conflicts=True)
