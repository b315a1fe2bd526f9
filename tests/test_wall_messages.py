"""Messages on walls: shown on one wall or all, for a time, recorded, and ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.models import LinkEvent, Site, Wall, WallMessage
from livechat.walls import link_cache, links, messages, rendering
from tests.support.pages import text
from tests.support.people import make_site, make_superuser

pytestmark = pytest.mark.django_db
PAGE = "/walls/messages/"
FORM = {"text": "Fire drill at three", "wall": "", "lasts": "60", "tone": "normal"}


@pytest.fixture
def screens(site: Site, supervisor: User, renew: Callable[[], None]) -> dict[str, str]:
    """Two walls with a link each: the paths of their addresses by the walls' titles."""
    renew()
    walls = [Wall.objects.create(site=site, title=title) for title in ("Front", "Back")]
    return {wall.title: f"/wall/{links.make_link(wall, supervisor, 'TV', days=None)[1]}/" for wall in walls}


def on(path: str, words: str = FORM["text"]) -> bool:
    """Whether a screen shows a message."""
    return words in text(Client().get(path))


def test_a_message_stands_on_all_walls_and_on_a_screens_next_refresh(web: Client, screens: dict[str, str]) -> None:
    tag = Client().get(screens["Front"])["HX-PTag"]
    page = text(web.post(PAGE, FORM, follow=True))
    assert FORM["text"] in page
    assert "on its way" in page
    assert on(screens["Front"])
    assert on(screens["Back"])
    assert Client().get(screens["Front"])["HX-PTag"] != tag


def test_a_message_for_one_wall_stands_on_no_other(web: Client, site: Site, screens: dict[str, str]) -> None:
    web.post(PAGE, FORM | {"wall": site.walls.get(title="Back").pk})
    assert not on(screens["Front"])
    assert on(screens["Back"])


def test_a_wall_shows_the_newest_of_its_messages(web: Client, site: Site, screens: dict[str, str]) -> None:
    web.post(PAGE, FORM | {"wall": site.walls.get(title="Back").pk})
    web.post(PAGE, FORM | {"text": "Cake in the kitchen"})
    assert on(screens["Back"], "Cake in the kitchen")
    assert not on(screens["Back"])


def test_a_message_ends_by_itself(web: Client, screens: dict[str, str]) -> None:
    web.post(PAGE, FORM | {"lasts": "15"})
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        link_cache.forget()
        assert on(screens["Front"])
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        link_cache.forget()
        assert not on(screens["Front"])
        assert "No message is shown" in text(web.get(PAGE))


def test_a_message_is_ended_by_hand_once(web: Client, screens: dict[str, str]) -> None:
    web.post(PAGE, FORM)
    end = f"{PAGE}{WallMessage.objects.get().pk}/"
    assert "has ended." in text(web.post(end, follow=True))
    assert not on(screens["Front"])
    assert "had ended already" in text(web.post(end, follow=True))
    assert LinkEvent.objects.filter(what="message-ended").count() == 1


def test_the_record_says_who_showed_what_where_and_until_when(web: Client, site: Site, screens: dict[str, str]) -> None:
    web.post(PAGE, FORM | {"wall": site.walls.get(title="Back").pk, "tone": "important"})
    web.post(f"{PAGE}{WallMessage.objects.get().pk}/")
    page = text(web.get("/changes/?q=drill"))
    assert web.get("/changes/?q=drill").context["shown"] == 2
    for words in ("Message shown", "Message ended", "Wall message", "Back", "sue", "Fire drill at three"):
        assert words in page, words


def test_another_sites_walls_never_show_it(
    web: Client, site: Site, supervisor: User, screens: dict[str, str], make_user: Callable[..., User]
) -> None:
    other = make_site("Second")
    wall = Wall.objects.create(site=other, title="Theirs")
    _link, secret = links.make_link(wall, make_superuser(), "TV", days=None)
    web.post(PAGE, FORM)
    assert on(screens["Front"])
    assert not on(f"/wall/{secret}/")
    assert web.post(PAGE, FORM | {"wall": wall.pk}).status_code == 422


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"text": ""}, "This field is required."),
        ({"text": "x" * 91}, "at most 90 characters"),
        ({"text": "\u200b"}, "Nothing can be seen"),
        ({"lasts": "5"}, "not one of the available choices"),
        ({"wall": "999"}, "not one of the available choices"),
        ({"tone": "loud"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_in_place_and_what_was_typed_stays(
    web: Client, screens: dict[str, str], bad: dict[str, Any], said: str
) -> None:
    page = web.post(PAGE, FORM | {"text": "Typed already"} | bad)
    assert page.status_code == 422
    assert said in text(page)
    assert "text" in bad or "Typed already" in text(page)
    assert not WallMessage.objects.exists()


def test_messages_that_ended_long_ago_are_deleted_and_the_record_keeps_them(web: Client, site: Site) -> None:
    web.post(PAGE, FORM)
    messages.delete_old()
    assert WallMessage.objects.exists()
    WallMessage.objects.update(until=timezone.now() - timedelta(days=8))
    messages.delete_old()
    assert not WallMessage.objects.exists()
    assert web.get("/changes/?q=drill").context["shown"] == 1


def test_the_walls_list_shows_what_screens_show_and_neither_renders_anew_for_the_other(
    web: Client, site: Site, screens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    web.post(PAGE, FORM)
    assert on(screens["Front"])
    made = []
    real = rendering.make_context
    monkeypatch.setattr(rendering, "make_context", lambda *args, **named: made.append(1) or real(*args, **named))
    front = site.walls.get(title="Front").pk
    for _time in range(3):
        assert FORM["text"] in text(web.get(f"/walls/{front}/thumbnail/"))
        assert on(screens["Front"])
    assert made == []
