"""Signing in and out, and the user's own password: allauth's pages in our frame."""

import importlib
import re
import time
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.apps import apps
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from livechat.models import Role
from tests.support.pages import text
from tests.support.people import PASSWORD, make_site, make_user

pytestmark = pytest.mark.django_db

ENTRANCE = ["login/", "signup/", "password/reset/", "password/reset/done/", "inactive/"]
ACCOUNT = ["logout/", "password/change/", "reauthenticate/", "email/", "2fa/", "2fa/totp/activate/", "sessions/"]
KEYS = ["2fa/webauthn/", "2fa/webauthn/add/"]


def sign_in(client: Client, login: str, password: str = PASSWORD, **data: str) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password} | data)


def member(**fields: str) -> Client:
    """A signed-in browser of a member with a password."""
    make_user("sue", make_site(), Role.SUPERVISOR, password=PASSWORD, **fields)
    client = Client()
    sign_in(client, "sue")
    return client


def confirmed(client: Client) -> Client:
    """The same browser after the password was entered again, which sensitive account pages ask for."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_user_signs_in_and_comes_to_the_board(client: Client) -> None:
    make_user("sue", make_site(), Role.SUPERVISOR, password=PASSWORD)
    answer = sign_in(client, "sue")
    assert answer.url == "/"
    assert client.get("/").url == "/agents/"


def test_an_email_address_does_as_well(client: Client) -> None:
    make_user("sue", make_site(), password=PASSWORD, email="sue@shop.example")
    assert sign_in(client, "sue@shop.example").status_code == 302


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client) -> None:
    make_user("sue", make_site(), password=PASSWORD)
    assert 'name="next" value="/changes/?q=kim"' in text(client.get("/accounts/login/?next=/changes/%3Fq%3Dkim"))
    assert sign_in(client, "sue", next="/changes/?q=kim").url == "/changes/?q=kim"


def test_signing_in_never_leads_to_another_host(client: Client) -> None:
    make_user("sue", make_site(), password=PASSWORD)
    assert sign_in(client, "sue", next="//evil.example/").url == "/"


def test_a_wrong_password_is_reported_in_place_and_the_typed_name_stays(client: Client) -> None:
    make_user("sue", password=PASSWORD)
    page = text(sign_in(client, "sue", "wrong"))
    assert "The username and/or password you specified are not correct." in page
    assert 'value="sue"' in page
    assert "wrong" not in page.split("<main")[1]


def test_guessing_is_stopped_with_a_page_that_says_when_to_come_back(client: Client) -> None:
    make_user("sue", password=PASSWORD)
    codes = [sign_in(client, "sue", f"guess {n}").status_code for n in range(6)]
    assert codes == [200, 200, 200, 200, 200, 429]
    answer = sign_in(client, "sue")
    assert answer.status_code == 429
    assert "minutes, then try again." in text(answer)


def test_many_other_clients_do_not_make_the_server_forget_a_guesser(client: Client) -> None:
    make_user("sue", password=PASSWORD)
    codes = [sign_in(client, "sue", f"guess {n}").status_code for n in range(7)]
    assert codes == [200, 200, 200, 200, 200, 429, 429]
    for n in range(320):
        assert Client().get("/tv/", REMOTE_ADDR=f"2001:db8:0:{n:x}::1").status_code == 302
    assert sign_in(client, "sue", "guess 8").status_code == 429


def test_a_guesser_gains_nothing_by_other_addresses_and_ports(client: Client) -> None:
    make_user("sue", password=PASSWORD)
    for n, expected in enumerate([200] * 5 + [429] * 3):
        sent = {"login": "sue", "password": f"guess {n}"}
        place = {"REMOTE_ADDR": f"198.51.100.{n}", "HTTP_HOST": f"testserver:{n + 1}"}
        assert client.post("/accounts/login/", sent, **place).status_code == expected


def test_while_there_is_no_account_the_page_shows_the_command_that_makes_one(client: Client, settings: Any) -> None:
    settings.DATA_DIR = Path("/var/lib/a folder")
    command = "DATA_DIR=&#x27;/var/lib/a folder&#x27; .venv/bin/python manage.py createsuperuser"
    assert f">{command}</code>" in text(client.get("/accounts/login/"))
    make_user("sue")
    assert "createsuperuser" not in text(client.get("/accounts/login/"))
    with CaptureQueriesContext(connection) as asked:
        client.get("/accounts/password/reset/")
    assert "auth_user" not in str(asked.captured_queries), "only that page looks for it"


def test_a_closed_account_says_so(client: Client) -> None:
    make_user("sue", password=PASSWORD, is_active=False)
    assert "This account is closed" in text(client.get(sign_in(client, "sue").url))


def test_no_one_can_sign_up(client: Client) -> None:
    assert "Sign-up is closed" in text(client.get("/accounts/signup/"))
    data = {"username": "mallory", "password1": PASSWORD, "password2": PASSWORD}
    assert "Sign-up is closed" in text(client.post("/accounts/signup/", data))
    assert "/accounts/signup/" not in text(client.get("/accounts/login/"))


def test_without_mail_a_reset_is_not_offered_and_its_pages_say_what_to_do(client: Client) -> None:
    assert "password/reset" not in text(client.get("/accounts/login/"))
    for page in ("password/reset/", "password/reset/done/"):
        answer = text(client.get(f"/accounts/{page}"))
        assert "This server sends no mail" in answer
        assert "manage.py changepassword" in answer
        assert 'type="email"' not in answer


def test_with_mail_a_forgotten_password_is_replaced(client: Client, settings: Any) -> None:
    settings.HAS_MAIL = True
    make_user("sue", make_site(), password="an old long password", email="sue@shop.example")
    assert 'href="/accounts/password/reset/"' in text(client.get("/accounts/login/"))
    client.post("/accounts/password/reset/", {"email": "nobody@shop.example"})
    assert not mail.outbox, "no mail to addresses without an account"
    client.post("/accounts/password/reset/", {"email": "sue@shop.example"})
    link = re.search(r"/accounts/password/reset/key/\S+/", mail.outbox[0].body)
    assert link
    form = client.get(link[0], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(client, "sue").status_code == 302


def test_signing_out_is_asked_for_and_ends_the_session() -> None:
    client = member()
    assert "Are you sure you want to sign out?" in text(client.get("/accounts/logout/"))
    client.post("/accounts/logout/")
    assert client.get("/agents/").url.startswith("/accounts/login/")


def test_a_user_changes_their_password() -> None:
    client = member()
    data = {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"}
    assert client.post("/accounts/password/change/", data).status_code == 302
    assert sign_in(Client(), "sue", "another long one").status_code == 302


@pytest.mark.parametrize("path", ENTRANCE)
def test_a_page_before_signing_in_wears_our_frame(client: Client, path: str) -> None:
    _wears_our_frame(text(client.get(f"/accounts/{path}")))


@pytest.mark.parametrize("path", ACCOUNT + KEYS)
def test_a_page_of_the_account_wears_our_frame(path: str) -> None:
    answer = confirmed(member()).get(f"/accounts/{path}")
    assert answer.status_code == 200
    _wears_our_frame(text(answer))


def _wears_our_frame(page: str) -> None:
    assert "css/app.css" in page
    assert page.count("<h1>") == 1
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    for script in re.findall(r"<script[^>]*>", page):
        assert "src=" in script or 'type="application/json"' in script


def test_with_two_steps_the_password_alone_does_not_let_in(client: Client) -> None:
    with time_machine.travel("2026-11-22 10:00:00Z", tick=False):
        own = confirmed(member())
        secret = re.search(r'id="authenticator_secret" value="(\w+)"', text(own.get("/accounts/2fa/totp/activate/")))
        assert secret
        own.post("/accounts/2fa/totp/activate/", {"code": _code(secret[1])})
    with time_machine.travel("2026-11-22 10:01:00Z", tick=False):
        second = sign_in(client, "sue")
        assert second.url == "/accounts/2fa/authenticate/"
        assert client.get("/agents/").url.startswith("/accounts/login/")
        _wears_our_frame(text(client.get(second.url)))
        assert client.post(second.url, {"code": _code(secret[1])}).url == "/"
        assert client.get("/").url == "/agents/"


def _code(secret: str) -> str:
    """The code that the user's app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


