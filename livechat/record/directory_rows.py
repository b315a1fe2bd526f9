"""Rows of the directory for agents and departments that are seen in the data. Their names come later.

The rows are made in the order of the ids: the order of an agent's row is the agent's number. Each function returns
whether it made any. The caller then moves the site's version, after its transaction: whoever holds the site's row at
that moment must not stop the history.
"""

from collections.abc import Iterable
from uuid import UUID

from livechat.models import AgentEntry, DepartmentEntry


def note_agents(site_id: int, ids: Iterable[str]) -> bool:
    """Make a row for each of these agents that has none yet."""
    known = set(AgentEntry.objects.filter(site_id=site_id).values_list("agent_id", flat=True))
    new = sorted({UUID(key) for key in ids} - known)
    AgentEntry.objects.bulk_create((AgentEntry(site_id=site_id, agent_id=key) for key in new), ignore_conflicts=True)
    return bool(new)


def note_departments(site_id: int, ids: Iterable[str | None]) -> bool:
    """Make a row for each of these departments that has none yet."""
    known = set(DepartmentEntry.objects.filter(site_id=site_id).values_list("department_id", flat=True))
    new = sorted({UUID(key) for key in ids if key} - known)
    DepartmentEntry.objects.bulk_create(
        (DepartmentEntry(site_id=site_id, department_id=key) for key in new), ignore_conflicts=True
    )
    return bool(new)
