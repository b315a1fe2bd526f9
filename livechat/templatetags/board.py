"""The project's own template tags: times that tick, UTC offsets, agents' numbers."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from livechat.boards import directory_names, levels
from livechat.boards.agents import AgentRow
from livechat.boards.departments import Places
from livechat.boards.levels import NO_LIMITS, Limits
from livechat.lib import client_info, durations
from livechat.lib.markup import fill, join
from livechat.models import AgentEntry, DepartmentEntry
from livechat.walls import utc_offsets

MAX_PIPS = 8  # places shown one by one
_BAR = (
    '<svg class="load-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
    '<rect width="{}" height="6"/></svg>'
)
register = template.Library()
register.filter("browser", client_info.browser)


@register.simple_tag
def since(
    when: datetime | None,
    exact: bool = True,
    limit: Limits = NO_LIMITS,
    *,
    frozen: datetime | None = None,
    wait: bool = False,
) -> SafeString | str:
    """An instant that the page's JavaScript shows as a duration ("12 m"); if not `exact`, with "≥" before it.

    A `wait` is counted in minutes and seconds at first ("1:24").

    The server writes the local time, so that a poll in which nothing happened is the same to the byte. From its
    limits on the time is amber, later red, with words beside it. The page's own clock decides this; the level written
    here is the one at the moment of rendering, for browsers without JavaScript.

    `frozen` is when the figures were last checked, if they are stale (`Freshness.frozen`). The server then writes what
    was seen at that moment, as the page's JavaScript does ("12 m at 20:31"), without a level. JavaScript still finds
    all that it needs to go on when the figures come back, for that is often an answer without new markup.
    """
    if when is None:
        return "–"
    zone = timezone.get_current_timezone()
    level = "" if frozen else limit.level((timezone.now() - when).total_seconds())
    language = translation.get_language()
    instant = _instant(when, exact, limit, level, language, zone=zone, frozen=frozen, wait=wait)
    return instant + _over_limit_words(settings.STATIC_URL, limit, language)


@register.simple_tag
def lasted(
    when: datetime | None, exact: bool, moment: datetime, limit: Limits = NO_LIMITS, *, wait: bool = False
) -> SafeString | str:
    """How long something had lasted at a moment of the past, in whose zone its beginning is told. It does not tick."""
    if when is None:
        return "–"
    seconds = (moment - when).total_seconds()
    level = limit.level(seconds)
    language, local = translation.get_language(), when.astimezone(moment.tzinfo)
    instant = fill(
        '<time datetime="{}"{} title="{}">{}{}</time>',
        when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        fill(' data-over="{}"', level) if level else "",
        _minute(local.replace(tzinfo=None, second=0, microsecond=0), language),
        "" if exact else "≥ ",
        durations.duration(seconds, _units(language), wait=wait),
    )
    return instant + _over_limit_words(settings.STATIC_URL, limit, language) if level else instant


@lru_cache(maxsize=4_096)
def _minute(local: datetime, _language: str | None) -> str:
    return date_format(local, "j M H:i")


@lru_cache(maxsize=16)
def _units(_language: str | None) -> list[str]:
    return pgettext("seconds minutes hours days", "s m h d").split()


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of static/icons.svg, by name. Decoration only: a word stands beside it."""
    return _icon(settings.STATIC_URL, name)


@lru_cache(maxsize=256)
def _icon(_base: str, name: str) -> SafeString:
    file = static("icons.svg")
    return fill('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>', file, name)


@register.simple_tag
def attributes(found: Mapping[str, Any]) -> SafeString:
    """The attributes of a form's widget, as Django's own template writes them: True has no value, False is left out."""
    return join(
        fill(" {}", name) if value is True else fill(' {}="{}"', name, value)
        for name, value in found.items()
        if value is not False
    )


@register.simple_tag
def takers(places: Places) -> SafeString:
    """The agents who could take a visitor who waits, with the free places of the department."""
    return _takers(places, translation.get_language())


@register.simple_tag
@lru_cache(maxsize=1024)
def pips(chats: int, places: int) -> SafeString:
    """One mark a place, taken ones first; beyond the places, one for each chat too many. A bar if there are many."""
    if max(chats, places) > MAX_PIPS:
        width = min(100, round(100 * chats / places))
        return fill(_BAR, width)
    marks = (
        "on" if place < min(chats, places) else "more" if place < chats else "" for place in range(max(chats, places))
    )
    return fill(
        '<span class="pips" aria-hidden="true">{}</span>',
        join(fill('<i class="{}"></i>', mark) for mark in marks),
    )


