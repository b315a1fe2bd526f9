"""Walls in turn: a link shows several walls, each for its seconds; a stale one is left out, a red one stays."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from livechat.models import Site, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import links, rendering
from tests.support.chatserver import ChatServer
from tests.support.links import page_of, step
from tests.support.pages import PARTIAL, poll, text
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


# what screens show


@pytest.fixture
def screen(link: WallLink, walls: dict[str, Wall], supervisor: User) -> Callable[[float], str]:
    """Lets the link show Front for 30 s, Back for 20 s. Gives its page at so many seconds of their minute."""
    links.show_in_turn(link, {walls["Front"]: 30, walls["Back"]: 20}, By(supervisor))
    secret = links.rotate(link, By(supervisor))
    start = datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC).timestamp() // 50 * 50

    def at(seconds: float) -> str:
        with time_machine.travel(start + seconds, tick=False):
            page = text(Client().get(f"/wall/{secret}/"))
        found = re.search(r"<h1[^>]*><bdi>(\w+)</bdi>", page)
        assert found
        return found[1] + (" held" if "stays while it is red" in page else "")

    return at


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, bool]]:
    """How fresh each wall's figures are and whether one is red, by its title; fresh and in order at first."""
    states: dict[str, tuple[str, bool]] = {}
    monkeypatch.setattr(rendering, "_state", lambda link: states.get(link.design.title, ("fresh", False)))
    return states


def test_each_wall_is_shown_for_its_seconds_at_the_same_moments_on_all_screens(
    screen: Callable[[float], str], fresh: dict[str, tuple[str, bool]]
) -> None:
    shown = [screen(second) for second in (0, 29, 30, 49, 50, 79, 80)]
    assert shown == ["Front", "Front", "Back", "Back", "Front", "Front", "Back"]


def test_a_wall_with_stale_figures_is_left_out_unless_all_are(
    screen: Callable[[float], str], fresh: dict[str, tuple[str, bool]]
) -> None:
    fresh["Front"] = ("stale", True)
    assert {screen(second) for second in range(0, 50, 5)} == {"Back"}
    fresh["Back"] = ("none", False)
    assert {screen(second) for second in range(0, 50, 5)} == {"Front", "Back"}


def test_a_red_wall_stays_and_says_so_until_it_is_red_no_more(
    screen: Callable[[float], str], fresh: dict[str, tuple[str, bool]]
) -> None:
    fresh["Back"] = ("late", True)
    assert {screen(second) for second in range(0, 50, 5)} == {"Back held"}
    fresh["Front"] = ("fresh", True)
    assert {screen(second) for second in range(0, 50, 5)} == {"Front held", "Back held"}
    fresh.clear()
    assert screen(0) == "Front"


def test_a_figure_past_its_red_limit_makes_a_wall_red(
    link: WallLink, walls: dict[str, Wall], supervisor: User, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    panels = [{"slug": "waiting", "size": "large", "amber": None, "red": 1}]
    Wall.objects.filter(pk=walls["Back"].pk).update(panels=panels)
    for key in chatserver.world.visitor_ids()[:3]:
        chatserver.world.put_visitor({"id": key, "status": "waitingForChat"})
    renew()
    links.show_in_turn(link, {walls["Front"]: 30, walls["Back"]: 20}, By(supervisor))
    secret = links.rotate(link, By(supervisor))
    pages = {text(Client().get(f"/wall/{secret}/", headers=PARTIAL)) for _time in range(2)}
    assert all("stays while it is red" in page for page in pages)


def test_the_titles_stand_at_the_foot_and_a_link_of_one_wall_has_none(
    link: WallLink, walls: dict[str, Wall], supervisor: User, fresh: dict[str, tuple[str, bool]]
) -> None:
    secret = links.rotate(link, By(supervisor))
    assert 'class="turns"' not in text(Client().get(f"/wall/{secret}/"))
    links.show_in_turn(link, {walls["Front"]: 30, walls["Back"]: 20}, By(supervisor))
    page = text(Client().get(f"/wall/{secret}/"))
    assert re.findall(r"<span(?: class=\"present\")?><bdi>(\w+)</bdi>", page) == ["Front", "Back"]
    assert page.count('class="present"') == 1


def test_an_unchanged_poll_of_walls_in_turn_is_a_304_and_a_turn_is_not(
    link: WallLink, walls: dict[str, Wall], supervisor: User, fresh: dict[str, tuple[str, bool]]
) -> None:
    links.show_in_turn(link, {walls["Front"]: 30, walls["Back"]: 20}, By(supervisor))
    path = f"/wall/{links.rotate(link, By(supervisor))}/"
    start = datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC).timestamp() // 50 * 50
    with time_machine.travel(start, tick=False):
        tag = poll(Client(), path)["HX-PTag"]
        assert poll(Client(), path, tag).status_code == 304
    with time_machine.travel(start + 31, tick=False):
        assert poll(Client(), path, tag).status_code == 200
