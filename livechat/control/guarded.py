"""The one path every write takes (DESIGN section 4, "Write").

Fresh GET, compare with what the form showed, commit the intention, one PUT, and off the request thread GET
until it shows. A write is never repeated unless its connection was never made; what a PUT's answer
says is no proof (the vendor's own sample does not show what was sent).
"""

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.functional import Promise

from livechat.comm100.client import Client
from livechat.comm100.errors import Comm100Error, Malformed, Unreachable
from livechat.comm100.text import MAX_NAME_CHARS, clean
from livechat.lib import background, clock
from livechat.lib.vault import CannotOpen
from livechat.live import budget, refresh, snapshot_cache, sources, token_renewal
from livechat.models import Change, Connection, Outcome, Site, Snapshot, append_only
from livechat.record import audit

Result = Outcome.Result
VERIFY_FOR = 6.0  # seconds; Comm100 refreshes its own cache every 5
VERIFY_EVERY = 1.5


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


@dataclass(frozen=True)
class Order:
    """Who asks, by which connection, for what reason. `nonce` is the form's: one nonce makes one PUT.

    `override` says that he was shown a conflict and went on; the guard holds against what he saw then.
    """

    actor: User
    connection: Connection
    nonce: str
    reason: str = ""
    override: bool = False


class Write(ABC):
    """What is particular to one kind of write. States are JSON values, as the record keeps them."""

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
        """What is told where it is not."""

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
        """The snapshot of the one record that is written."""

    def sent(self, change: Change) -> None:  # noqa: B027
        """Called once the PUT was answered well: let viewers see it before the next refresh."""


def perform(write: Write, order: Order) -> Change:
    """Carry out a write up to its PUT; verification goes on off this thread.

    Raises Conflict, NotPossible, budget.BudgetExhausted, vault.CannotOpen, and what the fresh GET may raise
    (Comm100Error): in each case nothing was sent. Afterwards the change's outcomes tell the story.
    """
    done = Change.objects.filter(nonce=order.nonce, actor=order.actor).first()
    if done is not None:
        return done
    site = order.connection.site
    client = token_renewal.client(order.connection)
    known = audit.counted(site, write.kind, [write.target])[write.target]
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
        actor=order.actor,
        actor_name=order.actor.get_username(),
        before=state,
        asked=write.asked(state),
        reason=order.reason,
        override=order.override,
        nonce=order.nonce,
    )
    budget.take(write=True)
    with append_only.durable():
        done = intend(write, change, known)
    if done is not None:
        return done
    if send(write, client, change):
        background.start(("verify", change.pk), lambda: verify(write, order.connection, change))
    return change


def intend(write: Write, change: Change, known: int) -> Change | None:
    """Record the intention before the PUT, inside `append_only.durable()`. Returns the change its nonce made before.

    Two who saw the same and write at the same moment both pass the guard of their fresh reads. Here they come one
    after the other, and who finds a change that his read did not see raises Conflict. `known` is how many changes
    the target had before that read.
    """
    Site.objects.select_for_update(no_key=True).get(pk=change.site_id)
    done = Change.objects.filter(nonce=change.nonce).first()
    if done is not None:
        return done
    other = audit.unseen(change.site, write.kind, write.target, known)
    if other is not None and not write.shows(change.before, other.asked):
        raise write.conflict(other.asked)
    change.save(force_insert=True)
    return None


def send(write: Write, client: Client, change: Change) -> bool:
    """The PUT and its first outcome; True where it is still to be verified."""
    try:
        with budget.respecting_limits():
            try:
                write.send(client, change.asked)
            except Unreachable as error:
                if error.sent:
                    raise
                write.send(client, change.asked)  # the connection was never made: this is still the first PUT
    except (Unreachable, Malformed) as error:
        if error.sent:
            audit.outcome(change, Result.SENT, message=error.message)
            return True
        audit.outcome(change, Result.REFUSED, message=f"Nothing was sent. {error.message}")
        return False
    except Comm100Error as error:
        audit.outcome(change, Result.SENT)
        audit.outcome(change, Result.REFUSED, message=error.message)
        return False
    audit.outcome(change, Result.SENT)
    write.sent(change)
    return True


def verify(write: Write, connection: Connection, change: Change) -> None:
    """Read until the change shows, for 6 s at most, and append its final outcome."""
    answered = audit.standing(change) == (Result.SENT, "")
    until = clock.steady() + VERIFY_FOR
    result, after, message = Result.UNKNOWN, None, ""
    try:
        client = token_renewal.client(connection)
    except (Comm100Error, budget.BudgetExhausted, CannotOpen) as reason:
        audit.outcome(change, Result.UNKNOWN, message=f"Not verified: {reason}.")
        return
    while True:
        try:
            budget.take(write=True)
            with budget.respecting_limits():
                after = write.read(client)
        except budget.BudgetExhausted as spent:
            message = f"Not verified: the call limit is used up, {spent}."
            break
        except Comm100Error as error:
            message = error.message
        else:
            if write.shows(after, change.asked):
                result, message = Result.CONFIRMED, ""
                break
            result = Result.NOT_VISIBLE if answered else Result.UNKNOWN
            message = "Comm100 does not show it yet."
        if clock.steady() + VERIFY_EVERY > until:
            break
        time.sleep(VERIFY_EVERY)
    # The page that tells the outcome offers the next edit: it must start from what is there now.
    feed = sources.of(change.site, connection)
    if Snapshot.objects.filter(site=change.site, fingerprint=feed.fingerprint, kind=write.record_kind).exists():
        refresh.refresh(feed, write.record_kind)
        snapshot_cache.mark_stale(change.site.pk)
    audit.outcome(change, result, after=after, message=message)
