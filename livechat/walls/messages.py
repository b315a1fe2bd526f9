"""Messages on walls: show one, end it, and which one a wall shows."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from livechat.models import LinkEvent, Site, Wall, WallMessage
from livechat.models.notes import Code, note
from livechat.record import link_events
from livechat.record.link_events import By
from livechat.walls import link_cache

LISTED_AGE = timedelta(days=7)  # how long the page lists a message that has ended; the record keeps its text
What = LinkEvent.What


def show(site: Site, wall: Wall | None, text: str, *, tone: str, lasts: timedelta, by: By) -> WallMessage:
    """Show a text on a wall, or on all walls of the site, for some time."""
    author = by.user
    message = WallMessage(site=site, wall=wall, text=text, tone=tone, until=timezone.now() + lasts, author=author)
    message.author_name = author.get_username() if author else ""
    with transaction.atomic():
        message.save()
        link_events.note_message(message, What.MESSAGE, by, note(Code.MESSAGE, text=text, until=message.until))
    link_cache.forget()
    return message


def end(message: WallMessage, by: By) -> bool:
    """End a message before its time. False if it has ended already."""
    now = timezone.now()
    with transaction.atomic():
        if WallMessage.objects.filter(pk=message.pk, ended=None, until__gt=now).update(ended=now) != 1:
            return False
        link_events.note_message(message, What.MESSAGE_ENDED, by, note(Code.MESSAGE_ENDED, text=message.text))
    link_cache.forget()
    return True


def current(site: Site) -> QuerySet[WallMessage]:
    """The messages of a site that have not ended, the newest first."""
    return site.wall_messages.filter(ended=None, until__gt=timezone.now())


def earlier(site: Site) -> QuerySet[WallMessage]:
    """Those that have ended, the newest first."""
    return site.wall_messages.exclude(ended=None, until__gt=timezone.now())


def delete_old() -> None:
    """Delete messages that ended some days ago."""
    WallMessage.objects.filter(until__lt=timezone.now() - LISTED_AGE).delete()
