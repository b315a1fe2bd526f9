"""The directory as a list: what a file would make of it, and making it so, all or nothing."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from livechat.models import AgentEntry, DepartmentEntry, Site

AGENT, DEPARTMENT = "agent", "department"
FIELDS = {AGENT: ("name", "alias", "team", "capacity", "order", "hidden"), DEPARTMENT: ("name",)}
Entry = AgentEntry | DepartmentEntry
Key = tuple[str, UUID]  # the kind, and the GUID


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that a line changes."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Step:
    """What a line of the file does: `state` is new, changed or unchanged."""

    line: int
    kind: str
    key: UUID
    name: str
    state: str
    differences: tuple[Difference, ...] = ()

    @property
    def short(self) -> str:
        """The first 8 characters of the GUID."""
        return str(self.key)[:8]


@dataclass(slots=True)
class Plan:
    """What a whole file does. With any of the `problems` (line, text) nothing is done."""

    steps: list[Step] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many lines are new, changed, unchanged."""
        return Counter(step.state for step in self.steps)

    @property
    def mark(self) -> str:
        """Stands for the file and all of the directory that it touches: another one, where either has changed."""
        return hashlib.sha256(repr(self.steps).encode()).hexdigest()


def entries(site: Site, *, held: bool = False) -> dict[Key, Entry]:
    """A site's directory; `held` keeps everybody else from changing it until the transaction ends."""
    agents, departments = site.agents.all(), site.departments.all()
    if held:
        agents, departments = agents.select_for_update(), departments.select_for_update()
    found: dict[Key, Entry] = {(AGENT, entry.agent_id): entry for entry in agents}
    return found | {(DEPARTMENT, entry.department_id): entry for entry in departments}


def carry_out(site: Site, known: dict[Key, Entry], steps: Sequence[Step]) -> None:
    """Write what a plan's steps say; inside the transaction in which `known` was read, held."""
    for kind, model, key in ((AGENT, AgentEntry, "agent_id"), (DEPARTMENT, DepartmentEntry, "department_id")):
        new: list[Any] = []
        changed: list[Any] = []
        for step in steps:
            if step.kind != kind or step.state == "unchanged":
                continue
            entry = known.get((kind, step.key))
            (changed if entry else new).append(entry := entry or model(site=site, **{key: step.key}))
            for difference in step.differences:
                setattr(entry, difference.field, difference.after)
            entry.edited = bool(entry.name)
        names = [*FIELDS[kind], "edited"]
        # Somebody new may have been seen in the data since: the row is there then, without anything in it.
        model.objects.bulk_create(new, update_conflicts=True, unique_fields=["site", key], update_fields=names)
        model.objects.bulk_update(changed, names)
    site.bump_version()
