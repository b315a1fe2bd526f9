"""The names in a site's directory, kept in memory by the site's version."""

from dataclasses import dataclass

from livechat.comm100.names import name_key, readable
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Site


@dataclass(frozen=True, slots=True)
class Person:
    """What the directory knows of an agent.

    `order` is their place on boards; None: after all that have one. `number` counts the site's entries from 1, in the
    order in which they were made, so that a new entry changes no other number.
    """

    name: str = ""
    alias: str = ""
    team: str = ""
    capacity: int | None = None
    order: int | None = None
    hidden: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """A site's directory at one version. `away`: custom away statuses. `limits`: minutes by a status' `name_key`."""

    version: int
    agents: dict[str, Person]
    departments: dict[str, str]
    away: tuple[str, ...]
    limits: dict[str, int]

    def person(self, agent_id: str) -> Person:
        """The directory's entry of an agent; an empty entry if there is none."""
        return self.agents.get(agent_id, _NOBODY)

    def agent(self, agent_id: str) -> str:
        """An agent's name; if there is none, the first 8 characters of the GUID."""
        return readable(self.person(agent_id).name) or agent_id[:8]

    def department(self, department_id: str | None) -> str:
        """A department's name in the same way; empty for None."""
        return (readable(self.departments.get(department_id)) or department_id[:8]) if department_id else ""

    def limit(self, status: str) -> int | None:
        """The seconds after which a status has lasted too long; None if it has no limit."""
        minutes = self.limits.get(name_key(status))
        return None if minutes is None else minutes * 60

    @property
    def teams(self) -> list[str]:
        """The teams that agents belong to. A team that is spelled in several ways is there once."""
        keyed = {name_key(person.team): person.team for person in reversed(self.agents.values()) if person.team}
        return [keyed[key] for key in sorted(keyed)]


_NOBODY = Person()
MAX_SITES = 1000
VERSIONS_KEPT = 3  # of each site: a wall reads its site once a second, and shows an older version meanwhile
_kept: TtlCache[int, tuple[Names, ...]] = TtlCache(MAX_SITES)


def of(site: Site) -> Names:
    """The names of a site at the version that `site` has: read it from the database just before."""
    kept = _kept.get(site.pk) or ()
    for names in kept:
        if names.version == site.version:
            return names
    made = _read(site)
    _kept.put(site.pk, (made, *kept[: VERSIONS_KEPT - 1]))
    return made


def _read(site: Site) -> Names:
    return Names(
        site.version,
        {
            str(entry.agent_id): Person(
                entry.name,
                readable(entry.alias),
                readable(entry.team),
                entry.capacity,
                entry.order,
                entry.hidden,
                number,
            )
            for number, entry in enumerate(site.agents.order_by("pk"), start=1)
        },
        {str(entry.department_id): entry.name for entry in site.departments.all()},
        tuple(site.away_statuses.values_list("name", flat=True)),
        dict(site.away_limits.values_list("key", "minutes")),
    )
