"""What people paste is taken for what it is: tokens with what stood around them, addresses out of the address bar."""

import json

import pytest
from django.test import Client

from livechat.forms.connection import ConnectionForm
from livechat.lib import allowed_hosts
from livechat.models import Connection, Membership, Role, Site, Wall
from livechat.walls import links
from tests.support.chatserver import ChatServer
from tests.support.corpora import strings
from tests.support.pages import poll, text
from tests.support.people import client_for, make_shop, make_site, make_superuser, make_user
from tests.test_invitations import invite

pytestmark = pytest.mark.django_db
TOKEN = "eyJhbGciOiJSUzI1NiJ9.test-token_of.41~"
ANSWER = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 43199, "refresh_token": "refresh-me"}

TOKENS = [
    TOKEN,
    f"bearer {TOKEN}",
    f"BEARER   {TOKEN}",
    f"Bearer\t{TOKEN}\n",
    f"Authorization: Bearer {TOKEN}",
    f"authorization:bearer {TOKEN}",
    f"Authorization: {TOKEN}",
    f'"{TOKEN}"',
    f"'{TOKEN}',",
    f"“{TOKEN}”",
    f"{TOKEN},",
    f"{TOKEN};",
    f'"access_token": "{TOKEN}",',
    f"access_token={TOKEN}",
    f'"Authorization": "Bearer {TOKEN}",',
    f"\ufeff{TOKEN}\u200b",
    f"{TOKEN[:9]}\u200b\u00ad{TOKEN[9:]}",
    f"\u00a0{TOKEN}\u00a0",
    json.dumps(ANSWER),
    json.dumps(ANSWER, indent=2) + "\n",
    f'curl -H "Authorization: Bearer {TOKEN}" https://api11.comm100.io/v4/livechat/agents',
    f"curl -H 'Authorization: Bearer {TOKEN}' -H 'Accept: application/json'",
]


def form(**data: str) -> ConnectionForm:
    made = ConnectionForm({"kind": "bearer"} | data)
    made.is_valid()
    return made


@pytest.mark.parametrize("typed", TOKENS)
def test_a_token_is_found_in_what_was_pasted(typed: str) -> None:
    made = form(token=typed)
    assert made.errors == {}
    assert made.cleaned_data["credential"].token == TOKEN


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("two words", "characters that it cannot have"),
        ('{"error": "invalid_client"}', "This JSON text has no “access_token”."),
        ('{"access_token": 5}', "This JSON text has no “access_token”."),
        ("[]", "This JSON text has no “access_token”."),
        (f'{{"access_token": "{TOKEN}", "token_ty', "This is a part of a JSON text."),
        ("[" * 20_000, "This is a part of a JSON text."),
        ("Basic YTpi", "This is an API key's header"),
        ("Authorization: Basic YTpi", "This is an API key's header"),
        ('"",', "This field is required."),
        ("\u200b", "This field is required."),
        ("Bearer ", "This field is required."),
        (f"{'x' * 8193}", "too long"),
    ],
)
def test_what_is_no_token_is_refused_in_one_sentence_that_does_not_repeat_it(typed: str, said: str) -> None:
    errors = [error for errors in form(token=typed).errors.values() for error in errors]
    assert len(errors) == 1
    assert said in errors[0]
    assert TOKEN not in errors[0]


def test_the_other_secrets_are_freed_of_what_stands_around_them_too() -> None:
    data = {"refresh_token": json.dumps(ANSWER), "client_id": '"my-client",', "client_secret": "\u200bs3cret\u200b"}
    held = form(kind="renewing", **data).cleaned_data["credential"]
    assert (held.refresh_token, held.client_id, held.client_secret) == ("refresh-me", "my-client", "s3cret")
    data = {"email": "“me@shop.example”", "api_key": "api_key: k-e_y;", "site_id": " 10000,\u200b"}
    key = form(kind="api-key", **data).cleaned_data["credential"]
    assert (key.email, key.key, key.site_id) == ("me@shop.example", "k-e_y", "10000")


def test_no_text_at_all_breaks_the_form() -> None:
    for typed in strings():
        for kind, names in (("bearer", ["token"]), ("renewing", ["refresh_token", "client_id", "client_secret"])):
            form(kind=kind, **dict.fromkeys(names, typed))


