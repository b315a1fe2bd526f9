"""Writes agents' spans as they happen, because the API gives no times: not even of a status.

What a list changes is computed before the transaction that stores the snapshot, and written within it, so that history
and snapshot agree. Only the site's shared connection writes it. Times are epoch milliseconds.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Greatest

from livechat.comm100.names import name_key
from livechat.comm100.records import same_status
from livechat.lib.epoch import moment_of
from livechat.models import AgentEntry, Change, Site, Span, StatusName
from livechat.record.watches import Look

PURGE_BATCH = 1_000  # rows deleted in one transaction
# A status that is seen within this time after a write from here is that write's: PUT, caches, one refresh.
OWN_WRITE_WINDOW = timedelta(seconds=90)


def open_spans(site_id: int) -> dict[str, tuple[str, int, bool]]:
    """The status that each agent was last seen in: {agent id: (status, began in epoch ms, whether that was seen)}."""
    spans = Span.objects.filter(site_id=site_id, ended=None)
    columns = spans.values_list("agent__agent_id", "status__name", "began", "began_slack")
    return {str(agent): (status, began, slack is not None) for agent, status, began, slack in columns}


def reaching(
    site_id: int, moment: int, agents: Collection[int] | None = None, *, shown: bool = False
) -> QuerySet[Span]:
    """The last span that began before a moment, of each agent or of some: of earlier ones, only it can reach beyond.

    `shown`: without agents whom boards do not show. Each is found by an index, however long the record is.
    """
    newest = Span.objects.filter(agent=OuterRef("pk"), began__lt=moment).order_by("-began").values("pk")[:1]
    last = _agents(site_id, agents, shown=shown).values(last=Subquery(newest))
    return Span.objects.filter(pk__in=last).filter(Q(ended=None) | Q(ended__gte=moment))


def of_site(site_id: int, agents: Collection[int] | None = None, *, shown: bool = False) -> QuerySet[Span]:
    """The spans of a site or of some agents, found by their agents: a filter by `began` is quick then.

    `shown`: without agents whom boards do not show.
    """
    return Span.objects.filter(agent__in=_agents(site_id, agents, shown=shown).values("pk"))


def _agents(site_id: int, agents: Collection[int] | None, *, shown: bool) -> QuerySet[AgentEntry]:
    """A site's agents, or those that have these numbers in the directory."""
    rows = AgentEntry.objects.filter(site_id=site_id, **({"hidden": False} if shown else {})).order_by()
    return rows if agents is None else rows.filter(pk__in=agents)


@dataclass(frozen=True, slots=True)
class New:
    """A span that begins. `began_slack` is None if its beginning was not seen, `was` then empty."""

    agent: UUID
    status: str
    began_slack: int | None = None
    was: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Diff:
    """What a list changes in the history of a site: the open spans that end, and new ones that begin at `look`.

    `current` finds the open spans that it was computed from, `known` are their keys: they change only by ending.
    `turned`: the clock was set back, so what was recorded of the time from now on goes.
    """

    site_id: int
    look: Look
    current: QuerySet[Span]
    known: frozenset[int]
    over: list[int]
    new: list[New]
    turned: bool = False

    def holds(self) -> bool:
        """Whether the open spans are still those that it was computed from."""
        return frozenset(self.current.values_list("pk", flat=True)) == self.known

    def write(self) -> None:
        """Write it, within a transaction in which it holds, after the agents that are new in the directory."""
        if self.turned:
            _cut(self.site_id, self.look.now)
        if self.over:
            ended = self.look.now if self.look.slack is not None or self.look.last is None else self.look.last
            # A clock that was set back must not end it before it began, nor later than now.
            end = Greatest("began", Value(min(ended, self.look.now)))
            Span.objects.filter(pk__in=self.over).update(ended=end, ended_slack=self.look.slack)
        if self.new:
            Span.objects.bulk_create(self._rows())

    def _rows(self) -> list[Span]:
        agents = AgentEntry.objects.filter(site_id=self.site_id, agent_id__in=[new.agent for new in self.new])
        keys = dict(agents.order_by().values_list("agent_id", "pk"))
        names = status_keys(self.site_id, {new.status for new in self.new} | {new.was for new in self.new if new.was})
        return [
            Span(
                site_id=self.site_id,
                agent_id=keys[new.agent],
                status_id=names[new.status],
                began=self.look.now,
                began_slack=new.began_slack,
                was_id=names[new.was] if new.was else None,
                outside=new.outside,
            )
            for new in self.new
        ]


