"""The messages of the outbox: which deliveries go together, which process sends them, and their results.

A message is claimed by a conditional update, sent, and then marked. If the process is killed in between, the next claim
sends the same deliveries under the same id. So a message may arrive twice, but a kill loses none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from livechat.alerts import outbox
from livechat.models import Delivery
from livechat.models.alerts import Hours
from livechat.models.notes import Note

CLAIM_SECONDS = 60.0  # a message takes 8 s at most
RETRY_SECONDS = (10, 60, 300, 900, 3600, 10_800)
GIVE_UP_HOURS = 6
MAX_BATCH = 200  # events in one message
ASKED = "asked"  # in the note of a delivery whose receiver asked to wait: for how many seconds
Outcome = Delivery.Outcome


@dataclass(frozen=True, slots=True)
class Batch:
    """The deliveries of one message, in order. `id` is the id of the message.

    `claimed_until`: when the claim ends. After that, another process may claim them and send them again.
    """

    id: UUID
    deliveries: tuple[Delivery, ...]
    claimed_until: datetime

    @property
    def first(self) -> Delivery:
        """The delivery that was made first."""
        return self.deliveries[0]

    @property
    def rows(self) -> "QuerySet[Delivery]":
        """Those that nobody has marked yet."""
        return Delivery.objects.filter(pk__in=[one.pk for one in self.deliveries], done=None)


def due(now: datetime) -> list[tuple[UUID, int]]:
    """The channels and rules for which something is due that no one is sending."""
    rows = _unclaimed(now).filter(_is_due(now)).exclude(channel__in=_asked_to_wait(now).values("channel"))
    return list(rows.order_by().values_list("channel", "rule").distinct())


def claim(channel: UUID, rule: int, now: datetime) -> Batch | None:
    """Take the next message of a channel and rule. None: another process is sending one, or nothing is due.

    A message that may have arrived is sent again as it was: its receiver knows it by its id. If a message did not
    arrive, its deliveries go together with those that have become due meanwhile.
    """
    until = now + timedelta(seconds=CLAIM_SECONDS)
    with transaction.atomic():
        rows = _unclaimed(now).filter(channel=channel, rule=rule)
        first = rows.filter(_is_due(now)).order_by("made", "pk").first()
        if first is None or _is_held_up(channel, rule, now):
            return None
        failed = Q(tries__gt=0)
        members = rows.filter(batch=first.batch) if first.batch else rows.filter(_is_due(now) | failed, batch=None)
        keys = list(members.order_by("made", "pk").values_list("pk", flat=True)[:MAX_BATCH])
        if not keys:  # taken between these queries
            return None
        batch = first.batch or keys[0]
        taken = _unclaimed(now).filter(pk__in=keys).filter(Q(batch=None) | Q(batch=batch))
        if taken.update(batch=batch, claimed_until=until) != len(keys):
            transaction.set_rollback(True)
            return None
    found = Delivery.objects.filter(batch=batch, done=None).select_related(
        "event__alert", "channel__site", "rule__site"
    )
    deliveries = tuple(found.order_by("made", "pk"))
    return Batch(batch, deliveries, until) if deliveries else None


def _is_due(now: datetime) -> Q:
    """Deliveries that are due. One made in the future (the clock was set back) is due if it was due when made."""
    return Q(due__lte=now) | Q(made__gt=now, due=F("made"))


def _unclaimed(now: datetime) -> "QuerySet[Delivery]":
    return Delivery.objects.exclude(_is_claimed(now)).filter(done=None)


def _is_claimed(now: datetime) -> Q:
    """Claims that hold. One that ends too far ahead does not: it was made before the clock was set back.

    Twice the time of a claim is allowed, because other processes' clocks may be a little ahead.
    """
    return Q(claimed_until__gte=now, claimed_until__lte=now + timedelta(seconds=2 * CLAIM_SECONDS))


def _asked_to_wait(now: datetime) -> "QuerySet[Delivery]":
    """Deliveries that wait because their receiver asked for it. The channel's other messages wait as long."""
    return Delivery.objects.filter(done=None, due__gt=now, note__has_key=ASKED)


def _is_held_up(channel: UUID, rule: int, now: datetime) -> bool:
    """Whether the receiver asked to wait, or an earlier message is being sent, which must arrive first."""
    under_way = Delivery.objects.filter(_is_claimed(now), channel=channel, rule=rule, done=None)
    return under_way.exists() or _asked_to_wait(now).filter(channel=channel).exists()


def left_out(batch: Batch) -> set[UUID]:
    """The deliveries that are not to be told: of alerts that began and ended while messages were held."""
    rule = batch.first.rule
    if rule.hours != Hours.QUIET:
        return set()
    return {one.pk for one in batch.deliveries if _passed_in_silence(one)}


def _passed_in_silence(one: Delivery) -> bool:
    fired, ended = one.event.alert.fired, one.event.alert.ended
    opening = _first_due(one)
    if opening == one.made or fired is None or ended is None or ended > opening:
        return False
    return opening == outbox.due_at(one.rule, one.rule.site, fired) != fired


def _first_due(one: Delivery) -> datetime:
    """When a delivery was due before any try."""
    return one.due if not one.tries else outbox.due_at(one.rule, one.rule.site, one.made)


def finish(batch: Batch, now: datetime, outcome: str, note: Note | None, only: Iterable[UUID] | None = None) -> None:
    """Mark what became of a message, or of some of its deliveries. Open pages of alerts show it at their next poll."""
    rows = batch.rows if only is None else batch.rows.filter(pk__in=list(only))
    if rows.update(done=now, outcome=outcome, note=note, claimed_until=None):
        batch.first.rule.site.bump_version()


def again(batch: Batch, now: datetime, wait: float | None, note: Note | None, *, may_have_arrived: bool) -> None:
    """Try a message again later, as long as the receiver asks or after the next back-off; give up what is too old."""
    first = batch.first
    tries = max(1, first.tries + (first.due <= now))  # one before its time, with another message, does not count
    ends = {one.pk: _first_due(one) + timedelta(hours=GIVE_UP_HOURS) for one in batch.deliveries}
    pause = timedelta(seconds=RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1])
    at = max(now + timedelta(seconds=wait or 0.0), min([now + pause, *(end for end in ends.values() if end > now)]))
    finish(batch, now, Outcome.GIVEN_UP, note, [key for key, end in ends.items() if end <= now or end < at])
    if wait and note is not None:
        note = {**note, ASKED: round(wait)}
    rows = batch.rows.filter(claimed_until=batch.claimed_until)
    rows.update(
        tries=tries, due=at, note=note, claimed_until=None, batch=batch.id if may_have_arrived else None,
    )  # fmt: skip
    first.rule.site.bump_version()
