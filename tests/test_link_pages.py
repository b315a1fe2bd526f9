"""The pages of walls' links: they follow their screens, a link is renamed, ended links are folded."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.models import LinkEvent, Role, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import links
from tests.support.links import make, page_of, shown, step, told
from tests.support.pages import PARTIAL, poll, region, text
from tests.support.people import client_for, make_site, make_superuser

pytestmark = pytest.mark.django_db
What = LinkEvent.What


@pytest.fixture(params=["link", "wall"])
def place(request: pytest.FixtureRequest) -> str:
    """Which page: the link's own, or its wall's."""
    return str(request.param)


def at(place: str, link: WallLink) -> str:
    """The page's path."""
    return page_of(link) if place == "link" else f"/walls/{link.wall_id}/"


def part_of(place: str, page: str) -> str:
    """The part of a page that is polled."""
    return region(page, "link-now" if place == "link" else "links")


# its screens


def test_the_page_shows_a_new_screen_without_a_reload(web: Client, wall: Wall, place: str) -> None:
    link, address = make(web, wall)
    url = at(place, link)
    whole = part_of(place, text(web.get(url)))
    assert re.search(r' data-live data-every="5"', whole)
    assert f'data-hx-get="{url}"' in whole
    first = poll(web, url)
    assert text(first).strip() == whole, "the page's own part"
    Client().get(address, headers=PARTIAL, HTTP_X_SCREEN="a1b2c3d4e5", REMOTE_ADDR="192.0.2.7")
    later = poll(web, url, first["HX-PTag"])
    assert later.status_code == 200
    assert "192.0.2.7" in text(later)
    assert re.search(r"Screens now(</dt><dd>|\">)1<", text(later))


def test_a_poll_of_what_has_not_changed_is_a_304_until_something_does(web: Client, wall: Wall, place: str) -> None:
    link, _address = make(web, wall)
    tag = poll(web, at(place, link))["HX-PTag"]
    for _time in range(2):
        same = poll(web, at(place, link), tag)
        assert (same.status_code, same.content, same["HX-PTag"]) == (304, b"", tag)
    step(web, link, "pause")
    news = poll(web, at(place, link), tag)
    assert news.status_code == 200
    assert "Paused" in text(news)
    assert news["HX-PTag"] != tag


def test_the_polled_part_holds_neither_forms_nor_the_rest_of_the_page_and_is_not_cached(
    web: Client, wall: Wall, place: str
) -> None:
    link, _address = make(web, wall)
    answer = poll(web, at(place, link))
    assert "<form" not in text(answer)
    assert "<html" not in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert "HX-Request-Type" in answer["Vary"]


def test_a_poll_does_not_use_up_the_address_that_is_shown_once(web: Client, wall: Wall) -> None:
    web.post(f"/walls/{wall.pk}/links/", {"label": "Kitchen", "days": "30"})
    link = WallLink.objects.get()
    assert "/wall/" not in text(poll(web, page_of(link)))
    assert Client().get(shown(web, link)).status_code == 200


def test_a_user_who_may_not_see_the_page_gets_no_part_of_it(
    web: Client, wall: Wall, make_user: Callable[..., User], place: str
) -> None:
    link, _address = make(web, wall)
    tag = poll(web, at(place, link))["HX-PTag"]
    viewer = client_for(make_user("vic", Role.VIEWER))
    elsewhere = client_for(make_superuser(), make_site("Elsewhere"))
    for who, code in ((viewer, 403), (elsewhere, 404)):
        for known in ("", tag):
            answer = poll(who, at(place, link), known)
            assert answer.status_code == code
            assert "Kitchen" not in text(answer)
    assert poll(Client(), at(place, link), tag)["HX-Redirect"].startswith("/accounts/login/")
    links.revoke(link, By())
    wall.delete()
    assert poll(web, at(place, link), tag).status_code == 404


# its name


def test_a_link_is_renamed_and_the_record_has_both_names_with_who_did_it(web: Client, wall: Wall) -> None:
    link, address = make(web, wall, label="Kichen")
    page = step(web, link, "rename", label="  Kitchen ")
    assert "Renamed." in page
    assert re.search(r"<h1><bdi>Kitchen</bdi></h1>", page)
    assert re.search(r'name="label" value="Kitchen"', page)
    assert "from “Kichen” to “Kitchen”" in page, "what happened to it"
    link.refresh_from_db()
    assert link.label == "Kitchen"
    assert Client().get(address).status_code == 200, "its address and its screens stay"
    assert told(link)[:2] == [What.MADE, What.RENAMED]
    event = LinkEvent.objects.get(what=What.RENAMED)
    assert (event.actor_name, event.address) == ("sue", "127.0.0.1")
    for query in ("", "?kind=links&q=Kichen", "?kind=links&q=to+Kitchen"):
        assert "Renamed: from “Kichen” to “Kitchen”" in text(web.get(f"/changes/{query}"))


