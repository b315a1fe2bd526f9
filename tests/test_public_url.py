"""PUBLIC_URL: the addresses for other people and machines, behind a proxy that sends its own Host."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from livechat.lib import qr
from livechat.models import Role, Site, Wall
from tests.support.pages import text
from tests.support.people import PASSWORD, client_for, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db
BOARD = "https://board.example.org"
OWN = "127.0.0.1:8000"  # the proxy's Host


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Any) -> None:
    settings.PUBLIC_URL = BOARD
    settings.ALLOWED_HOSTS = ["127.0.0.1"]


def behind(client: Client) -> Client:
    """The same browser through the proxy."""
    client.defaults["HTTP_HOST"] = OWN
    return client


def test_a_walls_address_and_its_qr_code_lead_there(site: Site, make_user: Callable[..., User]) -> None:
    web, wall = behind(client_for(make_user("sue"), site)), Wall.objects.create(site=site, title="Support")
    page = text(web.post(f"/walls/{wall.pk}/links/", {"label": "TV", "days": "30"}, follow=True))
    found = re.search(rf'id="wall-address" href="({BOARD}/wall/[\w-]+/)"', page)
    assert found
    assert qr.data_uri(found[1]) in page
    assert OWN not in page


def test_an_invitation_leads_there() -> None:
    site = make_site()
    form = {"role": Role.VIEWER, "note": "", "days": "7"}
    page = text(behind(client_for(make_superuser(), site)).post(f"/sites/{site.pk}/invitations/", form, follow=True))
    assert re.search(rf'id="invite-address">{BOARD}/invite/[\w-]+/<', page)
    assert OWN not in page


def test_a_tv_is_paired_there() -> None:
    site = make_site()
    tv = behind(Client())
    page = text(tv.get(tv.get("/tv/").url))
    code = "".join(re.findall(r"<span>(\w{4})</span>", page))
    assert f'<b class="where">{BOARD}/pair/</b>' in page
    assert qr.data_uri(f"{BOARD}/pair/?code={code}") in page
    Wall.objects.create(site=site, title="Support")
    assert f"{BOARD}/tv/</code> in" in text(behind(client_for(make_superuser(), site)).get("/pair/"))


def test_a_mail_comes_from_there_and_leads_there() -> None:
    make_user("sue", password=PASSWORD, email="sue@shop.example")
    behind(Client()).post("/accounts/password/reset/", {"email": "sue@shop.example"})
    (sent,) = mail.outbox
    assert sent.subject.startswith("[board.example.org] ")
    assert "Hello from board.example.org!" in sent.body
    assert re.findall(r"\S+://\S+/accounts/", sent.body) == [f"{BOARD}/accounts/"]
    assert OWN not in sent.body


def test_a_mail_that_confirms_an_address_leads_there_too() -> None:
    web = behind(client_for(make_user("sue", password=PASSWORD)))
    web.post("/accounts/reauthenticate/", {"password": PASSWORD})
    web.post("/accounts/email/", {"email": "sue@shop.example", "action_add": ""})
    (sent,) = mail.outbox
    assert re.findall(r"\S+://\S+/accounts/", sent.body) == [f"{BOARD}/accounts/"]
    assert OWN not in sent.body


def asked_of_the_key(web: Client) -> dict[str, Any]:
    """The site that a browser is asked to make a passkey for."""
    web.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = text(web.get("/accounts/2fa/webauthn/add/"))
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)
    assert found
    rp: dict[str, Any] = json.loads(found[1])["creation_options"]["publicKey"]["rp"]
    return rp


def test_passkeys_are_made_for_it(settings: Any) -> None:
    web = behind(client_for(make_user("sue", password=PASSWORD)))
    assert asked_of_the_key(web)["id"] == "board.example.org"
    settings.PUBLIC_URL = ""
    assert asked_of_the_key(web)["id"] == "127.0.0.1"


def test_where_it_is_not_set_addresses_are_those_by_which_one_came(settings: Any) -> None:
    settings.PUBLIC_URL = ""
    site = make_site()
    Wall.objects.create(site=site, title="Support")
    assert f"http://{OWN}/tv/</code> in" in text(behind(client_for(make_superuser(), site)).get("/pair/"))
