"""The record of what happened to walls' links, messages, read tokens, channels and addresses for hints: append-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from livechat.models import Channel, LinkEvent, ReadToken, Site, WallLink, WallMessage, append_only, notes
from livechat.models.notes import Code, Note

What = LinkEvent.What
PURGE_BATCH = 500  # events deleted in one transaction
MAX_ADDRESSES_A_DAY = 100  # new addresses of a link that are recorded: a link that got about must not fill the disk


@dataclass(frozen=True, slots=True)
class By:
    """The person who does something, and their address. NOBODY if it happens by itself."""

    user: User | None = None
    address: str = ""


NOBODY = By()


def note(link: WallLink, what: What, by: By = NOBODY, detail: Note | None = None) -> None:
    """Append what happened to a link."""
    _event(link, what, by, detail).save(force_insert=True)


def note_message(message: WallMessage, what: What, by: By, detail: Note) -> None:
    """Append that a message was shown or ended."""
    event = LinkEvent(site_id=message.site_id, link=0, what=what, note=detail)
    event.wall_title = message.wall.title if message.wall else ""
    _sign(event, by).save(force_insert=True)


def note_token(token: ReadToken, what: What, by: By = NOBODY, detail: Note | None = None) -> None:
    """Append what happened to a read token. Its secret is not known here."""
    event = LinkEvent(site_id=token.site_id, link=0, label=token.label, what=what, note=detail)
    _sign(event, by).save(force_insert=True)


def note_channel(channel: Channel, what: What, by: By = NOBODY, detail: Note | None = None) -> None:
    """Append what happened to a channel. No detail holds its address or its secret."""
    event = LinkEvent(site_id=channel.site_id, link=0, label=channel.label, what=what, note=detail)
    _sign(event, by).save(force_insert=True)


def note_hook(site: Site, what: What, by: By) -> None:
    """Append what happened to a site's address for hints."""
    _sign(LinkEvent(site=site, link=0, what=what), by).save(force_insert=True)


def note_ends(found: Iterable[WallLink]) -> None:
    """Append that links ended by themselves, each at its moment.

    If a link ended because its owner may not make walls any more, the event names the owner.
    """
    events = []
    for link in found:
        detail = None
        if link.owner and link.why == What.ACCESS:
            detail = notes.note(Code.OWNER, owner=link.owner.get_username())
        events.append(_event(link, What(link.why), NOBODY, detail, link.ended))
    LinkEvent.objects.bulk_create(events)


def note_place(link: WallLink, place: str, browser: str) -> None:
    """Append that a link was used from an address, unless the record knows it already. An empty address is none."""
    if not place:
        return
    known = LinkEvent.objects.filter(link=link.pk, what=What.SEEN)
    if known.filter(address=place).exists():
        return
    if known.filter(at__gt=timezone.now() - timedelta(days=1)).count() < MAX_ADDRESSES_A_DAY:
        detail = notes.note(Code.BROWSER, browser=browser) if browser else None
        event = _event(link, What.SEEN, By(address=place), detail)
        LinkEvent.objects.bulk_create([event], ignore_conflicts=True)


def _event(link: WallLink, what: What, by: By, detail: Note | None, at: datetime | None = None) -> LinkEvent:
    event = LinkEvent(site_id=link.wall.site_id, link=link.pk, label=link.label, what=what, note=detail)
    event.wall_title, event.at = link.wall.title, at or timezone.now()
    return _sign(event, by)


def _sign(event: LinkEvent, by: By) -> LinkEvent:
    """Enter who did it."""
    event.actor_id = by.user.pk if by.user else None
    event.actor_name = by.user.get_username() if by.user else ""
    event.address = by.address
    return event


def expire(age: timedelta) -> int:
    """Delete events older than this, one batch a call. Returns how many.

    The addresses of a link that has not ended stay: they show which address is new.
    """
    lasting = WallLink.objects.filter(ended=None).values("pk")
    old = LinkEvent.objects.filter(at__lt=timezone.now() - age).exclude(what=What.SEEN, link__in=lasting)
    return append_only.delete_oldest(old, "at", PURGE_BATCH)
