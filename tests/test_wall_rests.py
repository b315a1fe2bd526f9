"""What a wall rests on: the lists that it shows something of, and nothing for longer than it is looked at."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.live import linkbook, sights, walls
from livechat.live.feeds import Feed
from livechat.models import Site, Snapshot, Wall
from tests.support.chatserver import ChatServer
from tests.support.pages import figures, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(site: Site, supervisor: User, renew: Callable[[], None]) -> Callable[..., Any]:
    """A wall's page by a design."""
    renew()
    wall = Wall.objects.create(site=site, title="Support")
    path = f"/wall/{walls.make_link(wall, supervisor, 'TV', days=30)[1]}/"

    def show(slug: str = "online", **design: Any) -> Any:
        panels = [{"slug": slug, "size": "normal", "amber": None, "red": None}]
        Wall.objects.update(panels=panels, **design)
        linkbook.forget()
        return Client().get(path)

    return show


@pytest.mark.parametrize(
    ("broken", "slug", "agents", "old"),
    [
        ("visitors", "online", True, False),
        ("visitors", "waiting", False, True),
        ("visitors", "longest", False, True),
        ("agents", "chatting", False, False),
        ("agents", "chatting", True, True),
        ("agents", "free", False, True),
    ],
)
def test_a_list_of_which_a_wall_shows_nothing_does_not_make_its_figures_old(
    shown: Callable[..., Any], broken: str, slug: str, agents: bool, old: bool
) -> None:
    failed = {"error": "forbidden", "error_text": "x", "pause": 900, "checked": None, "version": 0}
    Snapshot.objects.filter(kind=broken).update(**failed)
    sights.forget()
    said = figures(shown(slug, agents=agents))
    assert said["error"] == ("forbidden" if old else "")
    assert (said["age"] is None) is old


def test_a_failure_of_our_own_is_not_told_as_comm100s(shown: Callable[..., Any]) -> None:
    Snapshot.objects.update(error="database", error_text="x", pause=900)
    sights.forget()
    assert figures(shown())["text"] == "The dashboard’s database failed"


def test_a_list_that_no_wall_shows_is_not_asked_for(
    shown: Callable[..., Any], feed: Feed, chatserver: ChatServer, site: Site
) -> None:
    Snapshot.objects.all().delete()
    sights.forget()
    before = chatserver.calls("GET /v4/livechat/visitors")
    assert figures(shown(agents=True))["age"] is not None
    assert chatserver.calls("GET /v4/livechat/visitors") == before


def test_a_wall_that_nobody_shows_any_more_keeps_no_figures(shown: Callable[..., Any], feed: Feed) -> None:
    assert shown("waiting", agents=True).status_code == 200
    pictures = [weakref.ref(sights.look(feed, kind)) for kind in ("agents", "visitors")]
    sights.forget()
    gc.collect()
    assert [picture() for picture in pictures] == [None, None]


def test_a_zone_that_is_not_known_here_does_not_take_the_wall_away(shown: Callable[..., Any], settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    page = shown(time_zone="Mars/Olympus")
    assert page.status_code == 200
    assert 'data-zone="Europe/Berlin"' in text(page)
