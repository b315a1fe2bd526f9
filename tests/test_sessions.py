"""Sessions: listed for their user, ended by them or with their access, deleted when they have expired."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from livechat.lib import clock
from livechat.models import Membership, Role, Site
from livechat.sites import members, sessions
from tests.support.fast_path import Answer
from tests.support.pages import text
from tests.support.people import PASSWORD, client_for, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


@pytest.fixture
def bob() -> User:
    return make_user("bob", make_site(), Role.SUPERVISOR, password=PASSWORD)


def signed_in(agent: str = FIREFOX, **environ: str) -> Client:
    """A browser in which bob has signed in by the form."""
    client = Client(HTTP_USER_AGENT=agent, **environ)
    assert client.post("/accounts/login/", {"login": "bob", "password": PASSWORD}).url == "/"
    return client


def is_in(client: Client) -> bool:
    """Whether a browser is signed in."""
    return client.get("/directory/").status_code == 200


def end_access(user: User, end: str) -> None:
    """Remove a user from their only site, or close their account, as a superuser does on the member's page."""
    member = Membership.objects.get(user=user)
    answer = client_for(make_superuser()).post(f"/sites/{member.site_id}/members/{member.pk}/", {"step": end})
    assert answer.status_code == 302


def give_access_again(user: User, site: Site) -> None:
    User.objects.filter(pk=user.pk).update(is_active=True)
    Membership.objects.get_or_create(user=user, site=site)


# the page


def test_a_user_sees_their_own_sessions_with_browser_and_address(bob: User) -> None:
    make_user("eve", make_site("Eves"), password=PASSWORD)
    stranger = Client(HTTP_USER_AGENT="Eves own", REMOTE_ADDR="203.0.113.66")
    stranger.post("/accounts/login/", {"login": "eve", "password": PASSWORD})
    signed_in(CHROME, REMOTE_ADDR="203.0.113.9")
    page = text(signed_in(FIREFOX, REMOTE_ADDR="2001:db8::1").get(PAGE))
    assert all(
        words in page for words in ("Firefox 128 on Linux", "Chrome 126 on Windows", "203.0.113.9", "2001:db8::1")
    )
    assert page.count("this browser") == 1
    assert "Eves own" not in page
    assert "203.0.113.66" not in page


def test_the_menu_leads_to_the_page(bob: User) -> None:
    assert f'href="{PAGE}"' in text(signed_in().get("/directory/"))


def test_the_page_is_for_people_who_are_signed_in() -> None:
    assert Client().get(PAGE).url.startswith("/accounts/login/")


def test_the_address_is_the_one_a_trusted_proxy_tells(bob: User, settings: Any) -> None:
    forwarded = {"HTTP_X_FORWARDED_FOR": "198.51.100.7, 203.0.113.9"}
    signed_in(REMOTE_ADDR="192.0.2.1", **forwarded)
    assert UserSession.objects.get().ip == "192.0.2.1"
    settings.TRUSTED_PROXIES = [ip_network("192.0.2.1")]
    signed_in(REMOTE_ADDR="192.0.2.1", **forwarded)
    assert UserSession.objects.latest("pk").ip == "203.0.113.9"


def test_without_an_address_a_session_is_listed_as_not_known(bob: User) -> None:
    assert "not known" in text(signed_in(REMOTE_ADDR="").get(PAGE))


def test_what_a_browser_says_of_itself_is_shown_as_text(bob: User) -> None:
    page = text(signed_in("<img src=x onerror=alert(1)>").get(PAGE))
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_button_ends_all_other_sessions_and_keeps_this_one(bob: User) -> None:
    other, this = signed_in(CHROME), signed_in()
    assert "Sign out all other sessions" in text(this.get(PAGE))
    assert "Signed out of all other sessions." in text(this.post(PAGE, follow=True))
    assert not is_in(other)
    assert is_in(this)
    assert "You are signed in nowhere else." in text(this.get(PAGE))


