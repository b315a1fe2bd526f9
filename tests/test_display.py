"""Density and theme: a user's own, kept on the server, in every page from its first byte."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.models import Preferences
from tests.support.pages import text
from tests.support.people import client_for, make_site, make_user

pytestmark = pytest.mark.django_db
URL = "/account/display/"


@pytest.fixture
def user() -> User:
    """Somebody with a site."""
    return make_user("ada", make_site())


def root(client: Client, path: str = "/start/") -> dict[str, str]:
    """What a page's first element says of how it looks."""
    tag = re.search(r"<html[^>]*>", text(client.get(path)))
    assert tag
    return dict(re.findall(r'data-(density|theme|bs-theme)="(\w+)"', tag[0]))


def pressed(client: Client) -> list[str]:
    """The choices that the menu shows as chosen."""
    return re.findall(r'value="(\w+)" aria-pressed="true"', text(client.get("/start/")))


def test_who_has_chosen_nothing_gets_what_the_device_says(user: User) -> None:
    client = client_for(user)
    assert root(client) == {"density": "comfortable", "theme": "system"}
    assert pressed(client) == ["system", "comfortable"]
    assert not Preferences.objects.exists()


def test_a_choice_holds_on_every_device_and_for_nobody_else(user: User) -> None:
    one, other = client_for(user), client_for(user)
    assert one.post(URL, {"theme": "dark"}).status_code == 302
    assert root(other) == {"density": "comfortable", "theme": "dark", "bs-theme": "dark"}
    assert 'name="color-scheme" content="dark"' in text(other.get("/start/"))
    assert pressed(other) == ["dark", "comfortable"]
    assert root(client_for(make_user("eve")))["theme"] == "system"


def test_a_page_that_shows_a_choice_by_itself_is_not_sent_again(user: User) -> None:
    client = client_for(user)
    answer = client.post(URL, {"density": "compact"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert root(client)["density"] == "compact"


def test_each_choice_leaves_the_other_as_it_is(user: User) -> None:
    client = client_for(user)
    for name, value in (("theme", "light"), ("density", "compact"), ("theme", "system"), ("theme", "dark")):
        client.post(URL, {name: value})
    assert root(client) == {"density": "compact", "theme": "dark", "bs-theme": "dark"}
    assert Preferences.objects.get().user == user


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/visitors/?q=a&sort=name", "/visitors/?q=a&sort=name"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_it_leads_back_to_the_page_and_never_to_another_host(user: User, back: str, leads: str) -> None:
    assert client_for(user).post(URL, {"theme": "dark", "next": back}).url == leads


def test_a_page_asks_to_come_back_to_itself_with_its_query(user: User) -> None:
    page = text(client_for(user).get("/changes/?kind=links&q=a"))
    form = page[page.index(f'action="{URL}"') :]
    found = re.search(r'name="next" value="([^"]*)"', form)
    assert found
    assert found[1] == "/changes/?kind=links&amp;q=a"


@pytest.mark.parametrize(
    "sent", [{}, {"theme": "pink"}, {"density": "dark"}, {"theme": "dark", "density": "x"}], ids=str
)
def test_what_no_button_sends_changes_nothing(user: User, sent: dict[str, str]) -> None:
    client = client_for(user)
    client.post(URL, {"theme": "light"})
    assert client.post(URL, sent).status_code == 400
    assert client.get(URL).status_code == 405
    assert root(client)["theme"] == "light"


def test_a_stranger_chooses_nothing_and_sees_the_defaults(user: User) -> None:
    Preferences.objects.create(user=user, theme="dark")
    assert Client().post(URL, {"theme": "light"}).url.startswith("/accounts/login/")
    assert root(Client(), "/accounts/login/") == {"density": "comfortable", "theme": "system"}
    assert Preferences.objects.get().theme == "dark"


def test_the_choices_go_with_the_account(user: User) -> None:
    Preferences.objects.create(user=user, theme="dark")
    user.delete()
    assert not Preferences.objects.exists()
