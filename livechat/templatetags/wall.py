"""Template tags of walls: times that tick."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from livechat.lib import durations

register = template.Library()
# Texts of more letters than these are smaller in a figure's place; static/js/wall.js says the same.
LONG, LONGER = 4, 6


@register.simple_tag(takes_context=True)
def lasting(
    context: template.Context, when: datetime | None, exact: bool, frozen: datetime | None, wait: bool = False
) -> SafeString | str:
    """How long something lasts: "12 m", "1 h 05"; a `wait` of less than ten minutes is "1:24".

    If nobody saw it begin, "≥" stands before it. The page's script goes on counting; under stale figures it stands
    still at `frozen`, their last check. On a picture of the past it was counted to the moment `past`, and stands still.
    """
    if when is None:
        return "–"
    units = pgettext("seconds minutes hours days", "s m h d").split()
    past: datetime | None = context.get("past")
    seconds = ((past or frozen or timezone.now()) - when).total_seconds()
    words = ("" if exact else "≥") + durations.duration(seconds, units, wait=wait, short=True)
    return format_html(
        '<time datetime="{}"{}{}{}{}>{}</time>',
        when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "" if past else format_html("{}", " data-ticks"),
        "" if exact else format_html("{}", " data-least"),
        format_html("{}", " data-wait") if wait else "",
        format_html(' class="{}"', size(words)) if wait and size(words) else "",
        words,
    )


def size(words: str) -> str:
    """The class of a time in a figure's place, which has room for four letters of the full size."""
    return "longer" if len(words) > LONGER else "long" if len(words) > LONG else ""


@register.simple_tag
def until(words: str, moment: datetime, clock: str) -> str:
    """A sentence with a time of the wall's clock in the place of "{time}"; with the day, if that is not today."""
    local = timezone.localtime(moment)
    time = date_format(local, "g:i A" if clock == "12" else "H:i")
    day = "" if local.date() == timezone.localdate() else date_format(local, "D ")
    return put(words, day + time)


@register.filter
def put(words: str, time: str) -> str:
    """A sentence with a time in the place of "{time}"."""
    return words.replace("{time}", time)