# e-mail addresses in any spelling


@pytest.mark.parametrize("typed", ["Boss@Example.org", "boss@example.org", "BOSS@EXAMPLE.ORG", " boss@example.org "])
def test_a_superuser_signs_in_by_their_mail_in_any_spelling(client: Client, typed: str) -> None:
    call_command("createsuperuser", interactive=False, username="boss", email="Boss@Example.org", verbosity=0)
    boss = User.objects.get()
    boss.set_password(PASSWORD)
    boss.save()
    assert sign_in(client, typed).status_code == 302
    assert boss.email == "boss@example.org"


def test_every_address_is_stored_in_lower_case_whoever_saves_it() -> None:
    user = make_user("sue", email="Sue@Shop.Example")
    EmailAddress.objects.create(user=user, email="Other@Shop.Example", primary=True, verified=True)
    assert (user.email, EmailAddress.objects.get().email) == ("sue@shop.example", "other@shop.example")


def test_addresses_of_before_the_upgrade_are_put_in_lower_case_and_none_is_there_twice(client: Client) -> None:
    sue, bob = make_user("sue", make_site(), password=PASSWORD), make_user("bob")
    User.objects.filter(pk=sue.pk).update(email="Sue@Shop.Example")
    EmailAddress.objects.bulk_create(
        [
            EmailAddress(user=sue, email="Sue@Shop.Example", primary=True),
            EmailAddress(user=sue, email="sue@shop.example", verified=True),
            EmailAddress(user=bob, email="SUE@shop.example", verified=True),
            EmailAddress(user=bob, email="Bob@shop.example", primary=True, verified=True),
        ]
    )
    migration = importlib.import_module("livechat.migrations.0024_spellings")
    for step in (migration.lower_users, migration.lower_addresses) * 2:
        step(apps, None)
    rows = EmailAddress.objects.order_by("user_id", "email").values_list(
        "user__username", "email", "primary", "verified"
    )
    assert list(rows) == [
        ("sue", "sue@shop.example", True, True),
        ("bob", "bob@shop.example", True, True),
        ("bob", "sue@shop.example", False, False),
    ]
    assert sign_in(client, "SUE@shop.example").status_code == 302