def test_the_longest_names_are_whole_in_the_record(web: Client, wall: Wall) -> None:
    link, _address = make(web, wall, label="a" * 80)
    step(web, link, "rename", label="b" * 80)
    assert LinkEvent.objects.get(what=What.RENAMED).words == f"from “{'a' * 80}” to “{'b' * 80}”"


def test_the_same_name_again_changes_and_records_nothing(web: Client, wall: Wall) -> None:
    link, _address = make(web, wall)
    for label in ("Kitchen", " Kitchen "):
        assert "Nothing was changed" in step(web, link, "rename", label=label)
    assert told(link) == [What.MADE]


@pytest.mark.parametrize("label", ["", "  ", "x" * 81, "a\x07b"])
def test_an_invalid_name_is_refused_and_stays_as_typed(web: Client, wall: Wall, label: str) -> None:
    link, _address = make(web, wall)
    answer = web.post(page_of(link), {"step": "rename", "label": label})
    assert answer.status_code == 422
    assert text(answer).count("errorlist") == 1, "the form for its end is not to blame"
    assert "aria-invalid" in text(answer)
    link.refresh_from_db()
    assert link.label == "Kitchen"
    assert told(link) == [What.MADE]


def test_if_two_people_rename_a_link_at_once_one_succeeds_and_the_record_stays_true(
    web: Client, wall: Wall, supervisor: User
) -> None:
    link, _address = make(web, wall)
    stale = WallLink.objects.get(pk=link.pk)
    assert links.rename(link, "Hall", By(supervisor))
    assert not links.rename(stale, "Lobby", By(supervisor))
    link.refresh_from_db()
    assert link.label == "Hall"


def test_an_expired_link_can_be_renamed_and_one_that_was_ended_cannot(web: Client, wall: Wall) -> None:
    expired, ended = make(web, wall)[0], make(web, wall)[0]
    WallLink.objects.filter(pk=expired.pk).update(expires=timezone.now())
    step(web, ended, "revoke")
    assert 'value="rename"' in text(web.get(page_of(expired)))
    assert 'value="rename"' not in text(web.get(page_of(ended)))
    assert "Renamed." in step(web, expired, "rename", label="Hall")
    assert "Nothing was changed" in step(web, ended, "rename", label="Hall")


# ended links


def split(web: Client, wall: Wall) -> tuple[list[str], list[str], str]:
    """The names in the wall's table, the names folded under it, and the words on the fold."""
    found = region(text(web.get(f"/walls/{wall.pk}/")), "links")
    table, _details, fold = found.partition("<details")
    words = re.search(r"</svg>([^<]*)</summary>", fold)
    names = re.compile(r"<td class=\"cell-name\"><a [^>]*><bdi>(.*?)</bdi>")
    return names.findall(table), names.findall(fold), words[1].strip() if words else ""


def test_ended_links_are_folded_under_the_others_the_latest_first(web: Client, wall: Wall) -> None:
    made = {name: make(web, wall, label=name)[0] for name in ("Gone", "Over", "Paused", "Open")}
    assert split(web, wall) == (["Gone", "Over", "Paused", "Open"], [], "")
    WallLink.objects.filter(pk=made["Over"].pk).update(expires=timezone.now() - timedelta(minutes=1))
    step(web, made["Paused"], "pause")
    assert split(web, wall) == (["Gone", "Paused", "Open"], ["Over"], "1 ended link")
    step(web, made["Gone"], "revoke")
    assert split(web, wall) == (["Paused", "Open"], ["Gone", "Over"], "2 ended links")
    step(web, made["Over"], "extend", days="30")
    assert split(web, wall) == (["Over", "Paused", "Open"], ["Gone"], "1 ended link")


def test_a_wall_whose_links_have_all_ended_says_that_none_is_valid(web: Client, wall: Wall) -> None:
    page = f"/walls/{wall.pk}/"
    assert "No link yet" in text(web.get(page))
    step(web, make(web, wall)[0], "revoke")
    assert split(web, wall) == ([], ["Kitchen"], "1 ended link")
    assert "No link is valid any more" in text(web.get(page))
    assert "No link yet" not in text(web.get(page))
    assert "0 open links end" in text(web.get(page)), "what deleting the wall would end"
