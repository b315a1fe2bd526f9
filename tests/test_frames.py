"""Which other sites may show a link's wall in a frame: none, until its page says which."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.models import LinkEvent, Role, Site, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import links
from tests.support.fast_path import Answer, keep_connection
from tests.support.links import make, page_of, step, told
from tests.support.pages import text
from tests.support.people import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_door")]
INTRANET, PLAYER = "https://intranet.example.org", "http://player.example:8080"
What = LinkEvent.What


def frames(answer: Answer) -> list[str]:
    """The origins that may frame an answer, by its policy. X-Frame-Options knows no list: it agrees or is absent."""
    found = re.search(r"frame-ancestors ([^;]+)", answer.headers["Content-Security-Policy"])
    assert found
    assert answer.headers.get("X-Frame-Options") == {"'none'": "DENY", "'self'": "SAMEORIGIN"}.get(found[1])
    return found[1].split()


def everywhere(path: str) -> list[list[str]]:
    """The same of the page, of a fragment given before Django, and of one that Django gives."""
    keep_connection()
    return [frames(Answer(path, whole=True)), frames(Answer(path)), frames(Answer(path, door=False))]


def test_nobody_may_frame_a_wall_until_its_page_says_so(web: Client, wall: Wall) -> None:
    link, path = make(web, wall)
    other = make(web, wall, label="Other")[1]
    assert everywhere(path) == [["'none'"]] * 3
    page = step(web, link, "frame", frames=f"{INTRANET}\n{PLAYER}/")
    assert "Saved." in page
    assert f">\n{INTRANET}\n{PLAYER}</textarea>" in page
    assert everywhere(path) == [[INTRANET, PLAYER]] * 3
    assert everywhere(other) == [["'none'"]] * 3
    step(web, link, "frame", frames="")
    assert everywhere(path) == [["'none'"]] * 3


def test_only_the_frame_differs_in_the_policy_of_a_wall(web: Client, wall: Wall) -> None:
    link, path = make(web, wall)

    def policy() -> set[str]:
        keep_connection()
        return set(Answer(path, whole=True).headers["Content-Security-Policy"].split("; "))

    before = policy()
    step(web, link, "frame", frames=INTRANET)
    assert policy() ^ before == {"frame-ancestors 'none'", f"frame-ancestors {INTRANET}"}


def test_no_other_page_may_be_framed(web: Client, wall: Wall) -> None:
    link, _path = make(web, wall)
    step(web, link, "frame", frames=INTRANET)
    keep_connection()
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    for path in (page_of(link), f"/walls/{wall.pk}/", f"/walls/{wall.pk}/preview/", "/agents/", "/tv/", "/wall/no/"):
        assert frames(Answer(path, whole=True, COOKIE=cookie)) in (["'none'"], ["'self'"]), path


def test_a_paused_and_an_ended_link_say_so_inside_the_frame(web: Client, wall: Wall) -> None:
    link, path = make(web, wall)
    step(web, link, "frame", frames=INTRANET)
    links.pause(link, By())
    assert everywhere(path) == [[INTRANET]] * 3
    links.revoke(link)
    assert everywhere(path) == [[INTRANET]] * 3
    assert Answer(path, whole=True).status.startswith("410")


def test_the_record_tells_who_let_whom(web: Client, wall: Wall) -> None:
    link, _path = make(web, wall)
    page = step(web, link, "frame", frames=f"{INTRANET} {PLAYER}")
    assert f"<b>Other sites may show it</b>, <bdi>{INTRANET}, {PLAYER}</bdi>" in page
    step(web, link, "frame", frames="")
    assert told(link) == [What.MADE, What.FRAMED, What.FRAMED]
    event, last = LinkEvent.objects.filter(what=What.FRAMED).order_by("pk")
    assert (event.actor_name, event.address) == ("sue", "127.0.0.1")
    assert last.words == "none any more"
    assert f"Other sites may show it: {INTRANET}, {PLAYER}" in text(web.get("/changes/?kind=links&q=intranet"))


def test_the_same_sites_again_change_and_record_nothing(web: Client, wall: Wall) -> None:
    link, _path = make(web, wall)
    assert "Nothing was changed" in step(web, link, "frame", frames="  ")
    step(web, link, "frame", frames=INTRANET)
    assert "Nothing was changed" in step(web, link, "frame", frames=f"{INTRANET.upper()}:443/ {INTRANET}")
    assert told(link) == [What.MADE, What.FRAMED]


def test_a_stale_form_of_another_person_does_not_overwrite_a_newer_list(web: Client, wall: Wall) -> None:
    link, _path = make(web, wall)
    step(web, link, "frame", frames=INTRANET)
    assert links.let_frame(link, [PLAYER], By()) is False, "it was read before"
    link.refresh_from_db()
    assert link.frames == INTRANET


@pytest.mark.parametrize(
    "wrong",
    [
        "intranet.example.org", "https://", "https://intranet.example.org/page", "https://a.example?x", "ftp://a.example",
        "https://*.example.org", "*", "'self'", "'none'", "https:", "data:", "https://a.example;script-src *",
        "https://a.example,https://b.example", "https://user@a.example", "https://a.example:0", "https://a.example:65536",
        "https://a.example:", "https://a..example", "https://-a.example", "https://ä.example", "https://[::1]",
        f"https://{'a' * 64}.example", f"https://{'a.' * 130}example", "//a.example", "https://a.example//", "null",
        "https://a.example\\", "javascript:alert(1)", "https://a.example#",
        " ".join(f"https://a{n}.example" for n in range(21)),
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused_and_stays_as_typed(web: Client, wall: Wall, wrong: str) -> None:
    link, _path = make(web, wall)
    answer = web.post(page_of(link), {"step": "frame", "frames": f"{INTRANET}\n{wrong}"})
    assert answer.status_code == 422
    assert f"{INTRANET}\n" in text(answer)
    assert 'aria-invalid="true"' in text(answer)
    assert WallLink.objects.get().frames == ""
    assert told(link) == [What.MADE]


@pytest.mark.parametrize(
    "right", [INTRANET, PLAYER, "https://192.0.2.7", "http://localhost:3000", "https://xn--4ca.example"]
)
def test_an_origin_is_taken(web: Client, wall: Wall, right: str) -> None:
    link, path = make(web, wall)
    step(web, link, "frame", frames=right)
    assert everywhere(path) == [[right]] * 3


def test_who_may_not_make_walls_changes_no_list(
    web: Client, wall: Wall, site: Site, make_user: Callable[..., User]
) -> None:
    link, _path = make(web, wall)
    viewer = client_for(make_user("vic", Role.VIEWER), site)
    assert viewer.post(page_of(link), {"step": "frame", "frames": INTRANET}).status_code == 403
    assert WallLink.objects.get().frames == ""
