"""The planned statuses of a site's agents, as boards and walls show them, kept in memory by the site's version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise

from livechat.boards import status_styles
from livechat.boards.agents import AgentRow
from livechat.comm100.records import same_status
from livechat.lib import time_zones
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Plan, Site

CACHED_SITES, CACHED_SECONDS = 256, 3600.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that has not ended. `status` and `then` are statuses as Comm100 spells them."""

    pk: int
    status: str
    then: str
    due: datetime
    made: datetime
    zone: str

    @property
    def until(self) -> str:
        """When it is due, in the site's zone; with the day if that is another one than that of the planning."""
        local, made = (moment.astimezone(time_zones.known_or_default(self.zone)) for moment in (self.due, self.made))
        return date_format(local, "H:i" if local.date() == made.date() else "D H:i")

    @property
    def status_label(self) -> str | Promise:
        """The status until then, in words."""
        return status_styles.of_agent(self.status).label

    @property
    def then_label(self) -> str | Promise:
        """The status that comes then, in words."""
        return status_styles.of_agent(self.then).label

    @property
    def url(self) -> str:
        """Its page, which cancels it."""
        return reverse("plan", args=[self.pk])

    def holds(self, row: AgentRow) -> bool:
        """Whether the agent is still in the status that was set."""
        return same_status(row.raw_status, self.status)


def shown(plan: Plan, site: Site) -> Planned:
    """A plan as pages show it."""
    return Planned(plan.pk, plan.status, plan.then, plan.due, plan.created, site.zone.key)


def asked(site: Site, status: str, then: str, due: datetime) -> Planned:
    """A plan that a form asks for, before it is made."""
    return Planned(0, status, then, due, timezone.now(), site.zone.key)


def of(site: Site) -> Mapping[str, Planned]:
    """The plans that have not ended, by the agents' GUIDs. One query for each version of the site."""
    return _by_agent.get_or_make((site.pk, site.version), lambda: _read(site))


def of_rows(site: Site, rows: Iterable[AgentRow]) -> dict[str, Planned]:
    """The plans that hold: those of agents who are still in the status that was set."""
    found = of(site)
    return {row.id: found[row.id] for row in rows if row.id in found and found[row.id].holds(row)} if found else {}


def _read(site: Site) -> dict[str, Planned]:
    return {str(plan.agent_id): shown(plan, site) for plan in site.plans.filter(ended=None)}


_by_agent: TtlCache[tuple[int, int], Mapping[str, Planned]] = TtlCache(CACHED_SITES, CACHED_SECONDS)
