"""Saved views: each person's own filters, order and columns under a name."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.boards import saved_views
from livechat.models import Membership, Role, SavedView, Site
from tests.support.pages import text
from tests.support.people import client_for, make_site

pytestmark = pytest.mark.django_db
QUERY = "q=ann&country=Peru&sort=-name&columns=name,email"


@pytest.fixture
def keep(web: Client) -> Callable[..., Any]:
    """Saves a view by the form."""

    def save(name: str, query: str = QUERY, **more: str) -> Any:
        return web.post("/visitors/views/", {"name": name, "query": query, **more})

    return save


def kept() -> list[tuple[str, str]]:
    """The stored views, by name."""
    return list(SavedView.objects.values_list("name", "query"))


def test_what_the_page_shows_is_saved_under_a_name_and_opens_again(web: Client, keep: Callable[..., Any]) -> None:
    board = text(web.get(f"/visitors/?{QUERY}"))
    (leads,) = re.findall(r'href="(/visitors/views/\?[^"]*)"', board)
    form = text(web.get(leads.replace("&amp;", "&")))
    assert f'name="query" value="{QUERY.replace("&", "&amp;")}"' in form
    assert "by Visitor ↓" in form
    answer = keep("Peru by name")
    assert answer.status_code == 302
    assert answer["Location"] == f"/visitors/?{QUERY}"
    assert kept() == [("Peru by name", QUERY)]
    board = text(web.get("/visitors/"))
    assert "The view “Peru by name” is saved." in board
    (address,) = re.findall(r'<a href="([^"]*)"><bdi>Peru by name</bdi>', board)
    opened = web.get(address)
    assert opened.status_code == 302
    assert opened["Location"] == f"/visitors/?{QUERY}"


def test_only_known_parameters_are_saved(keep: Callable[..., Any]) -> None:
    keep("A", f"{QUERY}&page=3&next=//evil.example&csrf=1")
    keep("B", f"sort=nonsense&columns=nonsense&status=&q={'x' * 201}")
    keep("C", "columns=email&columns=phone")
    assert kept() == [("A", QUERY), ("B", ""), ("C", "columns=name,email,phone")]


def test_the_page_asks_before_it_replaces_a_view_of_the_same_name(keep: Callable[..., Any]) -> None:
    keep("Mine")
    answer = keep("Mine", "status=waiting")
    assert answer.status_code == 422
    page = text(answer)
    assert "You have a view of this name" in page
    assert 'name="name" value="Mine"' in page
    assert 'name="query" value="status=waiting"' in page
    assert '<input type="hidden" name="replace" value="Mine">' in page
    assert kept() == [("Mine", QUERY)]
    keep("Other", "status=site")
    assert keep("Other", "status=waiting", replace="Mine").status_code == 422, "asked about another name"
    assert keep("Mine", "status=waiting", replace="Mine").status_code == 302
    assert kept() == [("Mine", "status=waiting"), ("Other", "status=site")]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x07b", "a\x00b"])
def test_an_invalid_name_is_refused_and_what_was_typed_stays(keep: Callable[..., Any], name: str) -> None:
    answer = keep(name)
    assert answer.status_code == 422
    assert 'class="errorlist"' in text(answer)
    assert f'name="query" value="{QUERY.replace("&", "&amp;")}"' in text(answer)
    assert kept() == []


def test_the_number_of_views_and_their_length_are_limited(
    web: Client, keep: Callable[..., Any], site: Site, supervisor: User
) -> None:
    for number in range(saved_views.MAX_VIEWS):
        saved_views.save(site, supervisor, f"View {number}", "")
    answer = keep("One more")
    assert answer.status_code == 422
    assert "50 views here, as many as can be kept" in text(answer)
    assert 'value="One more"' in text(answer)
    assert keep("View 7", replace="View 7").status_code == 302
    long = "columns=" + ",".join(f"variable:{number:02}{'é' * 98}" for number in range(30))
    answer = keep("View 7", long, replace="View 7")
    assert answer.status_code == 422
    assert "too much for one view" in text(answer)
    assert SavedView.objects.get(name="View 7").query == QUERY


def test_a_view_is_deleted(web: Client, keep: Callable[..., Any]) -> None:
    keep("Mine")
    key = SavedView.objects.get().pk
    page = text(web.get("/visitors/views/"))
    assert f'action="/visitors/views/{key}/"' in page
    assert web.post(f"/visitors/views/{key}/", {"step": "delete"}, follow=True).status_code == 200
    assert kept() == []
    assert web.get(f"/visitors/views/{key}/").status_code == 404


def test_no_one_sees_a_view_of_another_person_or_of_another_site(
    web: Client, keep: Callable[..., Any], site: Site, supervisor: User, make_user: Callable[..., User]
) -> None:
    keep("Sue's")
    other = make_site("Z shop")
    Membership.objects.create(user=supervisor, site=other, role=Role.VIEWER)
    elsewhere = saved_views.save(other, supervisor, "Elsewhere", "")
    mine = SavedView.objects.get(name="Sue's")
    vic = client_for(make_user("vic", Role.VIEWER))
    for client, key in ((vic, mine.pk), (web, elsewhere.pk)):
        assert client.get(f"/visitors/views/{key}/").status_code == 404
        assert client.post(f"/visitors/views/{key}/", {"step": "delete"}).status_code == 404
    assert "Sue" not in text(vic.get("/visitors/")).partition("<main")[2]
    assert "Elsewhere" not in text(web.get("/visitors/views/"))
    assert SavedView.objects.count() == 2


def test_a_viewer_can_save_a_view_under_a_name_that_another_person_uses(
    keep: Callable[..., Any], make_user: Callable[..., User]
) -> None:
    keep("Mine")
    vic = client_for(make_user("vic", Role.VIEWER, connected=False))
    assert vic.post("/visitors/views/", {"name": "Mine", "query": "status=site"}).status_code == 302
    assert sorted(kept()) == [("Mine", QUERY), ("Mine", "status=site")]


def test_hostile_names_are_shown_as_text(web: Client, keep: Callable[..., Any]) -> None:
    keep('"><img src=x>', "q=%3Cimg%3E&columns=variable:%3Cimg%3E")
    for address in ("/visitors/", "/visitors/views/", "/visitors/views/?q=%3Cimg%3E"):
        assert "<img" not in text(web.get(address))
