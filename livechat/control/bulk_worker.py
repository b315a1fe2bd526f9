"""Carrying a bulk change out, in batches: each batch is guarded by one read of the list and verified by the next."""

import time
from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from livechat.comm100.client import Client
from livechat.comm100.errors import Comm100Error, CredentialRefused, Forbidden, Throttled
from livechat.comm100.records import same_status, status_kind
from livechat.control import guarded, rights, verification
from livechat.control.statuses import StatusWrite, listed, shows
from livechat.lib import clock, vault
from livechat.live import budget, lease, token_renewal
from livechat.models import BulkItem, BulkRun, Change, append_only
from livechat.models.notes import Code, Note, note, said
from livechat.record import audit

Result, State = audit.Result, BulkItem.State
BATCH_AGENTS = 25
MAX_TRIES = 4  # reads of the list that fail one after the other; then the bulk change is given up
PAUSE_SECONDS = 2.0  # between two of these reads, and between two looks whether a call may leave
GUARD_SECONDS = 20.0  # how old the list may be; an older one is read again before a PUT


class _Over(Exception):
    """The bulk change ends here: cancelled, or nothing may carry it out. The agents left get `state` and `why`."""

    def __init__(self, why: Note | None = None, state: BulkItem.State = State.SKIPPED) -> None:
        self.why, self.state = why, state
        super().__init__(why)


class _Lost(Exception):
    """Another process has the lease: it goes on, this one must not."""


def carry_on(pk: int) -> None:
    """Carry a bulk change out, unless another process does or it has ended."""
    run = BulkRun.objects.filter(pk=pk, ended=None).select_related("site", "connection__site", "actor").first()
    if run is None:
        return
    token = lease.acquire(run, takeover=lease.LONG_TAKEOVER_SECONDS)
    if token is None:
        return
    with suppress(_Lost):
        _Worker(run, token).all()


