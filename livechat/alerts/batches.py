"""The outbox's messages: which deliveries go together, who sends them, and what became of them.

A message is claimed by a conditional update, sent, and then marked. Who is killed in between leaves it to the next
claim, which sends the same deliveries under the same id. So everything is told at least once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from livechat.models import AlertEvent, Delivery
from livechat.models.alerts import Hours
from livechat.models.notes import Note

CLAIM_SECONDS = 60.0  # a message takes 8 s at most
RETRY_SECONDS = (10, 60, 300, 900, 3600, 10_800)
GIVE_UP_HOURS = 6
MAX_BATCH = 200  # events in one message
Outcome, What = Delivery.Outcome, AlertEvent.What


@dataclass(frozen=True, slots=True)
class Batch:
    """The deliveries of one message, in order. `id` is that of the first one, and the message's."""

    id: UUID
    deliveries: tuple[Delivery, ...]

    @property
    def first(self) -> Delivery:
        """The delivery that was made first."""
        return self.deliveries[0]


def due(now: datetime) -> list[tuple[UUID, int]]:
    """The channels and rules for which something is due that no one is sending."""
    rows = _unclaimed(now).filter(due__lte=now)
    return list(rows.order_by().values_list("channel", "rule").distinct())


def claim(channel: UUID, rule: int, now: datetime) -> Batch | None:
    """Take the next message of a channel and rule. None: another process did, or nothing is due.

    A message that was claimed before stays as it is: whoever got it knows it by its id.
    """
    with transaction.atomic():
        rows = _unclaimed(now).filter(channel=channel, rule=rule, due__lte=now)
        first = rows.order_by("made", "pk").first()
        if first is None:
            return None
        members = rows.filter(batch=first.batch) if first.batch else rows.filter(batch=None)
        keys = list(members.order_by("made", "pk").values_list("pk", flat=True)[:MAX_BATCH])
        batch = first.batch or first.pk
        taken = _unclaimed(now).filter(pk__in=keys).filter(Q(batch=None) | Q(batch=batch))
        if taken.update(batch=batch, claimed_until=now + timedelta(seconds=CLAIM_SECONDS)) != len(keys):
            transaction.set_rollback(True)
            return None
    found = Delivery.objects.filter(batch=batch, done=None).select_related(
        "event__alert", "channel__site", "rule__site"
    )
    return Batch(batch, tuple(found.order_by("made", "pk")))


def _unclaimed(now: datetime) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), done=None)


def left_out(batch: Batch) -> set[UUID]:
    """The deliveries that are not to be told: of alerts that began and ended while messages were held."""
    if batch.first.rule.hours != Hours.QUIET:
        return set()
    held = [one for one in batch.deliveries if one.due > one.made]
    ended = {one.event.alert_id for one in held if one.event.what == What.ENDED}
    fired = {one.event.alert_id for one in held if one.event.what == What.FIRED}
    return {one.pk for one in held if one.event.alert_id in ended & fired}


def finish(batch: Batch, now: datetime, outcome: str, note: Note | None, only: Iterable[UUID] | None = None) -> None:
    """Mark what became of a message, or of some of its deliveries."""
    rows = Delivery.objects.filter(batch=batch.id, done=None)
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    rows.update(done=now, outcome=outcome, note=note, claimed_until=None)


def again(batch: Batch, now: datetime, wait: float | None, note: Note | None) -> None:
    """Try a message again later, as long as the receiver asks or after the next back-off; or give it up."""
    tries = batch.first.tries + 1
    pause = max(wait or 0.0, RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1])
    begun = max(batch.first.due, batch.first.made)
    if now + timedelta(seconds=pause) > begun + timedelta(hours=GIVE_UP_HOURS):
        finish(batch, now, Outcome.GIVEN_UP, note)
        return
    rows = Delivery.objects.filter(batch=batch.id, done=None)
    rows.update(tries=tries, due=now + timedelta(seconds=pause), note=note, claimed_until=None)
