"""What a wall depends on: the lists that it uses, and no snapshot for longer than a screen shows it."""

import gc
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from livechat.live import snapshot_cache
from livechat.live.sources import Feed
from livechat.models import Site, Snapshot, Wall
from livechat.walls import link_cache, links, utc_offsets
from tests.support.chatserver import ChatServer
from tests.support.pages import figures, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(site: Site, supervisor: User, renew: Callable[[], None]) -> Callable[..., Any]:
    """The page of a wall with a design."""
    renew()
    wall = Wall.objects.create(site=site, title="Support")
    path = f"/wall/{links.make_link(wall, supervisor, 'TV', days=30)[1]}/"

    def show(slug: str = "online", **design: Any) -> Any:
        panels = [{"slug": slug, "size": "normal", "amber": None, "red": None}]
        Wall.objects.update(panels=panels, **design)
        link_cache.forget()
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
def test_a_list_that_a_wall_does_not_use_does_not_make_its_figures_old(
    shown: Callable[..., Any], broken: str, slug: str, agents: bool, old: bool
) -> None:
    failed = {"error": "forbidden", "error_text": "x", "pause": 900, "checked": None, "version": 0}
    Snapshot.objects.filter(kind=broken).update(**failed)
    snapshot_cache.forget()
    said = figures(shown(slug, agents=agents))
    assert said["error"] == ("forbidden" if old else "")
    assert (said["age"] is None) is old


def test_a_failure_of_our_own_is_not_blamed_on_comm100(shown: Callable[..., Any]) -> None:
    Snapshot.objects.update(error="database", error_text="x", pause=900)
    snapshot_cache.forget()
    assert figures(shown())["text"] == "The dashboard’s database failed"


def test_a_list_that_no_wall_uses_is_not_fetched(
    shown: Callable[..., Any], feed: Feed, chatserver: ChatServer, site: Site
) -> None:
    Snapshot.objects.all().delete()
    snapshot_cache.forget()
    before = chatserver.calls("GET /v4/livechat/visitors")
    assert figures(shown(agents=True))["age"] is not None
    assert chatserver.calls("GET /v4/livechat/visitors") == before


def test_a_wall_that_no_screen_shows_any_more_keeps_no_snapshot_in_memory(
    shown: Callable[..., Any], feed: Feed
) -> None:
    assert shown("waiting", agents=True).status_code == 200
    snapshots = [weakref.ref(snapshot_cache.get(feed, kind)) for kind in ("agents", "visitors")]
    snapshot_cache.forget()
    gc.collect()
    assert [data() for data in snapshots] == [None, None]


def test_a_wall_with_an_unknown_time_zone_is_still_shown(shown: Callable[..., Any], settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel("2026-07-01T12:00:00Z"):
        page = shown(time_zone="Mars/Olympus")
    assert page.status_code == 200
    assert 'data-offset="7200"' in text(page), "Berlin's"


@pytest.mark.parametrize(
    ("zone", "moment", "told"),
    [
        ("Europe/Berlin", "2026-11-27T15:00:00", (3600, "2027-03-28T01:00:00", 7200)),
        ("Europe/Berlin", "2026-10-25T00:59:59", (7200, "2026-10-25T01:00:00", 3600)),
        ("Europe/Berlin", "2026-10-25T01:00:00", (3600, None, 3600)),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00", (39600, "2026-04-04T15:00:00", 37800)),
        ("America/Mexico_City", "2026-01-01T00:00:00", (-21600, None, -21600)),
        ("UTC", "2026-01-01T00:00:00", (0, None, 0)),
    ],
)
def test_a_clock_gets_the_next_change_of_its_utc_offset(
    zone: str, moment: str, told: tuple[int, str | None, int]
) -> None:
    found = utc_offsets.of(zone, datetime.fromisoformat(f"{moment}Z"))
    change = datetime.fromtimestamp(found.change, UTC).isoformat()[:19] if found.change else None
    assert (found.now, change, found.then) == told
