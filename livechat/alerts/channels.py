"""Channels: make, change, remove, switch on and off, test; note what became of a message. Each step is recorded."""

import base64
import binascii
import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from livechat.alerts import sending
from livechat.alerts.messages import Message
from livechat.alerts.outcomes import Sent
from livechat.models import Channel, LinkEvent, Rule, Site
from livechat.models.channels import shown
from livechat.models.notes import Code, note
from livechat.record import link_events
from livechat.record.link_events import NOBODY, By

SECRET_PREFIX = "whsec_"  # noqa: S105  which Standard Webhooks puts before the base64 of a secret
SECRET_BYTES = 32
MIN_SECRET_BYTES, MAX_SECRET_BYTES = 24, 64  # of Standard Webhooks
TEST_PAUSE = timedelta(seconds=10)
What = LinkEvent.What


class Changed(Exception):
    """Somebody else has changed the channel since it was read."""


def new_secret() -> str:
    """A secret for a webhook."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether a text is a secret for a webhook: whsec_ and base64 of 24 to 64 bytes."""
    if not text.startswith(SECRET_PREFIX):
        return False
    try:
        found = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        return False
    return MIN_SECRET_BYTES <= len(found) <= MAX_SECRET_BYTES


@transaction.atomic
def make(site: Site, kind: str, label: str, *, address: str, secret: str, by: By) -> Channel:
    """Make a channel."""
    channel = Channel(site=site, kind=kind, label=label)
    channel.store(address=address, secret=secret)
    channel.save(force_insert=True)
    link_events.note_channel(channel, What.CHANNEL_MADE, by, _leads_to(channel, address))
    return channel


@transaction.atomic
def change(channel: Channel, label: str, *, version: int, address: str, secret: str, by: By) -> None:
    """Change a channel. An empty address or secret stays as it is. A new address switches the channel on.

    Raises `Changed` if the version is not this one any more.
    """
    channel = Channel.objects.select_for_update(no_key=True).filter(pk=channel.pk, version=version).first() or _gone()
    old = channel.label
    channel.label = label
    channel.store(address=address, secret=secret)
    channel.version += 1
    fields = ["label", "sealed_address", "sealed_secret", "version"]
    if address:
        channel.off, channel.off_why = None, ""
        fields += ["off", "off_why"]
    channel.save(update_fields=fields)
    if label != old:
        link_events.note_channel(channel, What.CHANNEL_RENAMED, by, note(Code.RENAMED, old=old, new=label))
    if address:
        link_events.note_channel(channel, What.CHANNEL_ADDRESS, by, _leads_to(channel, address))
    if secret:
        link_events.note_channel(channel, What.CHANNEL_SECRET, by)


def _gone() -> Channel:
    raise Changed


def _leads_to(channel: Channel, address: str) -> dict[str, str]:
    """The host, or the whole address of a mail."""
    return note(Code.LEADS_TO, host=shown(channel.kind, address).partition(" ")[0])


def choose(rule: Rule, keys: Iterable[UUID | str]) -> None:
    """Let a rule be told by the channels of these keys, as far as they are still there. Inside a transaction."""
    rule.channels.set(_locked(rule.site_id, keys))


def _locked(site_id: int, keys: Iterable[UUID | str]) -> list[Channel]:
    """A site's channels of these keys that are there. Nobody else removes them until the transaction ends."""
    rows = Channel.objects.select_for_update(no_key=True).filter(site=site_id, pk__in=list(keys))
    return list(rows.order_by("pk"))


@transaction.atomic
def remove(channel: Channel, by: By) -> None:
    """Delete a channel, with its address and its secret.

    The site's rules are locked first, and then the channel: an evaluation that makes a delivery for it, or a rule that
    chooses it, would fail at its end on PostgreSQL.
    """
    rules = Rule.objects.select_for_update(no_key=True).filter(site=channel.site_id).order_by("pk")
    list(rules.values_list("pk", flat=True))
    if _locked(channel.site_id, [channel.pk]) and Channel.objects.filter(pk=channel.pk).delete()[0]:
        link_events.note_channel(channel, What.CHANNEL_REMOVED, by)


@transaction.atomic
def switch(channel: Channel, by: By, *, on: bool) -> bool:
    """Switch a channel on or off. False if it is so already."""
    rows = Channel.objects.filter(pk=channel.pk, off__isnull=not on)
    values = {"off": None, "off_why": ""} if on else {"off": timezone.now(), "off_why": Channel.Off.PERSON}
    if rows.update(**values) != 1:
        return False
    link_events.note_channel(channel, What.CHANNEL_ON if on else What.CHANNEL_OFF, by)
    return True


@transaction.atomic
def note_sent(channel: Channel, sent: Sent) -> None:
    """Note what became of a message, and switch the channel off if its receiver is gone.

    Nothing is noted if somebody has changed the channel since it was read: that was another address.
    """
    now = timezone.now()
    rows = Channel.objects.filter(pk=channel.pk, version=channel.version)
    rows.update(last_at=now, last_outcome=sent.note)
    if sent.outcome == "gone" and rows.filter(off=None).update(off=now, off_why=Channel.Off.GONE):
        link_events.note_channel(channel, What.CHANNEL_GONE, NOBODY)


def test(channel: Channel, url: str) -> Sent | None:
    """Send a test, now, and note its outcome. None if there was one within the last ten seconds. `url`: its link."""
    now = timezone.now()
    # A time in the future was written when a clock ran ahead.
    due = Q(tested=None) | Q(tested__lte=now - TEST_PAUSE) | Q(tested__gt=now + TEST_PAUSE)
    if Channel.objects.filter(due, pk=channel.pk).update(tested=now) != 1:
        return None
    lines = (_("If you can read this, alerts of this site arrive here."),)
    title = _("a message to “%(label)s”") % {"label": channel.label}
    sent = sending.send(channel, Message(uuid.uuid4(), channel.site.name, title, lines, "test", "amber", url, now))
    note_sent(channel, sent)
    return sent
