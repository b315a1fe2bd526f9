"""A wall's links as the pages make and change them, and what the record then says."""

import re

import pytest
from django.test import Client

from livechat.lib import clock
from livechat.models import LinkEvent, Wall, WallLink
from tests.support.pages import text


def make(web: Client, wall: Wall, **data: str) -> tuple[WallLink, str]:
    """Make a link through the pages; it, and the path of its address."""
    made = web.post(f"/walls/{wall.pk}/links/", {"label": "Kitchen", "days": "30"} | data)
    link = WallLink.objects.latest("pk")
    assert made.url == page_of(link)
    return link, shown(web, link)


def page_of(link: WallLink) -> str:
    """The path of a link's page."""
    return f"/walls/{link.wall_id}/links/{link.pk}/"


def shown(web: Client, link: WallLink) -> str:
    """The path that a link's page shows once."""
    found = re.search(r'id="wall-address" href="http://testserver(/wall/[\w-]+/)"', text(web.get(page_of(link))))
    assert found
    return found[1]


def step(web: Client, link: WallLink, name: str, **data: str) -> str:
    """Take a step on a link's page; what the page then says."""
    return text(web.post(page_of(link), {"step": name} | data, follow=True))


def told(link: WallLink) -> list[str]:
    """What is in the record of a link, oldest first."""
    return [event.what for event in LinkEvent.objects.filter(link=link.pk).order_by("at", "pk")]


def later(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the steady clock forward. It goes on from there: who waits for it must come to an end."""
    steady = clock.steady
    monkeypatch.setattr(clock, "steady", lambda: steady() + seconds)
