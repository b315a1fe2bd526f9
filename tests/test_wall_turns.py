"""Walls in turn: a link shows several walls, each for its seconds; a stale one is left out, a red one stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.models import Site, Wall, WallLink
from livechat.walls import links
from tests.support.links import page_of, step
from tests.support.pages import text
from tests.support.people import make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def walls(site: Site, renew: Callable[[], None]) -> dict[str, Wall]:
    """Three walls of a site, by their titles."""
    renew()
    return {title: Wall.objects.create(site=site, title=title) for title in ("Front", "Back", "Attic")}


@pytest.fixture
def link(walls: dict[str, Wall], supervisor: User) -> WallLink:
    """A link of the first."""
    return links.make_link(walls["Front"], supervisor, "Lobby", days=None)[0]


def seconds(walls: dict[str, Wall], **by_title: Any) -> dict[str, Any]:
    """The form's fields for these walls."""
    return {f"wall-{walls[title].pk}": value for title, value in by_title.items()}


def turns(link: WallLink) -> list[tuple[str, int]]:
    """What is stored, in order."""
    return [(turn.wall.title, turn.seconds) for turn in link.turns.all()]


def test_a_links_own_wall_comes_first_the_others_by_title(web: Client, walls: dict[str, Wall], link: WallLink) -> None:
    page = step(web, link, "turns", **seconds(walls, Front=30, Back=20, Attic=10))
    assert "Saved: screens follow" in page
    assert turns(link) == [("Front", 30), ("Attic", 10), ("Back", 20)]
    assert "Walls in turn" in page
    assert "Front 30 s, Attic 10 s, Back 20 s" in page
    assert 'value="30"' in page, "the form shows what is stored"


@pytest.mark.parametrize("asked", [{}, {"Front": 20}, {"Back": 20}])
def test_with_fewer_than_two_walls_a_link_shows_its_own(
    web: Client, walls: dict[str, Wall], link: WallLink, asked: dict[str, int]
) -> None:
    step(web, link, "turns", **seconds(walls, Front=30, Back=20))
    assert "its own wall alone" in step(web, link, "turns", **seconds(walls, **asked))
    assert turns(link) == []


def test_the_same_again_changes_nothing(web: Client, walls: dict[str, Wall], link: WallLink) -> None:
    for said in ("Saved: screens follow", "Nothing was changed"):
        assert said in step(web, link, "turns", **seconds(walls, Front=30, Back=20))


@pytest.mark.parametrize("bad", ["4", "3601", "soon", "1e3", "-20"])
def test_seconds_that_cannot_be_are_refused_in_place_and_stay_as_typed(
    web: Client, walls: dict[str, Wall], link: WallLink, bad: str
) -> None:
    answer = web.post(page_of(link), {"step": "turns"} | seconds(walls, Front=bad, Back=20))
    assert answer.status_code == 422
    assert f'value="{bad}"' in text(answer)
    assert turns(link) == []


def test_another_sites_wall_is_no_turn(web: Client, walls: dict[str, Wall], link: WallLink) -> None:
    other = Wall.objects.create(site=make_site("Second"), title="Theirs")
    step(web, link, "turns", **seconds(walls, Front=30), **{f"wall-{other.pk}": 20})
    assert turns(link) == []


def test_a_deleted_wall_leaves_the_turns(web: Client, walls: dict[str, Wall], link: WallLink) -> None:
    step(web, link, "turns", **seconds(walls, Front=30, Back=20, Attic=10))
    web.post(f"/walls/{walls['Back'].pk}/", {"step": "delete"})
    assert turns(link) == [("Front", 30), ("Attic", 10)]


def test_a_site_of_one_wall_has_no_form_for_turns(web: Client, site: Site, supervisor: User) -> None:
    wall = Wall.objects.create(site=site, title="Alone")
    alone = links.make_link(wall, supervisor, "Lobby", days=None)[0]
    assert "Show walls in turn" not in text(web.get(page_of(alone)))
