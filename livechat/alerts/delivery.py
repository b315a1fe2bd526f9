"""Sends what is due, each channel on a thread of its own: one that hangs delays no other, and no refresh."""

from functools import partial
from uuid import UUID

from django.utils import timezone

from livechat.alerts import batches, channels, letters, sending
from livechat.alerts.batches import Batch
from livechat.lib import background
from livechat.models import Delivery

EVERY_SECONDS = 1.0
Outcome = Delivery.Outcome


def deliver_due() -> None:
    """Start to send everything that is due."""
    by_channel: dict[UUID, list[int]] = {}
    for channel, rule in batches.due(timezone.now()):
        by_channel.setdefault(channel, []).append(rule)
    for channel, found in by_channel.items():
        background.start(("deliver", channel), partial(_send_all, channel, found))


def _send_all(channel: UUID, found: list[int]) -> None:
    for rule in found:
        while batch := batches.claim(channel, rule, timezone.now()):
            send(batch)


def send(batch: Batch) -> None:
    """Send a message that this process has claimed, and mark what became of it."""
    now, channel = timezone.now(), batch.first.channel
    if channel.off is not None or not batch.first.rule.enabled:
        batches.finish(batch, now, Outcome.OFF, None)
        return
    left_out: set[UUID] = batches.left_out(batch)
    if left_out:
        batches.finish(batch, now, Outcome.QUIET, None, left_out)
    told = tuple(one for one in batch.deliveries if one.pk not in left_out)
    if not told:
        return
    sent = sending.send(channel, letters.write(batch, told))
    channels.note_sent(channel, sent)
    now = timezone.now()
    if sent.outcome == "sent":
        batches.finish(batch, now, Outcome.SENT, sent.note)
    elif sent.outcome == "again":
        batches.again(batch, now, sent.wait, sent.note, may_have_arrived=sent.may_have_arrived)
    else:
        batches.finish(batch, now, Outcome.REFUSED, sent.note)
