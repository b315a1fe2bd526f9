"""Carrying an order for many agents out: in batches, each guarded by one read of the list and verified by the next."""

import time
from contextlib import suppress
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from livechat.comm100.client import Client
from livechat.comm100.errors import Comm100Error, CredentialRefused, Forbidden, Throttled
from livechat.comm100.records import status_kind
from livechat.control import guarded
from livechat.control.statuses import StatusWrite, listed
from livechat.lib import clock, vault
from livechat.live import budget, lease, sources, token_renewal
from livechat.models import BulkItem, BulkRun, Change, append_only
from livechat.record import audit
from livechat.sites import roles

Result, State = audit.Result, BulkItem.State
BATCH = 25
TRIES = 4  # reads of the list before an order is given up
PAUSE = 2.0  # seconds between two of them, and between two looks whether a call may leave
GUARDS_FOR = 20.0  # seconds for which what the list showed holds; then it is read again
Statuses = dict[UUID, str]


class _Over(Exception):
    """The order ends here: cancelled, or with nobody to carry it out; `message` is for those who are left."""

    def __init__(self, message: str = "", state: BulkItem.State = State.SKIPPED) -> None:
        self.message, self.state = message, state
        super().__init__(message)


class _Lost(Exception):
    """Another process has the lease: it goes on, this one must not."""


def carry_on(pk: int) -> None:
    """Carry an order out, unless another process does or it has ended."""
    run = BulkRun.objects.filter(pk=pk, ended=None).select_related("site", "connection__site", "actor").first()
    if run is None:
        return
    token = lease.acquire(run)
    if token is None:
        return
    with suppress(_Lost):
        _Work(run, token).all()


