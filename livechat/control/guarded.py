"""The one path every write takes: read, compare, record, send once, verify.

A fresh GET is compared with what the form showed. The intention is committed, then one PUT leaves. Off the request's
thread, GETs follow until the change shows (see `verification`). A PUT is repeated only if its connection was never
made.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.comm100.client import Client
from livechat.comm100.errors import Comm100Error, Malformed, Unreachable
from livechat.comm100.text import MAX_NAME_CHARS, clean
from livechat.control import verification
from livechat.lib import background, outages
from livechat.lib.vault import CannotOpen
from livechat.live import budget, refresh, snapshot_cache, sources, token_renewal
from livechat.models import Change, Connection, Outcome, Site, Snapshot, append_only
from livechat.models.notes import Code, note, said
from livechat.record import audit

Result = Outcome.Result
NOT_RECORDED = _(
    "This server's database cannot be written at the moment, so the change could not be recorded. Nothing was sent. "
    "Try again in a moment."
)


class Conflict(Exception):
    """The fresh read differs from what the form showed. Nothing was sent."""

    def __init__(self, saw: Any, now: Any, asked: Any) -> None:
        self.saw, self.now, self.asked = saw, now, asked
        super().__init__("changed meanwhile")


class NotPossible(Exception):
    """The write makes no sense as asked; `message` says why. Nothing was sent."""

    def __init__(self, message: str | Promise) -> None:
        self.message = message
        super().__init__(message)


class NotRecorded(NotPossible):
    """The database cannot record the write. Nothing was sent."""

    def __init__(self) -> None:
        super().__init__(NOT_RECORDED)


@dataclass(frozen=True)
class WriteRequest:
    """A request to write: the person, the connection and the reason. `nonce` is the form's: one nonce makes one PUT.

    `override` says that the person saw a conflict and went on; the guard then compares with what they saw there.
    `recorded` is called in the transaction that records the change. If it raises, that is undone and nothing is sent.
    """

    actor: User
    connection: Connection
    nonce: str
    reason: str = ""
    override: bool = False
    recorded: Callable[[Change], None] | None = None


class Write(ABC):
    """The steps that differ between kinds of writes. States are JSON values, as the record keeps them."""

    kind: Change.Kind
    target: UUID
    target_name: str

    @abstractmethod
    def read(self, client: Client) -> Any:
        """The present state, by one GET."""

    @abstractmethod
    def differs(self, state: Any) -> bool:
        """Whether a state is not the one that the form showed."""

    @abstractmethod
    def conflict(self, state: Any) -> Conflict:
        """The conflict to raise if it is not."""

    @abstractmethod
    def asked(self, state: Any) -> Any:
        """What will be sent, given the present state. Raises NotPossible."""

    @abstractmethod
    def send(self, client: Client, asked: Any) -> None:
        """The one PUT."""

    @abstractmethod
    def shows(self, state: Any, asked: Any) -> bool:
        """Whether a state shows what was asked."""

    @property
    @abstractmethod
    def record_kind(self) -> str:
        """The kind of the snapshot of the one record that is written."""

    def sent(self, change: Change) -> None:  # noqa: B027
        """Called after the PUT was answered well: viewers can see the change before the next refresh."""


def perform(write: Write, request: WriteRequest) -> Change:
    """Carry out a write up to its PUT; it is verified off this thread. Its outcomes then show whether it took effect.

    Raises Conflict, NotPossible (NotRecorded if the database fails), budget.BudgetExhausted, vault.CannotOpen, and what
    the fresh GET may raise (Comm100Error): in each case nothing was sent.
    """
    try:
        change, client = _intended(write, request)
    except outages.UNAVAILABLE as error:
        outages.note(error, "to record a change, which was not sent")
        raise NotRecorded from error
    if client is not None and _sent(write, client, change):
        background.start(("verify", change.pk), lambda: verify(write, request.connection, change))
    return change


def _intended(write: Write, request: WriteRequest) -> tuple[Change, Client | None]:
    """The recorded change, and the client that sends it; None if its nonce was used before."""
    done = Change.objects.filter(nonce=request.nonce, actor=request.actor).first()
    if done is not None:
        return done, None
    site = request.connection.site
    client = token_renewal.client(request.connection)
    known = audit.known_by_target(site, write.kind, [write.target])[write.target]
    budget.take(write=True)
    with budget.respecting_limits():
        state = write.read(client)
    if write.differs(state):
        raise write.conflict(state)
    change = Change(
        site=site,
        kind=write.kind,
        target=write.target,
        target_name=clean(write.target_name, MAX_NAME_CHARS),
        actor=request.actor,
        actor_name=request.actor.get_username(),
        before=state,
        asked=write.asked(state),
        reason=request.reason,
        override=request.override,
        nonce=request.nonce,
    )
    budget.take(write=True)
    with append_only.durable():
        done = intend(write, change, known)
        if done is None and request.recorded:
            request.recorded(change)
    return (change, client) if done is None else (done, None)


def _sent(write: Write, client: Client, change: Change) -> bool:
    """Send it. True if it is to be verified, also if the database fails after the PUT: what was sent then shows."""
    try:
        return send(write, client, change)
    except outages.UNAVAILABLE as error:
        outages.note(error, "to record the outcome of a change")
        return True


def intend(write: Write, change: Change, known: audit.Known) -> Change | None:
    """Record the intention before the PUT, inside `append_only.durable()`. Returns the change its nonce made before.

    The site's version moves with it: open pages show what is being sent.

    Two people who saw the same and write at the same moment both pass the guard of their fresh reads. This part runs
    for one at a time, and it raises Conflict if it finds a change that the fresh read did not see. `known` tells
    which changes the target had before that read.
    """
    Site.objects.select_for_update(no_key=True).get(pk=change.site_id)
    done = Change.objects.filter(nonce=change.nonce).first()
    if done is not None:
        return done
    other = audit.unseen(change.site, write.kind, write.target, known)
    if other is not None and not write.shows(change.before, other.asked):
        raise write.conflict(other.asked)
    change.save(force_insert=True)
    change.site.bump_version()
    return None


def send(write: Write, client: Client, change: Change) -> bool:
    """The PUT and its first outcome. True if it is still to be verified."""
    try:
        with budget.respecting_limits():
            try:
                write.send(client, change.asked)
            except Unreachable as error:
                if error.sent:
                    raise
                write.send(client, change.asked)  # the connection was never made: this is still the first PUT
    except Comm100Error as error:
        if isinstance(error, Unreachable | Malformed) and not error.sent:
            audit.outcome(change, Result.REFUSED, why=note(Code.NOTHING_SENT, error=said(error)))
            return False
        if not error.final:
            audit.outcome(change, Result.SENT, why=note(Code.ERROR, error=said(error)))
            return True
        audit.outcome(change, Result.SENT)
        audit.outcome(change, Result.REFUSED, why=note(Code.ERROR, error=said(error)))
        return False
    audit.outcome(change, Result.SENT)
    write.sent(change)
    return True


def verify(write: Write, connection: Connection, change: Change) -> None:
    """Read until the change shows, for as long as `verification` looks, and append its final outcome."""
    try:
        client = token_renewal.client(connection)
    except (Comm100Error, budget.BudgetExhausted, CannotOpen) as reason:
        audit.outcome(change, Result.UNKNOWN, why=verification.not_verified(reason))
        return

    def read() -> verification.States:
        budget.take(write=True)
        with budget.respecting_limits():
            return {change.target: write.read(client)}

    (verdict,) = verification.verdicts([change], read, write.shows)
    # The page that shows the outcome offers the next edit, which must start from what is there now.
    feed = sources.of(change.site, connection)
    if Snapshot.objects.filter(site=change.site, fingerprint=feed.fingerprint, kind=write.record_kind).exists():
        refresh.refresh(feed, write.record_kind, person=change.actor_id)
        snapshot_cache.mark_stale(change.site.pk)
    verdict.record()