def test_whoever_joins_by_an_invitation_has_a_session_in_the_list(bob: User) -> None:
    site = Site.objects.get()
    boss = client_for(make_user("boss", site))
    shown = boss.post(f"/sites/{site.pk}/invitations/", {"role": "viewer", "days": "7"}, follow=True)
    address = text(shown).partition('id="invite-address">')[2].partition("<")[0]
    new = Client(HTTP_USER_AGENT=FIREFOX)
    new.post(address, {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert "Firefox 128 on Linux" in text(new.get(PAGE))


def test_after_a_change_of_password_this_session_is_listed_and_the_others_are_over(bob: User) -> None:
    other, this = signed_in(CHROME), signed_in()
    new = {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"}
    this.post("/accounts/password/change/", new)
    page = text(this.get(PAGE))
    assert page.count("this browser") == 1
    assert "Chrome" not in page
    assert not is_in(other)


# a session that is not in the list: from before there was one


def test_a_session_from_before_the_list_is_shown_and_can_be_ended_after_the_clean_up(bob: User) -> None:
    old = client_for(bob)
    assert not UserSession.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        this = signed_in()
        sessions.clear_expired()
        page = text(this.get(PAGE))
        assert "Browser not known" in page
        this.post(PAGE)
        assert not is_in(old)
        assert is_in(this)


@pytest.mark.parametrize("end", ["remove", "close"])
def test_a_session_from_before_the_list_ends_with_the_access_and_stays_ended(bob: User, end: str) -> None:
    site, old = Site.objects.get(), client_for(bob)
    assert not UserSession.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert is_in(old)
        end_access(bob, end)
        assert not is_in(old)
        give_access_again(bob, site)
        assert not is_in(old), "the session that ended does not come back with the access"


def test_a_session_of_nobody_or_of_a_deleted_user_is_not_listed(bob: User) -> None:
    gone = client_for(make_user("gone"))
    assert gone.session.session_key
    User.objects.filter(username="gone").delete()
    Session.objects.create(session_key="odd", session_data="odd", expire_date=timezone.now() + timedelta(days=1))
    sessions.list_unlisted()
    assert not UserSession.objects.exists()


# ended access


@pytest.mark.parametrize("engine", ["db", "cached_db"])
@pytest.mark.parametrize("end", ["remove", "close"])
def test_ended_access_ends_every_session_in_the_store_and_its_cache(
    bob: User, settings: Any, engine: str, end: str
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    site = Site.objects.get()
    browsers = [signed_in(), signed_in(CHROME)]
    assert all(map(is_in, browsers))
    keys = [client.cookies["sessionid"].value for client in browsers]
    end_access(bob, end)
    assert not Session.objects.filter(pk__in=keys).exists()
    assert not UserSession.objects.filter(user=bob).exists()
    give_access_again(bob, site)
    assert not any(map(is_in, browsers))


def test_access_that_another_process_ended_is_over_here_within_a_second_its_polls_too(
    web: Client, supervisor: User, renew: Callable[[], None], at_the_door: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew()
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    for _ in range(2):
        assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
    monkeypatch.setattr(members, "_forget", lambda: None)  # this process is told nothing
    members.set_active(supervisor, active=False)
    steady = clock.steady
    monkeypatch.setattr(clock, "steady", lambda: steady() + 1.0)
    assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).headers["HX-Redirect"].startswith("/accounts/login/")


# what it costs


def test_a_page_and_a_poll_write_nothing_about_the_session(bob: User) -> None:
    client = signed_in()
    client.get("/directory/")
    for path in ("/directory/", "/queue/"):
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        assert not [query["sql"] for query in asked if "usersessions" in query["sql"]]


# clean-up


def test_the_list_forgets_a_session_that_has_expired(bob: User) -> None:
    signed_in()
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        sessions.clear_expired()
        sessions.forget()
        assert UserSession.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        sessions.clear_expired()
        assert not UserSession.objects.exists()
