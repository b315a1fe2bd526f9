"""The headers that a screen gets: nothing that stores its address or tells it to others, and no cookie."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from livechat.models import Site, Wall, WallLink
from livechat.record.link_events import NOBODY
from livechat.walls import link_cache, links
from tests.support.fast_path import Answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_door")]
PROMISED = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
UNCHANGED = {"Cache-Control": PROMISED["Cache-Control"]}  # of a 304, whose body the browser has already


@pytest.fixture
def link(site: Site, supervisor: User, renew: Callable[[], None]) -> tuple[WallLink, str]:
    """A link of a wall with figures, and its path."""
    renew()
    wall = Wall.objects.create(site=site, title="Support")
    made, secret = links.make_link(wall, supervisor, "TV", days=None)
    return made, f"/wall/{secret}/"


@pytest.fixture(params=["", "sessionid=never-was", "a person's"])
def cookie(request: pytest.FixtureRequest, web: Client) -> str:
    """The cookie that a TV's browser sends: none, that of an ended session, or that of a user who signed in on it."""
    own = f"sessionid={web.cookies['sessionid'].value}"
    return own if request.param == "a person's" else str(request.param)


def promised(answer: Answer, status: int) -> None:
    """Check what every answer to a screen promises."""
    assert int(answer.status[:3]) == status
    wanted = UNCHANGED if status == 304 else PROMISED
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("door", [True, False], ids=["door", "django"])
def test_a_wall_with_a_valid_a_paused_and_an_ended_link(link: tuple[WallLink, str], cookie: str, door: bool) -> None:
    made, path = link
    sent: dict[str, Any] = {"COOKIE": cookie, "door": door}
    promised(Answer(path, whole=True, **sent), 200)
    fragment = Answer(path, **sent)
    promised(fragment, 200)
    promised(Answer(path, HX_PTAG=fragment.headers["HX-PTag"], **sent), 304)
    for change, whole, tag in ((links.pause, 200, "paused"), (links.revoke, 410, "ended")):
        assert change(made, NOBODY)
        link_cache.forget()
        promised(Answer(path, whole=True, **sent), whole)
        promised(Answer(path, HX_PTAG=fragment.headers["HX-PTag"], **sent), 200)
        promised(Answer(path, HX_PTAG=tag, **sent), 304)


def test_an_address_that_is_not_a_wall(link: tuple[WallLink, str], cookie: str) -> None:
    _made, path = link
    for wrong, method, status in (
        (path[:-1], "GET", 301),
        ("/wall/never/", "GET", 404),
        (f"{path}more/", "GET", 404),
        (path, "POST", 403),
        (path, "DELETE", 403),
        (path, "OPTIONS", 405),
    ):
        promised(Answer(wrong, whole=True, method=method, COOKIE=cookie), status)


def test_a_wall_asked_for_without_tls(link: tuple[WallLink, str], settings: Any, cookie: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client(headers={"Cookie": cookie}).get(link[1])
    assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{link[1]}")
    assert {name: answer[name] for name in PROMISED} == PROMISED


def test_a_wall_that_breaks(link: tuple[WallLink, str], cookie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_cache, "find", lambda secret_hash: 1 / 0)
    answer = Answer(link[1], whole=True, COOKIE=cookie)
    promised(answer, 500)
    assert answer.headers["Refresh"] == "60"


def test_a_screen_that_waits_to_be_paired(cookie: str) -> None:
    begun = Answer("/tv/", whole=True, COOKIE=cookie)
    promised(begun, 302)
    path = begun.headers["Location"]
    promised(Answer(path, whole=True, COOKIE=cookie), 200)
    promised(Answer(path, HX_PTAG="waiting", COOKIE=cookie), 304)
    promised(Answer(path, HX_PTAG="other", COOKIE=cookie), 200)
    promised(Answer("/tv/never/", whole=True, COOKIE=cookie), 302)


def test_a_user_stays_signed_in_after_opening_a_wall(web: Client, link: tuple[WallLink, str]) -> None:
    assert web.get(link[1]).status_code == 200
    assert web.get("/agents/").status_code == 200


@time_machine.travel("2026-05-01T12:35:10Z", tick=False)  # the page has a clock
def test_a_wrong_secret_gets_the_same_answer_as_one_that_never_existed(link: tuple[WallLink, str]) -> None:
    secret = link[1].split("/")[2]
    other = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    near = [
        secret[:-1],
        f"{secret}A",
        other,
        secret.swapcase(),
        f"{secret}%00",
        f"{secret} ",
        links.hash_secret(secret),
    ]
    for whole in (True, False):
        plain = Answer("/wall/never-was-a-secret-at-all/", whole=whole)
        assert plain.status == "404 Not Found"
        assert (b"No wall at this address" if whole else b"Not found\n") in plain.body
        for wrong in near:
            answer = Answer(f"/wall/{wrong}/", whole=whole)
            assert (answer.status, answer.headers, answer.body) == (plain.status, plain.headers, plain.body)
