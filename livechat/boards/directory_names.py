"""The names in a site's directory, kept in memory by the site's version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from livechat.boards import levels
from livechat.boards.levels import NO_LIMITS, Limits
from livechat.comm100.names import name_key, readable
from livechat.comm100.records import status_kind
from livechat.lib import short_ids
from livechat.lib.ttl_cache import TtlCache
from livechat.models import AgentEntry, DepartmentEntry, Site


@dataclass(frozen=True, slots=True)
class Person:
    """What the directory knows of an agent.

    `order` is their place on boards; None: after all that have one. `number` counts the site's entries from 1, in the
    order in which they were made, so that a new entry changes no other number. `departments`: those of the agent, then
    those of the team.
    """

    name: str = ""
    alias: str = ""
    team: str = ""
    capacity: int | None = None
    order: int | None = None
    hidden: bool = False
    number: int = 0
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """A site's directory at one version. `away`: custom away statuses. `limits`: minutes by a status' `name_key`.

    `wait`: the limits of a wait. `away_long`: those of an away status that has no limit of its own.
    `served`: what a person has given to teams, by their `name_key`: the departments whose visitors they take.
    An agent or department without a name is called by the end of its id. The end is as long as it takes to tell the
    directory's ids apart.
    """

    version: int
    agents: dict[str, Person]
    departments: dict[str, str]
    away: tuple[str, ...]
    limits: dict[str, int]
    wait: Limits = NO_LIMITS
    away_long: Limits = NO_LIMITS
    served: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agent_tails: Mapping[str, str] = field(init=False, repr=False, compare=False)
    department_tails: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "agent_tails", short_ids.tails(self.agents))
        object.__setattr__(self, "department_tails", short_ids.tails(self.departments))

    def including(self, *, agents: Iterable[str] = (), departments: Iterable[str] = ()) -> "Names":
        """The same names, and of those ids that the directory lacks, what it will call them when it has them.

        A snapshot may be newer than these names, or be read by a credential that sees more than the shared one.
        """
        new_agents = sorted(set(agents) - self.agents.keys())
        new_departments = set(departments) - self.departments.keys()
        if not new_agents and not new_departments:
            return self
        people = {key: Person(number=number) for number, key in enumerate(new_agents, start=len(self.agents) + 1)}
        return replace(
            self, agents=self.agents | people, departments=self.departments | dict.fromkeys(new_departments, "")
        )

    def person(self, agent_id: str) -> Person:
        """The directory's entry of an agent; an empty entry if there is none."""
        return self.agents.get(agent_id, _NOBODY)

    def agent(self, agent_id: str) -> str:
        """An agent's name; if there is none, the end of the GUID, or all of one that is not among these."""
        return readable(self.person(agent_id).name) or self.agent_tails.get(agent_id, agent_id)

    def department(self, department_id: str | None) -> str:
        """A department's name in the same way; empty for None."""
        if not department_id:
            return ""
        return readable(self.departments.get(department_id)) or self.department_tails.get(department_id, department_id)

    def whole_department(self, department_id: str | None) -> str:
        """A department's name; if there is none, the whole GUID; empty for None."""
        return readable(self.departments.get(department_id or "")) or department_id or ""

    def short_id(self, entry: AgentEntry | DepartmentEntry) -> str:
        """The end of the id of a directory's entry."""
        if isinstance(entry, AgentEntry):
            return self.agent_tails.get(str(entry.agent_id), str(entry.agent_id))
        return self.department_tails.get(str(entry.department_id), str(entry.department_id))

    def limit(self, status: str) -> int | None:
        """The seconds after which a status has lasted too long; None if it has no limit."""
        minutes = self.limits.get(name_key(status))
        return None if minutes is None else minutes * 60

    def limits_of(self, status: str) -> Limits:
        """The limits of the time in a status: its own, or for an away status without one what the site says."""
        own = self.limit(status)
        if own is not None:
            return levels.of_status(own)
        return self.away_long if status_kind(status) == "away" else NO_LIMITS

    @property
    def listed_departments(self) -> list[tuple[str, str]]:
        """The ids of all departments with their names, by name: the choices of a form."""
        return sorted(((key, self.department(key)) for key in self.departments), key=lambda pair: pair[1].casefold())

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


def remembered(site: Site) -> Names | None:
    """The names of a site as this process read them last, at whatever version; None if it never did."""
    kept = _kept.get(site.pk)
    return kept[0] if kept else None


def _read(site: Site) -> Names:
    served = {key: tuple(found) for key, found in site.teams.values_list("key", "departments")}
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
                tuple(dict.fromkeys((*entry.departments, *served.get(name_key(entry.team), ())))),
            )
            for number, entry in enumerate(site.agents.order_by("pk"), start=1)
        },
        {str(entry.department_id): entry.name for entry in site.departments.all()},
        tuple(site.away_statuses.values_list("name", flat=True)),
        dict(site.away_limits.values_list("key", "minutes")),
        Limits(site.wait_amber, site.wait_red),
        Limits(site.away_minutes * 60 or None),
        served,
    )
