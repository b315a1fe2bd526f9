"""Import names into a site's directory from Comm100's own, if the credential has the permission to read it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from livechat.comm100.errors import Comm100Error, TimedOut
from livechat.comm100.names import readable
from livechat.comm100.records import AwayStatus as RemoteStatus
from livechat.comm100.records import Department, DirectoryAgent, VariableDefinition
from livechat.comm100.text import MAX_STATUS_CHARS, clean
from livechat.lib import saving
from livechat.live import budget, token_renewal
from livechat.models import AgentEntry, AwayStatus, Connection, DepartmentEntry, Site, VariableName

Answer = TypeVar("Answer")
MAX_ORDER = 2**31 - 1  # the largest number the column holds
MAX_NAME_CHARS = 120
MAX_TEAM_CHARS = 60
MAX_VARIABLE_CHARS = 200


@dataclass
class ImportResult:
    """How many names each call returned; None if it was refused or not made. `problems` holds the reasons.

    `stopped`: a call took all its time without an answer, so no other was made.
    """

    agents: int | None = None
    departments: int | None = None
    statuses: int | None = None
    variables: int | None = None
    problems: list[str] = field(default_factory=list)
    stopped: bool = False

    def add_problem(self, reason: Comm100Error | budget.BudgetExhausted) -> None:
        """Note why a call was refused, each reason once."""
        self.stopped |= isinstance(reason, TimedOut)
        if str(reason) not in self.problems:
            self.problems.append(str(reason))


def import_names(site: Site, connection: Connection) -> ImportResult:
    """Import agents, departments, away statuses and the names of custom variables. Entries people edited stay.

    Makes four calls, none after one that timed out. A refused call changes nothing of its part.
    Raises vault.CannotOpen.
    """
    result = ImportResult()
    try:
        client = token_renewal.client(connection)
    except (Comm100Error, budget.BudgetExhausted) as reason:
        result.add_problem(reason)
        return result
    person = connection.user_id
    agents = _read(result, client.global_agents, person)
    departments = _read(result, client.departments, person)
    statuses = _read(result, client.away_statuses, person)
    variables = _read(result, client.custom_variables, person)
    with transaction.atomic():
        if departments is not None:
            result.departments = _save_departments(site, departments)
        if agents is not None:
            result.agents = _save_agents(site, agents, departments or ())
        if statuses is not None:
            result.statuses = _save_statuses(site, statuses)
        if variables is not None:
            result.variables = _save_variables(site, variables)
        site.bump_version()
    return result


def _read(result: ImportResult, call: Callable[[], tuple[Answer, ...]], person: int) -> tuple[Answer, ...] | None:
    if result.stopped:
        return None
    try:
        budget.take(share=budget.RECORDS, person=person)
        with budget.respecting_limits():
            return call()
    except (Comm100Error, budget.BudgetExhausted) as reason:
        result.add_problem(reason)
        return None


def _save_agents(site: Site, remote: tuple[DirectoryAgent, ...], departments: tuple[Department, ...]) -> int:
    """Save names and departments; the first of these is the team if none is set. Returns how many agents there are."""
    teams = {department.id: department.name or "" for department in departments}
    member: dict[str, list[str]] = defaultdict(list)
    for department in departments:
        for agent_id in department.agent_ids:
            member[agent_id].append(department.id)
    known = {entry.agent_id: entry for entry in site.agents.all()}
    new, changed = [], []
    for agent in sorted(remote, key=lambda agent: agent.id):  # the order of the rows is that of the agents' numbers
        served = list(dict.fromkeys((*agent.department_ids, *member[agent.id])))
        team = next((teams[key] for key in served if teams.get(key)), "")[:MAX_TEAM_CHARS]
        entry = known.get(UUID(agent.id))
        if entry is None:
            key = UUID(agent.id)
            new.append(AgentEntry(site=site, agent_id=key, name=_shortened(agent.name), team=team, departments=served))
            continue
        if not entry.edited:
            entry.name, entry.team = _shortened(agent.name) or entry.name, entry.team or team
        if not entry.departments_edited and served:
            entry.departments = served
        changed.append(entry)
    AgentEntry.objects.bulk_create(new)
    saving.update_each(changed, ["name", "team", "departments"])
    return len(remote)


def _save_departments(site: Site, remote: tuple[Department, ...]) -> int:
    known = {entry.department_id: entry for entry in site.departments.all()}
    new, changed = [], []
    for department in remote:
        entry = known.get(UUID(department.id))
        if entry is None:
            key = UUID(department.id)
            new.append(DepartmentEntry(site=site, department_id=key, name=_shortened(department.name)))
        elif not entry.edited:
            entry.name = _shortened(department.name) or entry.name
            changed.append(entry)
    DepartmentEntry.objects.bulk_create(new)
    saving.update_each(changed, ["name"])
    return len(remote)


def _save_statuses(site: Site, remote: tuple[RemoteStatus, ...]) -> int:
    """Save the custom away statuses. Comm100's own are offered without being stored."""
    custom = {clean(status.name, MAX_STATUS_CHARS): status for status in remote if not status.is_system}
    site.away_statuses.filter(imported=True).exclude(name__in=custom).delete()
    for name, status in custom.items():
        order = min(max(0, status.order or 0), MAX_ORDER)
        AwayStatus.objects.update_or_create(site=site, name=name, defaults={"order": order, "imported": True})
    return len(custom)


def _save_variables(site: Site, remote: tuple[VariableDefinition, ...]) -> int:
    names = {definition.name[:MAX_VARIABLE_CHARS] for definition in remote}
    site.variable_names.exclude(name__in=names).delete()
    VariableName.objects.bulk_create((VariableName(site=site, name=name) for name in names), ignore_conflicts=True)
    return len(names)


def _shortened(name: str | None) -> str:
    return readable(name)[:MAX_NAME_CHARS]
