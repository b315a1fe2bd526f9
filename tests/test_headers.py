"""The headers of every answer: of a page, a refusal, a static file, an answer given before Django."""

import re
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory

from livechat.models import Site
from livechat.web.body_limits import MAX_BYTES, BodyLimits
from tests.support.pages import poll, text
from tests.support.people import PASSWORD, client_for, make_user

pytestmark = pytest.mark.django_db
# An address, and the status of its answer.
ANSWERS = {
    "/accounts/login/": 200, "/": 302, "/agents/": 302, "/nothing/": 404, "/walls/7/links/8/": 302, "/tv/": 302,
    "/wall/no/": 404, "/wall/": 404, "/tv/a/b/": 404, "/static/css/app.css": 200, "/static/js/live.js": 200,
    "/static/nothing.css": 404, "/healthz": 200, "/readyz": 200, "/invite/nothing/": 404, "/accounts/signup/": 200,
    "/accounts/logout": 301, "/sites/switch/": 302,
}  # fmt: skip


def security(headers: Any) -> None:
    """What every answer says to browsers."""
    for name in ("default-src 'none'", "frame-ancestors 'none'"):
        assert name in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.fullmatch(r"([a-z-]+=\(\)(, )?)+", headers["Permissions-Policy"])
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(headers["Permissions-Policy"].split(", "))


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_has_the_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == ANSWERS[path]
    security(answer)


def test_a_refusal_has_them_too(client: Client, settings: Any) -> None:
    security(client.get("/agents/", headers={"Host": "192.0.2.7"}))
    security(Client(enforce_csrf_checks=True).post("/accounts/login/"))
    settings.SECURE_SSL_REDIRECT = True
    moved = Client().get("/agents/")
    assert moved.status_code == 301
    security(moved)


@pytest.mark.parametrize("given", [{"CONTENT_LENGTH": str(MAX_BYTES + 1)}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_so_has_a_body_that_is_too_large(rf: RequestFactory, given: dict[str, str]) -> None:
    told: list[Any] = []
    environ = rf.post("/accounts/login/").environ | given
    BodyLimits(WSGIHandler())(environ, lambda status, headers: told.extend((status, dict(headers))))
    assert told[0][:3] in {"411", "413"}
    security(told[1])
    assert told[1]["Cache-Control"] == "private, no-store"


def test_a_fragment_of_a_page_is_worth_nothing_as_a_page(site: Site) -> None:
    web = client_for(make_user("ann", site), site)
    for url in ("/agents/", "/visitors/", "/queue/"):
        answer = poll(web, url)
        rules = answer["Content-Security-Policy"].split("; ")
        assert sorted(rules) == ["default-src 'none'", "frame-ancestors 'none'", "sandbox"]
        assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")
    security(web.get("/visitors/"))


def test_screens_stay_on_and_passkeys_work(client: Client) -> None:
    denied = client.get("/accounts/login/")["Permissions-Policy"]
    assert not re.search("wake-lock|publickey|fullscreen|autoplay", denied)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/totp/activate/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/",
        "/accounts/2fa/webauthn/add/", "/accounts/email/", "/accounts/password/change/", "/accounts/sessions/",
        "/connection/", "/agents/", "/sites/", "/start/", "/nothing/",
    ],
)  # fmt: skip
def test_no_page_of_a_persons_is_kept_by_a_browser_or_a_proxy(site: Site, path: str) -> None:
    web = client_for(make_user("ann", site, password=PASSWORD, email="ann@shop.example"), site)
    web.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert "no-store" in web.get(path)["Cache-Control"]


def test_the_page_of_the_secret_is_the_one_that_is_meant(site: Site) -> None:
    web = client_for(make_user("ann", site, password=PASSWORD), site)
    web.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert re.search(r'value="[A-Z2-7]{32}"', text(web.get("/accounts/2fa/totp/activate/")))


def test_static_files_may_be_kept(client: Client) -> None:
    assert "no-store" not in client.get("/static/css/app.css")["Cache-Control"]