def status_keys(site_id: int, names: Iterable[str]) -> dict[str, int]:
    """The number of each status. One that is new gets its own."""
    wanted = set(names)
    rows = StatusName.objects.filter(site_id=site_id, name__in=wanted)
    found = dict(rows.values_list("name", "pk"))
    if missing := wanted - found.keys():
        # Another process may store the same ones.
        StatusName.objects.bulk_create(
            [StatusName(site_id=site_id, name=name) for name in sorted(missing)], ignore_conflicts=True
        )
        found = dict(rows.values_list("name", "pk"))
    return found


def diff_agents(site_id: int, before: Mapping[str, str] | None, after: Mapping[str, str], look: Look) -> Diff:
    """The changes between two lists of {agent id: status}. `before` is None if there is no earlier list.

    Only the spans of agents whose status changed are read. If nobody watched since the last look, all are: an old span
    ends then, unseen, and the new one begins at a moment that was not seen. So it is after a clock that was set back.
    """
    rows = Span.objects.filter(site_id=site_id, ended=None)
    turned = look.slack is None and look.last is not None and look.now < look.last
    if before is not None and look.slack is not None:
        touched = {key for key in before.keys() | after.keys() if not same_status(before.get(key), after.get(key))}
        if not touched:
            return Diff(site_id, look, Span.objects.none(), frozenset(), [], [])
        rows = rows.filter(agent__agent_id__in=touched)
        after = {key: status for key, status in after.items() if key in touched}
    found = list(rows.values_list("pk", "agent__agent_id", "status__name", "began"))
    current = {str(agent): (pk, status) for pk, agent, status, began in found if not turned or began <= look.now}
    over = [pk for key, (pk, status) in current.items() if not same_status(after.get(key), status)]
    begin = {k: status for k, status in after.items() if k not in current or not same_status(current[k][1], status)}
    changed = {key: current[key][1] for key in begin if key in current} if look.slack is not None else {}
    ours = _asked_for(site_id, moment_of(look.now)) if changed else set()
    new = [
        New(UUID(key), status, look.slack, changed[key], (UUID(key), name_key(status)) not in ours)
        if key in changed
        else New(UUID(key), status)
        for key, status in begin.items()
    ]
    return Diff(site_id, look, rows.all(), frozenset(pk for pk, *_rest in found), over, new, turned)


def _cut(site_id: int, now: int) -> None:
    """Take a site's spans beyond a moment away. Those that reach beyond it end then, unseen."""
    of_site(site_id).filter(began__gt=now).delete()
    last = reaching(site_id, now + 1).filter(ended__gt=now).values_list("pk", flat=True)
    Span.objects.filter(pk__in=list(last)).update(ended=now, ended_slack=None)


def _asked_for(site_id: int, now: datetime) -> set[tuple[UUID, str]]:
    """The agents and statuses of recent writes from here: a change that is seen now may come from them."""
    rows = Change.objects.filter(
        site_id=site_id, kind=Change.Kind.STATUS, created__range=(now - OWN_WRITE_WINDOW, now)
    ).values_list("target", "asked")
    return {(target, name_key(asked["status"])) for target, asked in rows}


def expire(site: Site, before: int) -> int:
    """Delete some spans of a site that ended before a moment (epoch ms). Open ones stay. Returns how many."""
    # Along the index of each agent's beginnings: what ended before has also begun before.
    agents = AgentEntry.objects.filter(site=site).order_by().values("pk")
    rows = Span.objects.filter(agent__in=agents, began__lt=before, ended__lt=before)
    deleted, _each = Span.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:PURGE_BATCH])).delete()
    return deleted