class _Work:
    """One process at work on one order."""

    def __init__(self, run: BulkRun, token: int) -> None:
        self.run, self.token = run, token
        self.read_at = 0.0

    def all(self) -> None:
        """Everything that is left of the order."""
        try:
            client = self._client()
            self._batches(client)
        except _Over as over:
            self.run.items.filter(state=State.WAITING).update(state=over.state, message=over.message)
        self._step(holder="", ended=timezone.now())
        self.run.site.bump_version()

    def _client(self) -> Client:
        if self.run.connection is None:
            raise _Over("The credential was removed.")
        while True:
            try:
                return token_renewal.client(self.run.connection)
            except budget.BudgetExhausted as spent:
                self._step()
                time.sleep(min(spent.wait, PAUSE))
            except (Comm100Error, vault.CannotOpen) as reason:
                raise _Over(f"The stored credential cannot be used: {reason}.") from reason

    def _batches(self, client: Client) -> None:
        left = [item.change for item in self._items(State.TAKEN) if item.change and _open(item.change)]
        if left:
            self._verify(client, left, tries=1)
        while batch := self._items(State.WAITING)[:BATCH]:
            known = audit.counted(self.run.site, Change.Kind.STATUS, [item.agent_id for item in batch])
            statuses = self._read(client)
            sent: list[Change] = []
            try:
                for item in batch:
                    if self._fresh():
                        sent += self._one(client, item, statuses, known[item.agent_id])
            finally:
                self._verify(client, sent)

    def _fresh(self) -> bool:
        """Whether the list was read a moment ago: PUTs may have waited for minutes since, and people act meanwhile."""
        return clock.steady() - self.read_at < GUARDS_FOR

    def _items(self, state: BulkItem.State) -> list[BulkItem]:
        return list(self.run.items.filter(state=state).select_related("change"))

    def _step(self, **fields: object) -> None:
        """Show that this process is alive and learn of a cancellation. Raises _Lost, _Over."""
        mine = self._moved(**fields)
        if "ended" in fields:
            return
        if mine.filter(cancelled=True).exists():
            raise _Over(state=State.CANCELLED)
        self._check_right()

    def _moved(self, **fields: object) -> QuerySet[BulkRun]:
        """Move the lease on: the order, as long as it is this process's. Raises _Lost."""
        mine = BulkRun.objects.filter(pk=self.run.pk, lease=self.token)
        self.run.checks += 1
        if not mine.update(checks=self.run.checks, **fields):
            raise _Lost
        return mine

    def _check_right(self) -> None:
        """Raises _Over where its person, or its credential (the same, or renewed), may not be used here any more."""
        actor = User.objects.filter(pk=self.run.actor_id or 0, is_active=True).first()
        seat = roles.seat(actor, self.run.site_id) if actor else roles.NO_SEAT
        if actor is None or seat.site is None or seat.site != self.run.site or not seat.can_write:
            raise _Over("Who ordered this may not write here any more.")
        writer, mine = sources.writer(seat.site, actor), self.run.connection
        if writer is None or mine is None or (writer.pk, writer.fingerprint) != (mine.pk, mine.fingerprint):
            raise _Over("The credential it was ordered by was removed or replaced, or may not be used for it any more.")

    def _allowed(self) -> None:
        """Wait until a call may leave, and count it."""
        while True:
            self._step()
            try:
                budget.take(write=True)
            except budget.BudgetExhausted as spent:
                time.sleep(min(spent.wait, PAUSE))
            else:
                return

    def _read(self, client: Client) -> Statuses:
        """Everybody's status now; tried again where Comm100 does not answer, and waited for where it asks to wait."""
        left = TRIES
        while True:
            self._allowed()
            try:
                statuses = listed(client)
            except (CredentialRefused, Forbidden) as error:
                raise _Over(error.message) from error
            except Comm100Error as error:
                left -= not (isinstance(error, Throttled) and error.limit)
                if not left:
                    raise _Over(f"Comm100 did not answer, so nothing was sent. {error.message}") from error
                time.sleep(PAUSE)
            else:
                self.read_at = clock.steady()
                return statuses

    def _one(self, client: Client, item: BulkItem, statuses: Statuses, known: int) -> list[Change]:
        """One agent; her change where it is still to be verified. `known`: her changes before the list was read."""
        now = statuses.get(item.agent_id)
        reason = _why_not(item, now)
        if reason or now is None:
            self._skip(item, reason)
            return []
        self._allowed()
        if not self._fresh():
            return []
        write = StatusWrite(str(item.agent_id), item.name, item.status, item.expected)
        change = Change(
            site=self.run.site,
            kind=write.kind,
            target=write.target,
            target_name=item.name,
            actor=self.run.actor,
            actor_name=self.run.actor_name,
            before={"status": now},
            asked=write.asked({"status": now}),
            reason=self.run.reason,
            nonce=f"bulk-{item.pk}",
        )
        try:
            with append_only.durable():
                self._moved()  # here, so that who has lost the lease decides nothing
                guarded.intend(write, change, known)
                item.change, item.state = change, State.TAKEN
                item.save(update_fields=["change", "state"])
        except guarded.Conflict as conflict:
            self._skip(item, _changed(conflict.now))
            return []
        return [change] if guarded.send(write, client, change) else []

    def _skip(self, item: BulkItem, why: str) -> None:
        item.state, item.message = State.SKIPPED, why
        item.save(update_fields=["state", "message"])

    def _verify(self, client: Client, changes: list[Change], *, tries: int = 0) -> None:
        """Read the list until every change shows, for as long as a single write is looked at, and append outcomes.

        `tries`: how many good reads suffice, 0 for as many as there is time for.
        """
        until, message = clock.steady() + guarded.VERIFY_FOR, ""
        left = {change.target: change for change in changes}
        statuses: Statuses = {}
        while left:
            with suppress(_Over):  # cancelled or not, what was sent gets its outcome
                self._step()
            try:
                budget.take(write=True)
                statuses = listed(client)
            except budget.BudgetExhausted as spent:
                message = f"Not verified: the call limit is used up, {spent}."
            except Comm100Error as error:
                message = error.message
            else:
                message, tries = "Comm100 does not show it yet.", tries - 1
                for target, change in list(left.items()):
                    if statuses.get(target, "").casefold() == change.asked["status"].casefold():
                        audit.outcome(left.pop(target), Result.CONFIRMED, after={"status": statuses[target]})
            if tries == 0 or clock.steady() + guarded.VERIFY_EVERY > until:
                break
            if left:
                time.sleep(guarded.VERIFY_EVERY)
        for target, change in left.items():
            answered = audit.standing(change) == (Result.SENT, "") and target in statuses
            after = {"status": statuses[target]} if target in statuses else None
            audit.outcome(change, Result.NOT_VISIBLE if answered else Result.UNKNOWN, after=after, message=message)


def _open(change: Change) -> bool:
    return audit.standing(change)[0] in ("", Result.SENT)


def _why_not(item: BulkItem, now: str | None) -> str:
    """Why an agent is not set: the guard, agent by agent."""
    if now is None:
        return "Not at this site any more."
    if status_kind(item.status) == "offline":
        return "Offline cannot be set: Comm100 does not take it."
    if now.casefold() == item.status.casefold():
        return "In that status already."
    if now.casefold() != item.expected.casefold():
        return _changed(now)
    return ""


def _changed(now: str) -> str:
    return f"Changed meanwhile: {now}."
