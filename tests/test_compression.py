"""Pages are compressed, but not if their size could give a secret away."""

import gzip
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from livechat.models import Role, Site, Wall
from livechat.sites import invitations
from livechat.web.compression import PAGES_WITH_SECRETS, _without_indentation
from tests.support.pages import steady
from tests.support.people import PASSWORD, client_for, make_user
from tests.test_every_address import names

pytestmark = pytest.mark.django_db
UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}
BOTH = "gzip, deflate, br"


def get(client: Client, path: str, accepted: str = BOTH, **headers: str) -> HttpResponse:
    """A page, asked for by a browser that unpacks this."""
    answer = client.get(path, headers={"Accept-Encoding": accepted} | headers)
    assert answer.status_code == 200
    return answer


def asked(site: str) -> dict[str, Any]:
    """The header by which browsers say which site made them ask."""
    return {"Sec-Fetch-Site": site}


@pytest.fixture
def ann(site: Site) -> User:
    """An Administrator."""
    return make_user("ann", site, password=PASSWORD, email="ann@shop.example")


@pytest.fixture
def web(ann: User, site: Site) -> Client:
    """Their browser."""
    return client_for(ann, site)


@pytest.mark.parametrize("encoding", UNPACK)
@pytest.mark.parametrize("path", ["/agents/", "/visitors/", "/start/", "/accounts/password/change/", "/sites/1/"])
def test_a_page_comes_compressed_and_is_the_same(web: Client, site: Site, path: str, encoding: str) -> None:
    path = path.replace("1", str(site.pk))
    plain = get(web, path, "identity")
    packed = get(web, path, encoding)
    assert packed["Content-Encoding"] == encoding
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 3
    assert steady(UNPACK[encoding](packed.content).decode()) == steady(plain.content.decode())
    assert "Accept-Encoding" in packed["Vary"]
    assert "Content-Encoding" not in plain


def test_strangers_and_those_who_are_lost_get_compressed_pages_too(client: Client) -> None:
    assert get(client, "/accounts/login/")["Content-Encoding"] == "br"
    assert client.get("/nothing/", headers={"Accept-Encoding": BOTH})["Content-Encoding"] == "br"


def test_a_request_that_another_site_made_is_answered_plain(web: Client) -> None:
    for site in ("same-origin", "none"):
        assert get(web, "/agents/?q=guess", **asked(site))["Content-Encoding"] == "br"
    for site in ("cross-site", "same-site", "anything"):
        assert "Content-Encoding" not in get(web, "/agents/?q=guess", **asked(site))


def test_over_https_a_browser_that_does_not_say_who_asks_gets_it_plain(web: Client) -> None:
    assert "Content-Encoding" not in web.get("/agents/", headers={"Accept-Encoding": BOTH}, secure=True)
    said = {"Accept-Encoding": BOTH} | asked("none")
    assert web.get("/agents/", headers=said, secure=True)["Content-Encoding"] == "br"


def test_the_page_that_shows_a_new_link_is_plain_and_compressed_afterwards(web: Client, site: Site) -> None:
    wall = Wall.objects.create(site=site, title="Support")
    made = web.post(f"/walls/{wall.pk}/links/", {"label": "Desk", "days": "30", "site": site.pk})
    shown = get(web, made["Location"])
    assert b"/wall/" in shown.content
    assert "Content-Encoding" not in shown
    assert get(web, made["Location"])["Content-Encoding"] == "br"


def test_the_page_that_shows_a_new_invitation_is_plain_and_compressed_afterwards(web: Client, site: Site) -> None:
    fields = {"role": Role.VIEWER, "note": "Bo", "days": "7", "site": site.pk}
    made = web.post(f"/sites/{site.pk}/invitations/", fields)
    shown = get(web, made["Location"])
    assert b"/invite/" in shown.content
    assert "Content-Encoding" not in shown
    assert get(web, made["Location"])["Content-Encoding"] == "br"


def test_the_page_of_an_invitation_is_plain(client: Client, ann: User, site: Site) -> None:
    _made, secret = invitations.create(site, ann, Role.VIEWER, "Bo", days=7)
    assert "Content-Encoding" not in get(client, f"/invite/{secret}/")


def test_the_key_of_a_second_factor_is_plain(web: Client) -> None:
    web.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = get(web, "/accounts/2fa/totp/activate/")
    assert "Content-Encoding" not in page
    assert page.content


def test_every_page_with_a_secret_is_an_address() -> None:
    assert set(names()) >= PAGES_WITH_SECRETS


def test_a_page_with_a_secret_is_small_without_being_compressed(web: Client) -> None:
    """Its size is told as it is: a browser would wait for bytes that never come."""
    web.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = get(web, "/accounts/2fa/totp/activate/")
    text = page.content.decode()
    assert int(page["Content-Length"]) == len(page.content)
    assert "\n " not in text
    assert "\n\n" not in text
    for box in ('id="find"', 'id="keys"', 'data-dialog="keys"', 'id="toasts"'):
        assert box not in text
        assert box in get(web, "/accounts/password/change/", "identity").content.decode() or box == 'id="toasts"'


def test_what_keeps_its_white_space_is_sent_as_it_is() -> None:
    page = b"\n<!doctype html><p>\n  a\n\n b</p>\n<pre>\n  c\n\n  d</pre>\n  <textarea rows=2>\n e\n\n</textarea>\n <p>"
    assert _without_indentation(page) == (
        b"\n<!doctype html><p>\na\nb</p>\n<pre>\n  c\n\n  d</pre>\n<textarea rows=2>\n e\n\n</textarea>\n<p>"
    )
    part = b"\n  <main>\n  </main>\n"
    assert _without_indentation(part) == part
