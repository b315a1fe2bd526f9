"""Carries out planned statuses that are due. One process claims a plan, checks it by a fresh read, and sends it once.

A plan ends as sent in the transaction that records its change, before the PUT. So a process that has lost its claim, or
whose plan was cancelled, sends nothing. A process that is killed leaves either a claim that ends, or a change that
`recovery` looks at.
"""

import uuid
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from livechat.comm100.errors import Comm100Error, CredentialRefused, Forbidden, NotFound, Refused
from livechat.comm100.records import same_status
from livechat.control import guarded, planning, rights
from livechat.control.statuses import StatusWrite
from livechat.lib import background, vault
from livechat.live import budget
from livechat.models import BulkItem, Change, Outcome, Plan
from livechat.models.notes import Code, Note, note, said
from livechat.record import audit

State, What = Plan.State, planning.What
CLAIM_TIME = timedelta(seconds=45)  # longer than what comes before the PUT: a renewal of the token, and a read
RETRY_AFTER = timedelta(seconds=10)  # if Comm100 does not answer, or the call limit is used up
LATE_AFTER = timedelta(seconds=60)  # a status sent by then is not called late
WAIT_FOR_BULK = timedelta(seconds=5)  # while the bulk change that sets the status before has not come to this agent
ENDS = {State.SENT: What.SENT, State.LATE: What.LATE, State.SKIPPED: What.SKIPPED}


def _impossible(reason: Exception) -> Note:
    """Why a plan can never be sent."""
    if isinstance(reason, NotFound):
        return note(Code.GONE)
    if isinstance(reason, vault.CannotOpen):
        return note(Code.CREDENTIAL_SEALED)
    if isinstance(reason, Comm100Error):
        return note(Code.CREDENTIAL_REFUSED, error=said(reason))
    return note(Code.SAME_STATUS)


class _Lost(Exception):
    """The claim is another process's, or has ended; or the plan was cancelled. Nothing is sent."""


def carry_out_due() -> None:
    """Carry out the plans that are due, off this thread; the collector and the web do so at each step."""
    for site_id in due(timezone.now()).order_by().values_list("site", flat=True).distinct():
        background.start(("plans", site_id), partial(_carry_out_all, site_id))


def due(now: datetime) -> QuerySet[Plan]:
    """The plans to carry out at a moment: those that no process has claimed, or whose claim has ended."""
    return Plan.objects.filter(
        Q(state=State.PLANNED) | Q(state=State.CLAIMED, claimed_until__lte=now), ended=None, due__lte=now
    )


def _carry_out_all(site_id: int) -> None:
    """One after the other: many at once would use up the call limit. Each site on its own: another may not answer."""
    for pk in list(due(timezone.now()).filter(site=site_id).values_list("pk", flat=True)):
        carry_out(pk)


def carry_out(pk: int) -> None:
    """Carry out a plan, unless another process does or it has ended."""
    now, claim = timezone.now(), uuid.uuid4()
    claimed = due(now).filter(pk=pk).update(state=State.CLAIMED, claim=claim, claimed_until=now + CLAIM_TIME)
    if claimed:
        rows = Plan.objects.select_related("site", "connection__site", "actor", "first", "run")
        _Claimed(rows.get(pk=pk), claim).carry_out()


class _Claimed:
    """A plan that this process has claimed."""

    def __init__(self, plan: Plan, claim: uuid.UUID) -> None:
        self.plan, self.claim = plan, claim

    def carry_out(self) -> None:
        """Send the status, or skip it, or try again later."""
        plan = self.plan
        if timezone.now() > plan.latest:
            self._end(State.SKIPPED, self._too_late())
            return
        if plan.run and plan.run.ended is None and self._item_state() == BulkItem.State.WAITING:
            self._again(plan.note, WAIT_FOR_BULK)
            return
        why = self._not_begun() or rights.why_not(plan.site, plan.actor_id, plan.connection)
        if why:
            self._end(State.SKIPPED, why)
        else:
            try:
                self._send()
            except (_Lost, guarded.NotRecorded):
                pass  # it is another's, or it is due again when the claim ends
            except guarded.Conflict as conflict:
                self._end(State.SKIPPED, note(Code.PLAN_MOVED, planned=plan.status, status=conflict.now))
            except (guarded.NotPossible, NotFound, vault.CannotOpen, CredentialRefused, Forbidden, Refused) as reason:
                self._end(State.SKIPPED, _impossible(reason))
            except budget.BudgetExhausted:
                self._again(note(Code.PLAN_CALL_LIMIT, until=plan.latest), RETRY_AFTER)
            except Comm100Error as error:
                self._again(note(Code.PLAN_NO_ANSWER, until=plan.latest, error=said(error)), RETRY_AFTER)

    def _send(self) -> None:
        """The guarded write. If its nonce was used, a process sent it that was stopped before it could say so."""
        plan = self.plan
        if plan.actor is None or plan.connection is None:  # neither has a right, as was seen before
            raise _Lost
        write = StatusWrite(str(plan.agent_id), plan.name, plan.then, plan.status)
        request = guarded.WriteRequest(
            plan.actor, plan.connection, str(plan.uuid), plan.reason, recorded=self._record_sent
        )
        change = guarded.perform(write, request)
        if plan.change is None:
            self._end(self._sent_state(), None, change)

    def _record_sent(self, change: Change) -> None:
        """End the plan in the transaction that records its change. Raises _Lost: then neither is recorded."""
        if timezone.now() > self.plan.latest or not self._end(self._sent_state(), None, change):
            raise _Lost
        self.plan.change = change

    def _sent_state(self) -> Plan.State:
        return State.LATE if timezone.now() - self.plan.due > LATE_AFTER else State.SENT

    def _end(self, state: Plan.State, why: Note | None, change: Change | None = None) -> bool:
        """Note how the plan ended, if it is still this process's."""
        with transaction.atomic():
            planning.lock(self.plan.site_id)
            if not self._mine().update(state=state, note=why, change=change, ended=timezone.now()):
                return False
            planning.event(self.plan, ENDS[state], self.plan.actor, why).save(force_insert=True)
            self.plan.site.bump_version()
        return True

    def _again(self, why: Note | None, wait: timedelta) -> None:
        """Give the plan back for a while."""
        self._mine().update(note=why, claimed_until=timezone.now() + wait)

    def _mine(self) -> QuerySet[Plan]:
        now = timezone.now()
        return Plan.objects.filter(
            pk=self.plan.pk, state=State.CLAIMED, claim=self.claim, claimed_until__gt=now, ended=None
        )

    def _too_late(self) -> Note:
        """Why it is too late: what the last try met, else that no server tried."""
        return self.plan.note or note(Code.PLAN_TOO_LATE, until=self.plan.latest)

    def _not_begun(self) -> Note | None:
        """Why the status before does not count as set: Comm100 refused it, or the bulk change left the agent alone."""
        first, state = self.plan.first, self._item_state()
        refused = first is not None and audit.standing(first)[0] == Outcome.Result.REFUSED
        left = state in (BulkItem.State.SKIPPED, BulkItem.State.CANCELLED)
        return note(Code.PLAN_NOT_BEGUN) if refused or left else None

    def _item_state(self) -> str:
        """How far the bulk change is with this agent; "" if there is none, or if the agent had the status before."""
        run = self.plan.run
        item = None if run is None else run.items.filter(agent_id=self.plan.agent_id).first()
        return "" if item is None or same_status(item.expected, item.status) else str(item.state)