class _Worker:
    """One process at work on one bulk change."""

    def __init__(self, run: BulkRun, token: int) -> None:
        self.run, self.token = run, token
        self.read_at = 0.0

    def all(self) -> None:
        """Set every agent that is left."""
        try:
            client = self._client()
            self._batches(client)
        except _Over as over:
            self.run.items.filter(state=State.WAITING).update(state=over.state, note=over.why)
        self._step(holder="", ended=timezone.now())
        self.run.site.bump_version()

    def _client(self) -> Client:
        if self.run.connection is None:
            raise _Over(note(Code.CREDENTIAL_REMOVED))
        while True:
            try:
                return token_renewal.client(self.run.connection)
            except budget.BudgetExhausted as exhausted:
                self._step()
                time.sleep(min(exhausted.wait, PAUSE_SECONDS))
            except vault.CannotOpen as reason:
                raise _Over(note(Code.CREDENTIAL_SEALED)) from reason
            except Comm100Error as error:
                raise _Over(note(Code.CREDENTIAL_REFUSED, error=said(error))) from error

    def _batches(self, client: Client) -> None:
        open_changes = [item.change for item in self._items(State.TAKEN) if item.change and _open(item.change)]
        if open_changes:
            self._verify(client, open_changes, max_reads=1)
        while batch := self._items(State.WAITING)[:BATCH_AGENTS]:
            known = audit.known_by_target(self.run.site, Change.Kind.STATUS, [item.agent_id for item in batch])
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
        return clock.steady() - self.read_at < GUARD_SECONDS

    def _items(self, state: BulkItem.State) -> list[BulkItem]:
        return list(self.run.items.filter(state=state).select_related("change"))

    def _step(self, **fields: object) -> None:
        """Show that this process is alive, and learn of a cancellation. Raises _Lost, _Over."""
        mine = self._moved(**fields)
        if "ended" in fields:
            return
        if mine.filter(cancelled=True).exists():
            raise _Over(state=State.CANCELLED)
        self._check_right()

    def _moved(self, **fields: object) -> QuerySet[BulkRun]:
        """Move the lease on. Returns the bulk change, as long as it is this process's. Raises _Lost."""
        mine = BulkRun.objects.filter(pk=self.run.pk, lease=self.token)
        self.run.checks += 1
        if not mine.update(checks=self.run.checks, **fields):
            raise _Lost
        return mine

    def _check_right(self) -> None:
        """Raises _Over if its person, or its credential (the same, or renewed), may not be used here any more."""
        why = rights.why_not(self.run.site, self.run.actor_id, self.run.connection)
        if why:
            raise _Over(why)

    def _allowed(self) -> None:
        """Wait until a call may leave, and count it."""
        while True:
            self._step()
            try:
                budget.take(write=True)
            except budget.BudgetExhausted as exhausted:
                time.sleep(min(exhausted.wait, PAUSE_SECONDS))
            else:
                return

    def _read(self, client: Client) -> Mapping[UUID, str]:
        """Every agent's status now. Tries again if Comm100 does not answer, and waits if Comm100 asks to wait."""
        while True:
            self._allowed()
            try:
                statuses = listed(client)
            except (CredentialRefused, Forbidden) as error:
                raise _Over(note(Code.ERROR, error=said(error))) from error
            except Comm100Error as error:
                if not (isinstance(error, Throttled) and error.limit):
                    self._tried(self.run.tries + 1)
                if self.run.tries >= MAX_TRIES:
                    raise _Over(note(Code.NO_ANSWER, error=said(error))) from error
                time.sleep(PAUSE_SECONDS)
            else:
                self.read_at = clock.steady()
                if self.run.tries:
                    self._tried(0)
                return statuses

    def _tried(self, number: int) -> None:
        """Note how many reads failed one after the other: a process that goes on must not begin to count again."""
        self.run.tries = number
        self._moved(tries=number)

    def _one(self, client: Client, item: BulkItem, statuses: Mapping[UUID, str], known: audit.Known) -> list[Change]:
        """Set one agent. Returns its change if that is still to be verified.

        `known`: which changes the agent had before the list was read.
        """
        now = statuses.get(item.agent_id)
        why = _why_not(item, now)
        if why or now is None:
            self._skip(item, why)
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
                self._moved()  # here, so that a process that has lost the lease decides nothing
                guarded.intend(write, change, known)
                item.change, item.state = change, State.TAKEN
                item.save(update_fields=["change", "state"])
        except guarded.Conflict as conflict:
            self._skip(item, note(Code.CHANGED_MEANWHILE, status=conflict.now))
            return []
        return [change] if guarded.send(write, client, change) else []

    def _skip(self, item: BulkItem, why: Note | None) -> None:
        item.state, item.note = State.SKIPPED, why
        item.save(update_fields=["state", "note"])
        self.run.site.bump_version()  # boards count how many agents are done

    def _verify(self, client: Client, changes: list[Change], *, max_reads: int | None = None) -> None:
        """Read the list until every change shows, for as long as a single write is looked at, and append outcomes."""

        def read() -> verification.States:
            with suppress(_Over):  # cancelled or not, what was sent gets its outcome
                self._step()
            budget.take(write=True)
            return {key: {"status": status} for key, status in listed(client).items()}

        for verdict in verification.verdicts(changes, read, shows, max_reads=max_reads):
            verdict.record()


def _open(change: Change) -> bool:
    return audit.standing(change)[0] in ("", Result.SENT)


def _why_not(item: BulkItem, now: str | None) -> Note | None:
    """Why an agent is not set: the guard, agent by agent."""
    if now is None:
        return note(Code.GONE)
    if status_kind(item.status) == "offline":
        return note(Code.OFFLINE)
    if same_status(now, item.status):
        return note(Code.SAME_STATUS)
    if not same_status(now, item.expected):
        return note(Code.CHANGED_MEANWHILE, status=now)
    return None
