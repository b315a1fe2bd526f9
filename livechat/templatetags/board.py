"""The project's own template tags."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from django import template
from django.utils import timezone, translation
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
    return _instant(when, exact, translation.get_language(), timezone.get_current_timezone())


@lru_cache(maxsize=16_384)
def _instant(when: datetime, exact: bool, _language: str, zone: tzinfo) -> SafeString:
    """Kept, because a list shows the same hundred instants at every refresh."""
    return format_html(
        '<time datetime="{}" data-ticks{}>{}</time>',
        when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "" if exact else format_html("{}", " data-least"),
        date_format(when.astimezone(zone), "j M H:i"),
    )
