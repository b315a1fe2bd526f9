"""Rows of the directory for agents and departments that are seen in the data. Their names come later.

The rows are made in the order of the ids, because agents get their numbers in the order of their rows. A caller that
stores rows moves the site's version after its transaction: a process that holds the site's row must not block the
history.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from livechat.lib.ttl_cache import TtlCache
from livechat.models import AgentEntry, DepartmentEntry

MAX_LISTS = 1_000  # of which the rows are remembered: two a site
KNOWN_SECONDS = 60.0  # rows go only with their site
Entries = Sequence[AgentEntry] | Sequence[DepartmentEntry]
_known: TtlCache[tuple[int, str], frozenset[UUID]] = TtlCache(MAX_LISTS, KNOWN_SECONDS)


def new_agents(site_id: int, ids: Iterable[str]) -> list[AgentEntry]:
    """A row, not stored yet, for each of these agents that has none."""
    return [AgentEntry(site_id=site_id, agent_id=key) for key in _missing(AgentEntry, "agent_id", site_id, ids)]


def new_departments(site_id: int, ids: Iterable[str | None]) -> list[DepartmentEntry]:
    """A row, not stored yet, for each of these departments that has none."""
    missing = _missing(DepartmentEntry, "department_id", site_id, (key for key in set(ids) if key))
    return [DepartmentEntry(site_id=site_id, department_id=key) for key in missing]


def _missing(model: type[AgentEntry | DepartmentEntry], name: str, site_id: int, ids: Iterable[str]) -> list[UUID]:
    """Those of these ids that have no row, in order. The rows are read only if they do not have all of them."""
    wanted, key = {UUID(one) for one in ids}, (site_id, name)
    known = _known.get(key)
    if known is None or not wanted <= known:
        rows = model._default_manager.filter(site_id=site_id).order_by()
        _known.put(key, known := frozenset(rows.values_list(name, flat=True)))
    return sorted(wanted - known)


def store(entries: Entries) -> None:
    """Store new rows. One that another process has stored meanwhile stays."""
    for model in {type(entry) for entry in entries}:
        rows: Any = model._default_manager
        rows.bulk_create(entries, ignore_conflicts=True)
