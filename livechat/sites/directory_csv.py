"""The directory as CSV: the preview of what a file would change, and applying it, all or nothing."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from livechat.lib import saving
from livechat.models import AgentEntry, DepartmentEntry, Site

AGENT, DEPARTMENT = "agent", "department"
FIELDS = {AGENT: ("name", "alias", "team", "capacity", "order", "hidden", "departments"), DEPARTMENT: ("name",)}
Entry = AgentEntry | DepartmentEntry
Key = tuple[str, UUID]  # the kind, and the GUID


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that a line changes. `stored` is what is written, if that is not `after` itself: ids for names."""

    field: str
    before: Any
    after: Any
    stored: Any = None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What one line of the file does. `state`: new, changed or unchanged.

    `short` is the end of the GUID that tells the entry from others. It depends on these too, so it is no part of what
    the preview's fingerprint covers.
    """

    line: int
    kind: str
    key: UUID
    name: str
    state: str
    changes: tuple[FieldChange, ...] = ()
    short: str = field(default="", repr=False, compare=False)


@dataclass(slots=True)
class ImportPreview:
    """What the whole file does. Nothing is done if there are `problems` (line, text)."""

    rows: list[ImportRow] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many lines are new, changed and unchanged."""
        return Counter(row.state for row in self.rows)

    @property
    def fingerprint(self) -> str:
        """A hash of the file and of every entry it touches. It changes if either does."""
        return hashlib.sha256(repr(self.rows).encode()).hexdigest()


def entries(site: Site, *, locked: bool = False) -> dict[Key, Entry]:
    """A site's directory by kind and GUID. `locked`: no one else can change it until the transaction ends."""
    agents, departments = site.agents.all(), site.departments.all()
    if locked:
        agents, departments = agents.select_for_update(), departments.select_for_update()
    by_key: dict[Key, Entry] = {(AGENT, entry.agent_id): entry for entry in agents}
    return by_key | {(DEPARTMENT, entry.department_id): entry for entry in departments}


def apply_rows(site: Site, known: dict[Key, Entry], rows: Sequence[ImportRow]) -> None:
    """Write the rows of a preview. Call it in the transaction that read `known` with `locked`."""
    for kind, model, key in ((AGENT, AgentEntry, "agent_id"), (DEPARTMENT, DepartmentEntry, "department_id")):
        new: list[Any] = []
        changed: list[Any] = []
        for row in rows:
            if row.kind != kind or row.state == "unchanged":
                continue
            entry = known.get((kind, row.key))
            (changed if entry else new).append(entry := entry or model(site=site, **{key: row.key}))
            for change in row.changes:
                setattr(entry, change.field, change.after if change.stored is None else change.stored)
                # As in the form: imports leave alone what a person chose.
                if isinstance(entry, AgentEntry) and change.field == "departments":
                    entry.departments_edited = True
            entry.edited = bool(entry.name)
        names = [*FIELDS[kind], "edited", *(["departments_edited"] if kind == AGENT else [])]
        # The live data may have added a new agent's empty row since: update it.
        model.objects.bulk_create(new, update_conflicts=True, unique_fields=["site", key], update_fields=names)
        saving.update_each(changed, names)
    site.bump_version()
