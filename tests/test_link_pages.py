"""The pages of walls' links: a link is renamed."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.live import walls
from livechat.models import LinkEvent, Site, Wall, WallLink
from livechat.record.links import By
from tests.support.links import make, page_of, step, told
from tests.support.pages import text

pytestmark = pytest.mark.django_db
What = LinkEvent.What


@pytest.fixture
def wall(site: Site, supervisor: User, renew: Callable[[], None]) -> Wall:
    """A wall with figures."""
    renew()
    return Wall.objects.create(site=site, title="Support")


# what it is called


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
    assert LinkEvent.objects.get(what=What.RENAMED).detail == f"from “{'a' * 80}” to “{'b' * 80}”"


def test_the_same_name_again_changes_and_records_nothing(web: Client, wall: Wall) -> None:
    link, _address = make(web, wall)
    for label in ("Kitchen", " Kitchen "):
        assert "Nothing was changed" in step(web, link, "rename", label=label)
    assert told(link) == [What.MADE]


@pytest.mark.parametrize("label", ["", "  ", "x" * 81, "a\x07b"])
def test_a_name_that_cannot_be_is_refused_beside_what_was_typed(web: Client, wall: Wall, label: str) -> None:
    link, _address = make(web, wall)
    answer = web.post(page_of(link), {"step": "rename", "label": label})
    assert answer.status_code == 422
    assert text(answer).count("errorlist") == 1, "the form for its end is not to blame"
    assert "aria-invalid" in text(answer)
    link.refresh_from_db()
    assert link.label == "Kitchen"
    assert told(link) == [What.MADE]


def test_of_two_who_rename_a_link_at_once_one_does_and_the_record_stays_true(
    web: Client, wall: Wall, supervisor: User
) -> None:
    link, _address = make(web, wall)
    stale = WallLink.objects.get(pk=link.pk)
    assert walls.rename(link, "Hall", By(supervisor))
    assert not walls.rename(stale, "Lobby", By(supervisor))
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
