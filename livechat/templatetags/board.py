"""The project's own template tags."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def since(when: datetime | None, exact: bool = True) -> SafeString | str:
    """An instant that `live.js` shows as a duration ("12 m"); `exact` false puts "≥" before it.

    The server writes the local time, so that a poll in which nothing happened is the same to the byte.
    """
    if when is None:
        return "–"
    return format_html(
        '<time datetime="{}" data-ticks{}>{}</time>',
        when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "" if exact else format_html("{}", " data-least"),
        date_format(timezone.localtime(when), "j M H:i"),
    )
