"""Bulk changes: setting the status of many agents, one by one, guarded and verified by the list, so that reads are few.

A bulk change is a `BulkRun` with a `BulkItem` for each agent. The process that holds its lease carries it out. If that
process is killed, another goes on where it stopped; what was under way is looked at and never sent again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from livechat.comm100.records import status_kind
from livechat.control import planning
from livechat.control.bulk_worker import carry_on
from livechat.control.guarded import NotRecorded
from livechat.control.planning import Until
from livechat.lib import background, outages
from livechat.models import BulkItem, BulkRun, Connection, Site, append_only
from livechat.models.notes import Code, Note, note
from livechat.record import audit

State = BulkItem.State
PURGE_BATCH = 20  # bulk changes deleted in one transaction: each may have an item for every agent


@dataclass(frozen=True, slots=True)
class Pick:
    """An agent to set. `expected` is the status that the preview showed; `skip` says why the agent is left alone."""

    agent_id: str
    name: str
    expected: str
    status: str
    skip: Note | None = None


def start(
    actor: User,
    connection: Connection,
    picks: Iterable[Pick],
    *,
    nonce: str,
    reason: str = "",
    undoes: BulkRun | None = None,
    until: Until | None = None,
) -> BulkRun:
    """Store a bulk change and begin, and plan what comes after it `until` a time.

    A nonce that was used before gives the bulk change it made. Raises NotRecorded.
    """
    picks = list(picks)
    try:
        with transaction.atomic():
            run = BulkRun.objects.create(
                site=connection.site,
                actor=actor,
                actor_name=actor.get_username(),
                connection=connection,
                reason=reason,
                undoes=undoes,
                nonce=nonce,
            )
            BulkItem.objects.bulk_create(
                BulkItem(
                    run=run,
                    agent_id=UUID(pick.agent_id),
                    name=pick.name,
                    expected=pick.expected,
                    status=pick.status,
                    state=State.SKIPPED if pick.skip else State.WAITING,
                    note=pick.skip,
                )
                for pick in picks
            )
            if until:
                agents = [planning.For(pick.agent_id, pick.name, pick.status) for pick in picks if not pick.skip]
                planning.make(actor, connection, agents, until, nonce=nonce, reason=reason, run=run)
    except IntegrityError:
        return BulkRun.objects.get(nonce=nonce) if undoes is None else BulkRun.objects.get(undoes=undoes)
    except outages.UNAVAILABLE as error:
        outages.note(error, "to record a bulk change, which was not begun")
        raise NotRecorded from error
    with outages.told("to show a bulk change at once"):
        run.site.bump_version()
    go_on(run.pk)
    return run


def undo(run: BulkRun, actor: User, connection: Connection, *, nonce: str) -> BulkRun:
    """Set every agent that a bulk change set back to the status before. An agent that changed since is left alone."""
    items = run.items.filter(state=State.TAKEN).select_related("change").prefetch_related("change__outcomes")
    picks = []
    for item in items:
        if item.change is None or audit.standing(item.change)[0] == audit.Result.REFUSED:
            continue
        before = item.change.before["status"]
        skip = note(Code.WAS_OFFLINE) if status_kind(before) == "offline" else None
        picks.append(Pick(str(item.agent_id), item.name, item.status, before, skip))
    return start(actor, connection, picks, nonce=nonce, reason=run.reason, undoes=run)


def cancel(run: BulkRun) -> None:
    """Set no more agents. Those that were set stay so."""
    BulkRun.objects.filter(pk=run.pk, ended=None).update(cancelled=True)
    go_on(run.pk)


def running(site: Site) -> QuerySet[BulkRun]:
    """The bulk changes of a site that have not ended, each with `done` of `total` agents."""
    done = Count("items", filter=~Q(items__state=State.WAITING))
    return site.bulk_runs.filter(ended=None).annotate(done=done, total=Count("items"))


def go_on(pk: int) -> None:
    """Carry a bulk change on, off this thread, unless another process does."""
    background.start(("bulk", pk), lambda: carry_on(pk))


def go_on_with_all() -> None:
    """The same for every bulk change that has not ended; the collector and the web do so at each step."""
    for pk in BulkRun.objects.filter(ended=None).values_list("pk", flat=True):
        go_on(pk)


def expire(age: timedelta) -> int:
    """Delete bulk changes that ended longer ago than this, with their items, one batch a call. Returns how many.

    One that was undone stays as long as the bulk change that undid it.
    """
    old = BulkRun.objects.filter(ended__lt=timezone.now() - age, undone_by=None)
    return append_only.delete_oldest(old, "ended", PURGE_BATCH)