@register.filter
def of_row(found: dict[str, Any], row: AgentRow) -> Any:
    """What was found for an agent; None if nothing was."""
    return found.get(row.id)


@register.simple_tag
def offsets_of(zone: str) -> utc_offsets.Offsets:
    """A time zone's UTC offset now, and its next change."""
    return utc_offsets.of(zone, timezone.now())


@register.simple_tag(takes_context=True)
def number(context: template.Context, entry: AgentEntry) -> str:
    """The number by which walls can call an agent of the directory."""
    number = directory_names.of(context["site"]).person(str(entry.agent_id)).number
    # The entry may be newer than the names that this page has.
    return f"#{number or AgentEntry.objects.filter(site=entry.site_id, pk__lte=entry.pk).count()}"


@register.simple_tag(takes_context=True)
def short_id(context: template.Context, entry: AgentEntry | DepartmentEntry) -> str:
    """The end of the id of a directory's entry, as long as it takes to tell it from the others."""
    return directory_names.of(context["site"]).short_id(entry)


@lru_cache(maxsize=16_384)
def _instant(
    when: datetime,
    exact: bool,
    limit: Limits,
    level: str,
    _language: str,
    *,
    zone: tzinfo,
    frozen: datetime | None,
    wait: bool,
) -> SafeString:
    """Cached, because a list shows the same hundred instants at every refresh. `_language` is part of the key."""
    local = when.astimezone(zone)
    moment = date_format(local, "j M H:i")
    return fill(
        '<time datetime="{}" data-ticks{}{}{}{}{}>{}</time>',
        when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        fill("{}", " data-wait") if wait else "",
        "" if exact else fill("{}", " data-least"),
        _limit_attributes(limit),
        fill(' data-over="{}"', level) if level else "",
        fill(' title="{}"', moment) if frozen else "",
        _seen(when, exact, frozen, zone, wait=wait) if frozen else moment,
    )


def _limit_attributes(limit: Limits) -> SafeString | str:
    """What the page's script goes by. Without data-red, a time is red at levels.RED_FACTOR times its limit."""
    if limit.amber is None:
        return ""
    amber = fill(' data-limit="{}"', limit.amber)
    return amber if limit == levels.of_status(limit.amber) else fill('{} data-red="{}"', amber, limit.red or 0)


def _seen(when: datetime, exact: bool, frozen: datetime, zone: tzinfo, *, wait: bool) -> str:
    """How long it had lasted when it was last seen, and when that was."""
    units = _units(translation.get_language())
    age = ("" if exact else "≥ ") + durations.duration((frozen - when).total_seconds(), units, wait=wait)
    clock = date_format(frozen.astimezone(zone), "H:i")
    return gettext("{age} at {time}").replace("{age}", age).replace("{time}", clock)


@lru_cache(maxsize=1024)
def _takers(places: Places, _language: str | None) -> SafeString:
    """Cached, because all who wait in a department have the same words beside them. `_language` is part of the key."""
    found = render_to_string("visitors/takers.html", {"places": places}).strip()
    return SafeString(found)  # nosec B703: the template escapes


@lru_cache(maxsize=1024)
def _over_limit_words(_base: str, limit: Limits, _language: str | None) -> SafeString:
    """The words beside a time over its limit, so that colour is never the only sign. Style sheets show or hide them.

    A wait's second limit has words of its own. A status has one limit, which is red when it is passed by far.
    """
    if limit.amber is None:
        return SafeString("")
    if limit.red is None or limit == levels.of_status(limit.amber):
        return _words(limit.amber, "")
    return fill("{}{}", _words(limit.amber, " over-amber"), _words(limit.red, " over-red"))


def _words(seconds: int, kind: str) -> SafeString:
    words = gettext("over %(n)d s") % {"n": seconds} if seconds % 60 else gettext("over %(n)d m") % {"n": seconds // 60}
    file = static("icons.svg")
    icon = fill('<svg class="icon" aria-hidden="true"><use xlink:href="{}#i-alert-triangle"/></svg>', file)
    # No blank before it: the browser would count it as moved when the words appear.
    return fill('<span class="over{}">{}<span>{}</span></span>', kind, icon, words)
