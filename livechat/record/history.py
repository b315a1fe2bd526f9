"""Writes the history as it happens, because the API gives no times: not even of a status.

What a list changes is computed before the transaction that stores the snapshot, and written within it, so that history
and snapshot agree. Only the site's shared connection writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from livechat.comm100.names import name_key
from livechat.comm100.records import same_status
from livechat.models import AgentSpan, Change, Gap, Site, append_only

PURGE_BATCH = 500  # rows deleted in one transaction
# A status that is seen within this time after a write from here is that write's: PUT, caches, one refresh.
OWN_WRITE_WINDOW = timedelta(seconds=90)


def open_spans(site_id: int) -> dict[str, tuple[str, int, bool]]:
    """The status that each agent was last seen in: {agent id: (status, began in epoch ms, whether that was seen)}."""
    spans = AgentSpan.objects.filter(site_id=site_id, ended=None)
    return {str(s.agent_id): (s.status, round(s.began.timestamp() * 1000), s.began_exact) for s in spans}


@dataclass(frozen=True, slots=True)
class Diff:
    """What a list changes in the history of a site: the open rows that end, and new ones.

    `known`: the open rows that it was computed from. Nothing in an open row changes until it ends.
    `beyond`: rows that lie beyond now, if the clock was set back: what was recorded of that time goes.
    """

    current: QuerySet[AgentSpan]
    known: frozenset[int]
    over: list[AgentSpan]
    new: list[AgentSpan]
    beyond: "Beyond | None" = None

    def holds(self) -> bool:
        """Whether the open rows are still those that it was computed from."""
        return frozenset(self.current.values_list("pk", flat=True)) == self.known

    def write(self) -> None:
        """Write it, within a transaction in which it holds."""
        if self.beyond is not None:
            self.beyond.cut()
        AgentSpan.objects.bulk_update(self.over, ["ended", "ended_exact", "ended_slack"])
        AgentSpan.objects.bulk_create(self.new)


@dataclass(frozen=True, slots=True)
class Beyond:
    """A site's spans beyond a moment: a clock that was set back has made it now once more."""

    site_id: int
    now: datetime

    def cut(self) -> None:
        """Take them away. Those that reach beyond now end now, unseen."""
        rows = AgentSpan.objects.filter(site_id=self.site_id)
        rows.filter(began__gt=self.now).delete()
        rows.filter(ended__gt=self.now).update(ended=self.now, ended_exact=False, ended_slack=None)


def diff_agents(
    site_id: int, statuses: Mapping[str, str], now: datetime, last: datetime | None, *, watched: bool
) -> Diff:
    """What a list of agents changes: spans of agents whose status changed end, and new ones begin.

    `last` is when the site was last seen. If no one watched since (`watched` is false), the old span ends then,
    inexactly, and the new one begins at a moment that was not seen. So it is after a clock that was set back.
    """
    rows = AgentSpan.objects.filter(site_id=site_id, ended=None)
    found = list(rows.all())
    beyond = Beyond(site_id, now) if not watched and last is not None and now < last else None
    current = {s.agent_id: s for s in found if beyond is None or s.began <= now}
    seen = {UUID(key): status for key, status in statuses.items()}
    slack = max(0, round((now - last).total_seconds() * 1000)) if watched and last is not None else None
    over = [span for key, span in current.items() if not same_status(seen.get(key), span.status)]
    for span in over:
        span.ended = _end(span, now, last, watched=watched)
        span.ended_exact = watched
        span.ended_slack = slack
    new = [
        AgentSpan(site_id=site_id, agent_id=key, status=status, began=now, began_exact=False)
        for key, status in seen.items()
        if key not in current or not same_status(current[key].status, status)
    ]
    changed = [span for span in new if watched and span.agent_id in current]
    ours = _asked_for(site_id, now) if changed else set()
    for span in changed:
        span.began_exact, span.began_slack = True, slack
        span.was = current[span.agent_id].status
        span.outside = (span.agent_id, name_key(span.status)) not in ours
    return Diff(rows, frozenset(span.pk for span in found), over, new, beyond)


def _end(row: AgentSpan, now: datetime, last: datetime | None, *, watched: bool) -> datetime:
    """When a span ended: now if that was watched, else when it was last seen."""
    # A clock that was set back must not end it before it began, nor later than now.
    return max(now if watched or last is None else min(last, now), row.began)


def _asked_for(site_id: int, now: datetime) -> set[tuple[UUID, str]]:
    """The agents and statuses of recent writes from here: a change that is seen now may come from them."""
    rows = Change.objects.filter(
        site_id=site_id, kind=Change.Kind.STATUS, created__range=(now - OWN_WRITE_WINDOW, now)
    ).values_list("target", "asked")
    return {(target, name_key(asked["status"])) for target, asked in rows}


def note_gap(site_id: int, kind: str, began: datetime, ended: datetime) -> None:
    """Record that no one watched between two moments. They are one if the clock was set back."""
    Gap.objects.create(site_id=site_id, kind=kind, began=min(began, ended), ended=ended)


def expire(age: timedelta) -> int:
    """Delete some spans and gaps that ended longer ago than `age`. Open ones stay. Returns how many."""
    before, deleted = timezone.now() - age, 0
    for site in Site.objects.all():
        for rows in (site.agent_spans, site.gaps):
            # What ended before has also begun before, and only the beginnings have an index.
            old = rows.filter(began__lt=before, ended__lt=before)
            deleted += append_only.delete_oldest(old, "began", PURGE_BATCH)
    return deleted
