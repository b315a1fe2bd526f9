"""The agents' board of a moment of the past, and the queue then: made of the record with today's names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from livechat.boards import agent_groups, agents, needs, status_styles
from livechat.boards.agent_groups import Group
from livechat.boards.agents import AgentRow
from livechat.boards.directory_names import Names
from livechat.comm100.names import same_name
from livechat.comm100.records import Agent, Visitor
from livechat.lib.epoch import MINUTE_MS, moment_of
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Site
from livechat.reports import frames, replay
from livechat.reports.observed import Run
from livechat.reports.replay import Gap
from livechat.reports.tallies import Row
from livechat.reports.timeline import Span
from livechat.web.counts import Count


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waited: since when, whether that was seen, and in which department."""

    since: datetime
    exact: bool
    department: str


@dataclass(frozen=True)
class Replay:
    """A moment. `seen`: when agents were looked at then, or the gap. `waits` is None if nobody looked at visitors.

    `change` is when the next status began or ended.
    """

    moment: int
    zone: ZoneInfo
    team: str
    names: Names
    seen: Run | Gap
    agents: SnapshotData
    waits: Sequence[Row] | None
    chats: Mapping[UUID, int]
    change: int | None

    @property
    def local(self) -> datetime:
        """The moment in the site's zone."""
        return datetime.fromtimestamp(self.moment / 1000, self.zone)

    @property
    def iso(self) -> str:
        """The moment with its offset."""
        return self.local.isoformat()

    @property
    def clock(self) -> str:
        """The moment as "14:05"."""
        return f"{self.local.hour}:{self.local:%M}"

    @property
    def gap(self) -> Gap | None:
        """When nobody watched, if the moment lies there."""
        return self.seen if isinstance(self.seen, Gap) else None

    @cached_property
    def everyone(self) -> list[AgentRow]:
        """The agents of the board, as the directory shows them today."""
        return agents.visible(self.agents, self.names)

    @cached_property
    def rows(self) -> list[AgentRow]:
        """Of these, the agents of the team."""
        return agents.filtered(self.everyone, team=self.team)

    @cached_property
    def waiters(self) -> list[Waiter]:
        """The visitors who waited, the longest first."""
        known = self.names.including(departments=(str(one.department) for one in self.waits or () if one.department))
        return [
            Waiter(moment_of(one.began), one.began_slack is not None, known.department(_key(one)))
            for one in self.waits or ()
        ]

    @cached_property
    def queue(self) -> SnapshotData | None:
        """Those who waited, as a list of visitors with numbers instead of ids. None: nobody looked at them."""
        if self.waits is None:
            return None
        rows = tuple(
            Visitor(str(number), status_styles.WAITING_STATUS, department_id=_key(one))
            for number, one in enumerate(self.waits)
        )
        since = {str(number): (one.began, one.began_slack is not None) for number, one in enumerate(self.waits)}
        return SnapshotData("visitors", 0, rows, since)

    @cached_property
    def groups(self) -> list[Group]:
        """The agents who were on: who needed a look first, then by team."""
        on = [row for row in self.rows if row.slug != "offline"]
        needed = needs.of_rows(self.everyone, self.agents, self.names.version, self.local)
        return agent_groups.by_need(on, self.everyone, needed, self.queue)

    @cached_property
    def offline(self) -> list[AgentRow]:
        """The agents who were offline."""
        return [row for row in self.rows if row.slug == "offline"]

    @property
    def offline_groups(self) -> list[Group]:
        """These as one group without a title."""
        return [Group("offline", "", self.offline)]

    def counts(self) -> list[Count]:
        """The numbers above the board."""
        tally = agents.counts(self.rows)
        made = [
            Count(slug, style.label, tally[slug], style.tone, style.icon, is_filter=False)
            for slug, style in status_styles.AGENT_STYLES.items()
        ]
        chats = tally["chats"] if any(row.chats is not None for row in self.rows) else None
        waiting = None if self.waits is None else len(self.waits)
        return [
            *made,
            Count("chats", _("Ongoing chats"), chats, "neutral", "messages", is_filter=False),
            Count("waiting", _("Waiting visitors"), waiting, "blue", "hourglass", is_filter=False),
        ]


def of(site: Site, moment: int, zone: ZoneInfo, team: str, names: Names, now: datetime) -> Replay:
    """A moment of a site, which must be a whole minute."""
    seen = replay.watching(site, "agents", moment, now)
    current, chats, waits = {}, {}, None
    if isinstance(seen, Run):
        current, chats = replay.statuses(site, moment), frames.of(site, moment, moment).at(moment)
        if isinstance(replay.watching(site, "visitors", moment, now), Run):
            waits = replay.waiting(site, moment)
    members = None
    if team:
        members = {UUID(key) for key, person in names.agents.items() if same_name(team, person.team)}
    shown = [span for key, span in current.items() if members is None or key in members]
    change = replay.next_change(site, moment, shown, members)
    return Replay(moment, zone, team, names, seen, _agents(current, chats), waits, chats, change)


def _agents(current: Mapping[UUID, Span], chats: Mapping[UUID, int]) -> SnapshotData:
    """The list of agents as a snapshot of then would have it."""
    rows = tuple(Agent(str(key), span.status, chats.get(key)) for key, span in current.items())
    since = {str(key): (span.began, span.began_off is not None) for key, span in current.items()}
    return SnapshotData("agents", 0, rows, since)


def _key(contact: Row) -> str | None:
    return None if contact.department is None else str(contact.department)


def minute_after(moment: int) -> int:
    """The first minute that begins at a moment or after it."""
    return -(-moment // MINUTE_MS) * MINUTE_MS
