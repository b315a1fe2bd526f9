"""Rows of the directory for agents and departments that are seen in the data. Their names come later."""

from collections.abc import Iterable
from uuid import UUID

from livechat.models import AgentEntry, DepartmentEntry


def note_agents(site_id: int, ids: Iterable[str]) -> None:
    """Make a row for each of these agents that has none yet."""
    known = set(AgentEntry.objects.filter(site_id=site_id).values_list("agent_id", flat=True))
    new = {UUID(key) for key in ids} - known
    AgentEntry.objects.bulk_create((AgentEntry(site_id=site_id, agent_id=key) for key in new), ignore_conflicts=True)


def note_departments(site_id: int, ids: Iterable[str | None]) -> None:
    """Make a row for each of these departments that has none yet."""
    known = set(DepartmentEntry.objects.filter(site_id=site_id).values_list("department_id", flat=True))
    new = {UUID(key) for key in ids if key} - known
    DepartmentEntry.objects.bulk_create(
        (DepartmentEntry(site_id=site_id, department_id=key) for key in new), ignore_conflicts=True
    )
