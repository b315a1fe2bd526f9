"""The rows of the board of a moment of the past: templates would take longer for them than for the rest of the page."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from livechat.boards import status_styles
from livechat.boards.agent_groups import Group
from livechat.boards.agents import AgentRow
from livechat.lib.markup import fill, join
from livechat.templatetags import board

NEEDY = "needy"
_ROW = """<tr data-row>
<td class="cell-name"><a href="{}"><bdi>{}</bdi></a>{}</td>
<td class="cell-status">{}</td>
<td class="cell-time">{}</td>
<td class="cell-load" data-label="{}">{}</td>
<td class="cell-number cell-free" data-label="{}">{}</td>
</tr>
"""
_TEAM = '<span class="team"><bdi>{}</bdi></span>'
register = template.Library()


class Load(NamedTuple):
    """What `components/load.html` shows of an agent."""

    chats: int | None
    capacity: int | None
    load: float | None
    over: int
    full: bool


@register.simple_tag
def agents_then(group: Group, moment: datetime) -> SafeString:
    """The agents of a group as they were at a moment."""
    names, language = (gettext("Chats"), gettext("Free")), translation.get_language()
    return join(_agent(row, group, moment, names, language) for row in group.rows)


def _agent(row: AgentRow, group: Group, moment: datetime, names: tuple[str, str], language: str | None) -> SafeString:
    team = row.team if group.slug == NEEDY or not group.title else ""
    return fill(
        _ROW, row.url, row.name, fill(_TEAM, team) if team else "",
        _badge(row.raw_status, language, settings.STATIC_URL),
        board.lasted(row.since, row.since_exact, moment, row.limit),
        names[0], _load(Load(row.chats, row.capacity, row.load, row.over, row.full), language),
        names[1], "–" if row.free is None else row.free,
    )  # fmt: skip


@lru_cache(maxsize=1_024)
def _badge(status: str, _language: str | None, _base: str | None) -> SafeString:
    style = status_styles.of_agent(status)
    return _rendered("components/badge.html", {"tone": style.tone, "icon": style.icon, "label": style.label})


@lru_cache(maxsize=1_024)
def _load(load: Load, _language: str | None) -> SafeString:
    return _rendered("components/load.html", {"row": load})


def _rendered(name: str, values: dict[str, object]) -> SafeString:
    return SafeString(get_template(name).render(values))  # nosec B703  (a template escapes)
