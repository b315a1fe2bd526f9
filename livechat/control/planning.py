"""Planned statuses: made, replaced, cancelled, and kept in the record. `plan_worker` carries them out."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from livechat.comm100.text import MAX_NAME_CHARS, clean
from livechat.lib.vault import CannotOpen
from livechat.models import BulkRun, Change, Connection, Plan, PlanEvent, Site, append_only
from livechat.models.notes import Code, Note, note

State, What = Plan.State, PlanEvent.What
MAX_AHEAD = timedelta(hours=24)
PURGE_BATCH = 200  # plans deleted in one transaction, each with a few events


@dataclass(frozen=True, slots=True)
class Until:
    """Until when a status holds, and which comes then. It may be sent as late as `latest`."""

    due: datetime
    then: str
    latest: datetime


@dataclass(frozen=True, slots=True)
class For:
    """The agent whom a plan is for, and the status that the agent was set to."""

    agent_id: str
    name: str
    status: str


def token_end(connection: Connection) -> datetime | None:
    """When the credential of a connection ends for good, as far as it says so itself; None: it does not end."""
    try:
        return connection.credential().ends
    except CannotOpen:  # the write before the plan says so
        return None


def make(
    actor: User,
    connection: Connection,
    agents: Iterable[For],
    until: Until,
    *,
    nonce: str,
    reason: str = "",
    first: Change | None = None,
    run: BulkRun | None = None,
) -> None:
    """Store a plan for each of these agents. An agent's earlier plan is cancelled. A nonce plans once.

    The plan, the record of it and the site's version are one transaction, which may be part of a larger one.
    """
    site = connection.site
    wanted = {f"{nonce}-{agent.agent_id}": agent for agent in agents}
    with transaction.atomic():
        lock(site.pk)
        for known in Plan.objects.filter(nonce__in=list(wanted)).values_list("nonce", flat=True):
            del wanted[known]
        agent_ids = [uuid.UUID(agent.agent_id) for agent in wanted.values()]
        _cancel(site.plans.filter(agent_id__in=agent_ids), actor, note(Code.PLAN_REPLACED))
        plans = [
            Plan(
                site=site,
                agent_id=uuid.UUID(agent.agent_id),
                name=clean(agent.name, MAX_NAME_CHARS),
                status=agent.status,
                then=until.then,
                due=until.due,
                latest=until.latest,
                actor=actor,
                actor_name=actor.get_username(),
                connection=connection,
                reason=reason,
                first=first,
                run=run,
                nonce=key,
            )
            for key, agent in wanted.items()
        ]
        Plan.objects.bulk_create(plans)
        PlanEvent.objects.bulk_create(event(plan, What.PLANNED, actor) for plan in plans)
        site.bump_version()


def lock(site_id: int) -> None:
    """Let one transaction at a time change plans of a site. It comes first, as in writes, so that no two wait for each
    other."""
    Site.objects.select_for_update(no_key=True).get(pk=site_id)


def cancel(plan: Plan, actor: User) -> bool:
    """Cancel a plan. False if it has ended: it was sent, skipped or cancelled before."""
    with transaction.atomic():
        lock(plan.site_id)
        cancelled = _cancel(Plan.objects.filter(pk=plan.pk), actor, None)
        plan.site.bump_version()
    return cancelled > 0


def _cancel(plans: Any, actor: User, why: Note | None) -> int:
    """Cancel those of these plans that have not ended. A process that has claimed one sends nothing any more."""
    count = 0
    for plan in plans.filter(ended=None):
        now = timezone.now()
        if Plan.objects.filter(pk=plan.pk, ended=None).update(state=State.CANCELLED, note=why, ended=now):
            event(plan, What.CANCELLED, actor, why).save(force_insert=True)
            count += 1
    return count


def event(plan: Plan, what: PlanEvent.What, actor: User | None, why: Note | None = None) -> PlanEvent:
    """A row of the record about a plan, not stored yet."""
    return PlanEvent(
        plan=plan,
        site_id=plan.site_id,
        what=what,
        target=plan.agent_id,
        target_name=plan.name,
        status=plan.status,
        then=plan.then,
        due=plan.due,
        actor=actor,
        actor_name=actor.get_username() if actor else plan.actor_name,
        reason=plan.reason,
        note=why,
    )


def expire(age: timedelta) -> int:
    """Delete plans that ended longer ago than this, with what the record has of them, one batch a call."""
    return append_only.delete_oldest(Plan.objects.filter(ended__lt=timezone.now() - age), "ended", PURGE_BATCH)
