"""The list of walls: a picture of what each one shows, and the state of its screens in words."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.models import Role, Site, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import links
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, steady, text

pytestmark = pytest.mark.django_db
CARD = re.compile(r'<li class="card wall-card".*?</li>', re.DOTALL)


@pytest.fixture
def words(web: Client, wall: Wall) -> Callable[[], str]:
    """What the wall's card says of its screens and links."""

    def read() -> str:
        card = CARD.search(text(web.get("/walls/")))
        assert card
        said = re.search(r'<p class="wall-state">.*?<b>(.*?)</b></p>\s*<p class="wall-notes">(.*?)</p>', card[0])
        assert said
        return f"{said[1]} | {said[2]}"

    return read


def version(web: Client) -> str:
    """The version that the card of the only wall carries."""
    found = re.search(r'data-version="(\w+)"', text(web.get("/walls/")))
    assert found
    return found[1]


# the state in words


def test_a_wall_without_a_link_has_no_screen_yet(words: Callable[[], str]) -> None:
    assert words() == "No screen yet | No open link"


def test_screens_of_now_are_counted_over_all_open_links(words: Callable[[], str], wall: Wall, supervisor: User) -> None:
    for _ in range(2):
        Client().get(f"/wall/{links.make_link(wall, supervisor, 'TV', days=None)[1]}/")
    assert words() == "2 screens now | 2 open links"


def test_a_wall_that_no_screen_shows_any_more_says_when_one_was_last_seen(
    words: Callable[[], str], wall: Wall, supervisor: User
) -> None:
    links.make_link(wall, supervisor, "TV", days=None)
    for age, said in ((timedelta(minutes=12), "12 m"), (timedelta(hours=2, minutes=50), "2 h"), (timedelta(4), "4 d")):
        WallLink.objects.update(seen=timezone.now() - age)
        assert words() == f"Last seen {said} ago | 1 open link"


def test_a_link_that_ends_soon_is_told_and_one_that_has_ended_is_not_open(
    words: Callable[[], str], wall: Wall, supervisor: User
) -> None:
    links.make_link(wall, supervisor, "TV", days=90)
    assert words() == "No screen yet | 1 open link"
    link, _secret = links.make_link(wall, supervisor, "TV", days=3)
    assert words() == "No screen yet | 2 open links · link ends in 3 days"
    WallLink.objects.filter(pk=link.pk).update(expires=timezone.now() + timedelta(hours=5))
    assert words() == "No screen yet | 2 open links · link ends within a day"
    with time_machine.travel(timezone.now() + timedelta(hours=6)):
        assert words() == "No screen yet | 1 open link"


def test_a_wall_whose_links_are_all_paused_says_so_instead_of_showing_figures(
    words: Callable[[], str], web: Client, wall: Wall, supervisor: User
) -> None:
    one, other = (links.make_link(wall, supervisor, name, days=None)[0] for name in ("One", "Other"))
    links.pause(one, By(supervisor, ""))
    assert words() == "No screen yet | 2 open links · 1 of them paused"
    assert "<iframe" in text(web.get("/walls/"))
    links.pause(other, By(supervisor, ""))
    assert words() == "No screen yet | 2 open links · paused"
    page = text(web.get("/walls/"))
    assert "This wall is paused" in page
    assert "<iframe" not in page


def test_the_list_asks_for_itself_and_an_unchanged_one_is_a_304(web: Client, wall: Wall, supervisor: User) -> None:
    first = poll(web, "/walls/")
    assert "csrfmiddlewaretoken" not in text(first), "a polled part holds no form"
    assert poll(web, "/walls/", first["HX-PTag"]).status_code == 304
    links.make_link(wall, supervisor, "TV", days=None)
    assert "1 open link" in text(poll(web, "/walls/", first["HX-PTag"]))


# the picture


def test_a_thumbnail_shows_what_the_wall_shows_and_holds_no_script(web: Client, wall: Wall, supervisor: User) -> None:
    screen = f"/wall/{links.make_link(wall, supervisor, 'TV', days=None)[1]}/"
    answer = web.get(f"/walls/{wall.pk}/thumbnail/")
    page = text(answer)
    assert steady(text(poll(Client(), screen)).strip()) in steady(page)
    assert "<script" not in page
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Cache-Control"] == "private, no-store"
    assert web.post(f"/walls/{wall.pk}/thumbnail/").status_code == 405


def test_a_card_gets_another_version_only_if_its_wall_shows_something_else(
    web: Client, wall: Wall, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    key = chatserver.world.agent_ids()[0]
    with time_machine.travel("2026-07-01T12:00:10Z", tick=False):
        chatserver.world.set_agent(key, status="Online")
        renew()
        before = version(web)
        renew()
        assert version(web) == before
        chatserver.world.set_agent(key, status="Lunch")
        renew()
        after = version(web)
        assert after != before
        Wall.objects.update(theme="light")
        assert version(web) not in (before, after)


def test_a_card_gets_another_version_when_the_minute_of_its_walls_clock_is_over(web: Client, wall: Wall) -> None:
    found, minute = [], timezone.now().replace(second=0)
    for second in (10, 50, 70):
        with time_machine.travel(minute + timedelta(seconds=second), tick=False):
            found.append(version(web))
    assert found[0] == found[1] != found[2]


def test_a_thumbnail_is_rendered_once_while_nothing_changes(
    web: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/walls/{wall.pk}/thumbnail/"
    first = text(web.get(path))

    def refuse(*_args: object) -> None:
        raise AssertionError("it is rendered again")

    monkeypatch.setattr("livechat.walls.rendering.render_to_string", refuse)
    assert text(web.get(path)) == first


def test_a_thumbnail_is_for_everyone_of_the_site_and_nobody_else(
    client: Client, wall: Wall, make_user: Callable[..., User], chatserver: ChatServer
) -> None:
    path = f"/walls/{wall.pk}/thumbnail/"
    assert client.get(path).status_code == 302
    client.force_login(make_user("vic", Role.VIEWER))
    assert client.get(path).status_code == 200
    page = text(client.get("/walls/"))
    assert f'src="{path}"' in page
    assert f'href="/walls/{wall.pk}/"' not in page, "a Viewer is not led where they may not go"
    other = Wall.objects.create(site=Site.objects.create(name="Other", api_base=chatserver.root), title="Theirs")
    assert client.get(f"/walls/{other.pk}/thumbnail/").status_code == 404


def test_the_wall_of_a_site_without_a_connection_has_a_thumbnail_too(web: Client, site: Site) -> None:
    Site.objects.update(shared=None)
    wall = Wall.objects.create(site=site, title="Support")
    assert 'data-version=""' in text(web.get("/walls/"))
    assert "Support" in text(web.get(f"/walls/{wall.pk}/thumbnail/"))
