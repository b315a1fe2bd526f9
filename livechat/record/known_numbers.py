"""What the numbers mean that recorded rows have for agents and statuses.

A row of the directory keeps its agent and a row of a status its name, so a process remembers them, and reads them again
if it meets a number that it does not know. A row that was deleted by hand is remembered for a minute at most.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from livechat.lib.ttl_cache import TtlCache
from livechat.models import AgentEntry, StatusName

MAX_LISTS = 1_000  # two a site
KNOWN_SECONDS = 60.0

_known: TtlCache[tuple[int, str], dict[int, Any]] = TtlCache(MAX_LISTS, KNOWN_SECONDS)


def agents(site_id: int, numbers: Collection[int]) -> dict[int, UUID]:
    """Agents of a site by their numbers: these, as far as they have a row, and maybe others."""
    return _named(AgentEntry, "agent_id", site_id, numbers)


def statuses(site_id: int, numbers: Collection[int]) -> dict[int, str]:
    """Statuses of a site by their numbers: these, and maybe others."""
    return _named(StatusName, "name", site_id, numbers)


def all_agents(site_id: int) -> dict[int, UUID]:
    """All agents of a site that there are now, by their numbers."""
    return _read(AgentEntry, "agent_id", site_id)


def all_statuses(site_id: int) -> dict[int, str]:
    """All statuses of a site that there are now, by their numbers."""
    return _read(StatusName, "name", site_id)


def of_agents(site_id: int, wanted: Collection[UUID]) -> dict[int, UUID]:
    """These agents of a site by their numbers, as far as they have a row."""
    keys = set(wanted)
    found = {number: agent for number, agent in agents(site_id, ()).items() if agent in keys}
    if len(found) < len(keys):
        found = {number: agent for number, agent in all_agents(site_id).items() if agent in keys}
    return found


def _named(model: type[AgentEntry | StatusName], name: str, site_id: int, numbers: Collection[int]) -> dict[int, Any]:
    known = _known.get((site_id, name))
    return known if known is not None and known.keys() >= set(numbers) else _read(model, name, site_id)


def _read(model: type[AgentEntry | StatusName], name: str, site_id: int) -> dict[int, Any]:
    found = dict(model._default_manager.filter(site_id=site_id).order_by().values_list("pk", name))
    _known.put((site_id, name), found)
    return found
