"""What a TV shows that has no wall to show: a dark page in words, which goes on by itself."""

from typing import Any

import pytest
from django.test import Client

from livechat.walls import link_cache
from tests.support.pages import PARTIAL, text

pytestmark = pytest.mark.django_db
WRONG = [
    "/wall/never-was/",
    "/wall/",
    "/wall/a/b/",
    "/tv/a/b/",
    "/wall/%20/",
    "/wall/%00/",
    "/wall/" + "a" * 3000 + "/",
]


def dark(page: str) -> None:
    """Whether it is a screen's page, and takes nothing from the pages for people."""
    assert 'data-theme="dark"' in page
    assert "css/wall.css" in page
    assert "css/holding.css" in page
    assert "css/bare.css" not in page
    assert '<main class="holding">' in page
    assert '<meta id="again" http-equiv="refresh" content="60">' in page


@pytest.mark.parametrize("path", WRONG)
def test_a_wrong_address_is_a_dark_page_that_asks_again(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    dark(text(answer))
    assert "No wall at this address" in text(answer)
    assert '<b class="where">http://testserver/tv/</b>' in text(answer), "the way out"
    assert 'data-state="unknown" data-every="30" data-ask=""' in text(answer), "at its own address"
    assert "X-Standby" not in answer, "a wall that is shown does not load this page by itself"


def test_it_says_so_in_the_language_that_the_tv_asks_for(client: Client) -> None:
    for language, words in (("de-AT,en", "keine Anzeige"), ("fr", "pas d’affichage"), ("es", "ninguna pantalla")):
        assert words in text(client.get("/wall/never-was/", headers={"Accept-Language": language}))


def test_a_poll_of_it_learns_nothing(client: Client) -> None:
    answer = client.get("/wall/never-was/", headers=PARTIAL)
    assert (answer.status_code, text(answer)) == (404, "Not found\n")
    assert not {"HX-Refresh", "X-Figures"} & set(answer.headers)


def test_a_failure_is_a_dark_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_cache, "find", lambda secret_hash: 1 / 0)
    answer = Client(raise_request_exception=False).get("/wall/any/")
    assert (answer.status_code, answer["Refresh"]) == (500, "60")
    dark(text(answer))
    assert 'data-ask="/healthz"' in text(answer)


def test_so_is_a_host_that_the_dashboard_is_not(client: Client, settings: Any) -> None:
    answer = client.get("/tv/", headers={"Host": "192.0.2.7"})
    assert answer.status_code == 400
    dark(text(answer))
    assert "PUBLIC_URL" in text(answer)


def test_people_get_the_other_pages(client: Client) -> None:
    for path in ("/nothing/", "/walls/x/", "/tvs/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "css/bare.css" in text(answer)
