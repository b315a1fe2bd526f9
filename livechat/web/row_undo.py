"""Undo on the board: of the status that was set here last, as long as the agent still has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from livechat.boards import status_styles
from livechat.boards.agents import AgentRow
from livechat.comm100.records import same_status, status_kind
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Change, Outcome, Site
from livechat.web import change_lines

UNDO_AGE = timedelta(hours=8)  # a shift; older changes are undone on their own page
MAX_CHANGES = 500  # the newest that are looked through
SEEN_LATER = timedelta(minutes=1)  # from the decision until the agent was seen in the status, at most
CACHED_SITES, CACHED_SECONDS = 64, 60.0


@dataclass(frozen=True, slots=True)
class RowUndo:
    """What undoes the last change of an agent: `after` is the status it sets again, in words."""

    url: str
    set_url: str
    after: str | Promise
    reason: str
    actor: str
    when: datetime


def of_rows(site: Site, rows: Iterable[AgentRow]) -> dict[str, RowUndo]:
    """What can be undone of these agents, by their GUIDs."""
    newest = _newest_by_agent.get_or_make((site.pk, site.version), lambda: _newest(site))
    return {row.id: _undo(newest[row.id]) for row in rows if row.id in newest and _stands(newest[row.id], row)}


def _newest(site: Site) -> dict[str, Change]:
    """The newest change of each agent's status, if it was sent, has an outcome and can be undone."""
    changes = site.changes.filter(kind=Change.Kind.STATUS, created__gte=timezone.now() - UNDO_AGE)
    changes = changes.exclude(outcomes__result=Outcome.Result.REFUSED)  # these changed nothing
    found: dict[str, Change] = {}
    for change in changes[:MAX_CHANGES]:
        found.setdefault(str(change.target), change)
    prefetch_related_objects(list(found.values()), "outcomes")
    return {
        agent: change
        for agent, change in found.items()
        if change_lines.line(change).undo_url and status_kind(change.before["status"]) != "offline"
    }


def _stands(change: Change, row: AgentRow) -> bool:
    """Whether the agent has the status of this change, and nobody has set another one and this one again."""
    asked, before = change.asked["status"], change.before["status"]
    if not same_status(row.raw_status, asked) or same_status(asked, before):
        return False
    return row.since is None or row.since <= change.created + SEEN_LATER


def _undo(change: Change) -> RowUndo:
    return RowUndo(
        url=reverse("change-undo", args=[change.pk]),
        set_url=reverse("change-undo-set", args=[change.pk]),
        after=status_styles.of_agent(change.before["status"]).label,
        reason=change_lines.undo_reason(change),
        actor=change.actor_name,
        when=change.created,
    )


_newest_by_agent: TtlCache[tuple[int, int], dict[str, Change]] = TtlCache(CACHED_SITES, CACHED_SECONDS)
