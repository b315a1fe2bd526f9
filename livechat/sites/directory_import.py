"""Filling a site's directory from Comm100's own, where the credential may read it (spec/COMM100.md, "Neighbours")."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from livechat.comm100.errors import Comm100Error
from livechat.comm100.records import AwayStatus as RemoteStatus
from livechat.comm100.records import Department, DirectoryAgent, VariableDefinition
from livechat.comm100.text import MAX_STATUS_CHARS, clean
from livechat.live import budget, token_renewal
from livechat.models import AgentEntry, AwayStatus, Connection, DepartmentEntry, Site, VariableName

Answer = TypeVar("Answer")
LAST = 2**31 - 1  # what a column of numbers holds


@dataclass
class ImportResult:
    """How many names each call brought; none where the call was refused, with the reason in `problems`."""

    agents: int | None = None
    departments: int | None = None
    statuses: int | None = None
    variables: int | None = None
    problems: list[str] = field(default_factory=list)

    def refused(self, reason: Comm100Error | budget.BudgetExhausted) -> None:
        """Note why a call brought nothing, each reason once."""
        if str(reason) not in self.problems:
            self.problems.append(str(reason))


def import_names(site: Site, connection: Connection) -> ImportResult:
    """Read agents, departments, away statuses and the names of custom variables; fill in what people have not edited.

    Four calls. One that is refused leaves its part as it is. Raises vault.CannotOpen.
    """
    result = ImportResult()
    try:
        client = token_renewal.client(connection)
    except (Comm100Error, budget.BudgetExhausted) as reason:
        result.refused(reason)
        return result
    agents = _read(result, client.global_agents)
    departments = _read(result, client.departments)
    statuses = _read(result, client.away_statuses)
    variables = _read(result, client.custom_variables)
    with transaction.atomic():
        if departments is not None:
            result.departments = _departments(site, departments)
        if agents is not None:
            result.agents = _agents(site, agents, departments or ())
        if statuses is not None:
            result.statuses = _statuses(site, statuses)
        if variables is not None:
            result.variables = _variables(site, variables)
        site.bump_version()
    return result


def _read(result: ImportResult, call: Callable[[], tuple[Answer, ...]]) -> tuple[Answer, ...] | None:
    try:
        budget.take()
        with budget.respecting_limits():
            return call()
    except (Comm100Error, budget.BudgetExhausted) as reason:
        result.refused(reason)
        return None


def _agents(site: Site, found: tuple[DirectoryAgent, ...], departments: tuple[Department, ...]) -> int:
    """Names, and the first department as team where none is set."""
    teams = {department.id: department.name or "" for department in departments}
    member = {agent_id: d.name or "" for d in departments for agent_id in d.agent_ids}
    known = {entry.agent_id: entry for entry in site.agents.all()}
    new, changed = [], []
    for agent in found:
        team = next((teams[key] for key in agent.department_ids if teams.get(key)), member.get(agent.id, ""))
        entry = known.get(UUID(agent.id))
        if entry is None:
            new.append(AgentEntry(site=site, agent_id=UUID(agent.id), name=_cut(agent.name), team=team[:60]))
        elif not entry.edited:
            entry.name, entry.team = _cut(agent.name) or entry.name, entry.team or team[:60]
            changed.append(entry)
    AgentEntry.objects.bulk_create(new)
    AgentEntry.objects.bulk_update(changed, ["name", "team"])
    return len(found)


def _departments(site: Site, found: tuple[Department, ...]) -> int:
    known = {entry.department_id: entry for entry in site.departments.all()}
    new, changed = [], []
    for department in found:
        entry = known.get(UUID(department.id))
        if entry is None:
            key = UUID(department.id)
            new.append(DepartmentEntry(site=site, department_id=key, name=_cut(department.name)))
        elif not entry.edited:
            entry.name = _cut(department.name) or entry.name
            changed.append(entry)
    DepartmentEntry.objects.bulk_create(new)
    DepartmentEntry.objects.bulk_update(changed, ["name"])
    return len(found)


def _statuses(site: Site, found: tuple[RemoteStatus, ...]) -> int:
    """The custom away statuses; the system's own are always offered."""
    custom = {clean(status.name, MAX_STATUS_CHARS): status for status in found if not status.is_system}
    site.away_statuses.filter(imported=True).exclude(name__in=custom).delete()
    for name, status in custom.items():
        order = min(max(0, status.order or 0), LAST)
        AwayStatus.objects.update_or_create(site=site, name=name, defaults={"order": order, "imported": True})
    return len(custom)


def _variables(site: Site, found: tuple[VariableDefinition, ...]) -> int:
    names = {definition.name[:200] for definition in found}
    site.variable_names.exclude(name__in=names).delete()
    VariableName.objects.bulk_create((VariableName(site=site, name=name) for name in names), ignore_conflicts=True)
    return len(names)


def _cut(name: str | None) -> str:
    return (name or "")[:120]