def test_a_pasted_answer_of_the_token_address_is_tried_and_stored_as_its_token(chatserver: ChatServer) -> None:
    site, user = make_site(api_base=chatserver.root), make_user("ada")
    Membership.objects.create(user=user, site=site, role=Role.ADMINISTRATOR)
    answer = json.dumps(ANSWER | {"access_token": chatserver.token})
    posted = {"address": site.api_base, "kind": "bearer", "token": answer}
    assert client_for(user).post("/connection/", posted).status_code == 302
    assert Connection.objects.get().credential().secrets == (chatserver.token,)


# the API's address

MEANT = [
    "https://api12.comm100.io",
    "https://api12.comm100.io/",
    "https://api12.comm100.io/v4",
    "https://api12.comm100.io/v4/",
    " https://api12.comm100.io ",
    "HTTPS://API12.COMM100.IO",
    "api12.comm100.io",
    "https://api12.comm100.io,",
    "“https://api12.comm100.io/”",
    "\u200bhttps://api12.comm100.io",
    "https://dash12.comm100.io",
    "https://dash12.comm100.io/",
    "dash12.comm100.io",
    "https://dash12.comm100.io/ui/10000/livechat/visitors/?a=b#top",
]


@pytest.mark.parametrize("typed", MEANT)
def test_an_address_is_corrected_to_the_one_that_is_meant(typed: str) -> None:
    client = client_for(make_superuser())
    assert client.post("/sites/", {"name": "Shop", "api_base": typed}).status_code == 302
    made = Site.objects.get()
    assert made.api_base == "https://api12.comm100.io"
    page = client.post(f"/sites/{made.pk}/", {"name": "Shop", "api_base": typed, "away": ""}, follow=True)
    assert "Saved." in text(page)
    assert "The address has changed" not in text(page)


@pytest.mark.parametrize(
    ("hosts", "typed", "meant"),
    [
        (["http://127.0.0.1:8100"], "http://127.0.0.1:8100/v4", "http://127.0.0.1:8100"),
        (["http://127.0.0.1:{N}"], "http://127.0.0.1:8100/", "http://127.0.0.1:8100"),
        (["https://a{N}.test", "https://b{N}.test"], "https://b7.test/x", "https://a7.test"),
        (["https://a{N}.test", "https://b{N}.test"], "https://api7.comm100.io", "https://api7.comm100.io"),
        (["https://a.test", "https://b.test", "https://c.test"], "b.test", "https://a.test"),
    ],
)
def test_addresses_are_corrected_by_the_pairs_that_are_allowed(
    settings: pytest.FixtureRequest, hosts: list[str], typed: str, meant: str
) -> None:
    settings.COMM100_HOSTS = hosts  # type: ignore[attr-defined]
    assert allowed_hosts.corrected(typed) == meant


# links out of a sentence

STUCK = (".", ")", "/.", "/)", ").", ",", ";", "!", "?", "\u201d", ">", " )", "./", "\u2026")


@pytest.mark.parametrize("stuck", STUCK)
def test_a_walls_link_is_found_with_what_stuck_to_it(stuck: str) -> None:
    site, tv = make_site(), Client()
    wall = Wall.objects.create(site=site, title="Support")
    _link, secret = links.make_link(wall, make_user("ada", site), "Kitchen", days=None)
    answer = tv.get(f"/wall/{secret}{stuck}", follow=True)
    assert answer.redirect_chain[-1][0] == f"/wall/{secret}/"
    assert answer.status_code == 200
    assert "Support" in text(answer)
    assert poll(tv, f"/wall/{secret}{stuck}").status_code in (301, 302)


def test_nothing_of_it_is_kept_and_nothing_is_said_of_a_secret_that_never_was(client: Client) -> None:
    answer = client.get("/wall/never-was.")
    assert answer.url == "/wall/never-was/"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert client.get(answer.url).status_code == 404
    assert client.post("/wall/never-was.").status_code == 405


@pytest.mark.parametrize("stuck", STUCK)
def test_an_invitation_is_found_in_the_same_way(stuck: str) -> None:
    shop = make_shop()
    path = invite(client_for(make_user("ada", shop)), shop)
    answer = Client().get(path.rstrip("/") + stuck, follow=True)
    assert answer.redirect_chain[-1][0] == path
    assert answer.status_code == 200
