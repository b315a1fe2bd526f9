"""The project's own template tags."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from livechat.boards import directory_names
from livechat.lib import client_info
from livechat.models import AgentEntry
from livechat.walls import utc_offsets

register = template.Library()
register.filter("browser", client_info.browser)


RED = 1.5  # times the limit after which a time is red; ages.js counts the same


@register.simple_tag
def since(when: datetime | None, exact: bool = True, limit: int | None = None, today: str = "") -> SafeString | str:
    """An instant that `live.js` shows as a duration ("12 m"); `exact` false puts "≥" before it.

    The server writes the local time, so that a poll in which nothing happened is the same to the byte. After `limit`
    seconds it is amber, later red, with the words beside it: the page's own clock decides; what is written here is
    how it stood when the page was made, for those without JavaScript. For them `today`, which holds "{time}", is what
    to write of a time of today, without the date.
    """
    if when is None:
        return "–"
    zone = timezone.get_current_timezone()
    over = "" if limit is None else _over((timezone.now() - when).total_seconds(), limit)
    if today and when.astimezone(zone).date() != timezone.localdate():
        today = ""
    return _instant(when, exact, limit, over, today, translation.get_language(), zone)


@register.simple_tag
def offsets_of(zone: str) -> utc_offsets.Offsets:
    """A time zone's offset now, and its next change."""
    return utc_offsets.of(zone, timezone.now())


@register.simple_tag(takes_context=True)
def number(context: template.Context, entry: AgentEntry) -> str:
    """By which number walls may call an agent of the directory."""
    return f"#{directory_names.of(context['site']).person(str(entry.agent_id)).number}"


def _over(elapsed: float, limit: int) -> str:
    if elapsed < limit:
        return ""
    return "red" if elapsed >= limit * RED else "amber"


@lru_cache(maxsize=16_384)
def _instant(
    when: datetime, exact: bool, limit: int | None, over: str, today: str, _language: str, zone: tzinfo
) -> SafeString:
    """Kept, because a list shows the same hundred instants at every refresh."""
    local = when.astimezone(zone)
    return format_html(
        '<time datetime="{}" data-ticks{}{}{}>{}</time>{}',
        when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "" if exact else format_html("{}", " data-least"),
        "" if limit is None else format_html(' data-limit="{}"', limit),
        format_html(' data-over="{}"', over) if over else "",
        today.replace("{time}", date_format(local, "H:i")) if today else date_format(local, "j M H:i"),
        "" if limit is None else _words(limit),
    )


def _words(limit: int) -> SafeString:
    """What stands beside a time over its limit, for colour is never alone; style sheets show it, red with the icon."""
    words = gettext("over %(n)d m") % {"n": limit // 60}
    icon = format_html('<svg class="icon" aria-hidden="true"><use xlink:href="#i-{}"/></svg>', "alert-triangle")
    return format_html(' <span class="over">{}<span>{}</span></span>', icon, words)
