"""Setting the status of many agents: one by one, guarded and verified by the list, so that reads are few.

An order is rows in the database. Whichever process holds its lease carries it out; where that one is killed another
goes on where it stopped, and what was under way is looked at, never sent again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from livechat.comm100.records import status_kind
from livechat.control.bulk_worker import carry_on
from livechat.lib import background
from livechat.models import BulkItem, BulkRun, Connection, Site, append_only
from livechat.record import audit

State = BulkItem.State
AT_ONCE = 20  # orders deleted in one transaction: each may have an item for every agent
OFFLINE = _("Was offline before, which Comm100 does not let anybody set.")


@dataclass(frozen=True, slots=True)
class Pick:
    """An agent to set: `expected` is the status that the preview showed."""

    agent_id: str
    name: str
    expected: str
    status: str
    skip: str = ""


def start(
    actor: User,
    connection: Connection,
    picks: Iterable[Pick],
    *,
    nonce: str,
    reason: str = "",
    undoes: BulkRun | None = None,
) -> BulkRun:
    """Write an order down and begin; a nonce that was used gives the order it made."""
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
                    message=pick.skip,
                )
                for pick in picks
            )
    except IntegrityError:
        return BulkRun.objects.get(nonce=nonce) if undoes is None else BulkRun.objects.get(undoes=undoes)
    run.site.bump_version()
    go_on(run.pk)
    return run


def undo(run: BulkRun, actor: User, connection: Connection, *, nonce: str) -> BulkRun:
    """Give everybody whom an order changed the status of before. Who has changed since is left alone, and told."""
    items = run.items.filter(state=State.TAKEN).select_related("change").prefetch_related("change__outcomes")
    picks = []
    for item in items:
        if item.change is None or audit.standing(item.change)[0] == audit.Result.REFUSED:
            continue
        before = item.change.before["status"]
        skip = OFFLINE if status_kind(before) == "offline" else ""
        picks.append(Pick(str(item.agent_id), item.name, item.status, before, skip))
    return start(actor, connection, picks, nonce=nonce, reason=run.reason, undoes=run)


def cancel(run: BulkRun) -> None:
    """Let nobody be set any more; what was sent stays."""
    BulkRun.objects.filter(pk=run.pk, ended=None).update(cancelled=True)
    go_on(run.pk)


def at_work(site: Site) -> QuerySet[BulkRun]:
    """The orders of a site that have not ended, each with `done` of `total` agents."""
    done = Count("items", filter=~Q(items__state=State.WAITING))
    return site.bulk_runs.filter(ended=None).annotate(done=done, total=Count("items"))


def go_on(pk: int) -> None:
    """Carry an order on off this thread, unless another process does."""
    background.start(("bulk", pk), lambda: carry_on(pk))


def go_on_with_all() -> None:
    """The same for every order that is open: what the collector does at its every step."""
    for pk in BulkRun.objects.filter(ended=None).values_list("pk", flat=True):
        go_on(pk)


def expire(age: timedelta) -> int:
    """Delete orders that ended longer ago than this, with their items, some at a time; how many.

    One that was undone stays as long as the order that undid it.
    """
    old = BulkRun.objects.filter(ended__lt=timezone.now() - age, undone_by=None)
    return append_only.delete_oldest(old, "ended", AT_ONCE)
