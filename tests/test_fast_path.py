"""The fast path: it gives only answers that were given before, and only to the person who got them."""

import gc
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from livechat.lib import clock
from livechat.live import site_versions, snapshot_cache
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Role, Site, Wall, WallLink
from livechat.record.link_events import By
from livechat.views import errors
from livechat.walls import link_cache, links, screens
from livechat.web import poll_cache
from tests.support.chatserver import ChatServer
from tests.support.fast_path import Answer, application, keep_connection
from tests.support.pages import poll
from tests.support.people import client_for, make_superuser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_door")]
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"


def by_a_superuser(site: Site, user: User, **data: str) -> None:
    """A superuser's step on a member's page."""
    member = user.memberships.get(site=site)
    assert client_for(make_superuser()).post(f"/sites/{site.pk}/members/{member.pk}/", data).status_code == 302
    keep_connection()


@pytest.fixture
def django_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that reached Django."""
    seen: list[str] = []
    inner = application.application

    def watch(environ: Any, start_response: Any) -> Any:
        seen.append(environ["PATH_INFO"])
        return inner(environ, start_response)

    monkeypatch.setattr(application, "application", watch)
    return seen


@pytest.fixture
def cookie(web: Client, renew: Callable[[], None]) -> str:
    """The signed-in supervisor's cookie."""
    renew()
    return f"sessionid={web.cookies['sessionid'].value}"


def test_an_unchanged_poll_is_answered_at_the_door_once_it_was_answered_inside(
    web: Client, cookie: str, django_calls: list[str]
) -> None:
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    first = Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
    assert first.status.startswith("304")
    before = len(django_calls)
    second = Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
    assert second.status.startswith("304")
    assert "X-Figures" in second.headers
    assert len(django_calls) == before


def test_a_remembered_poll_holds_no_list_in_memory(web: Client, cookie: str) -> None:
    def held() -> int:
        snapshot_cache.forget()
        gc.collect()
        return sum(type(found) is SnapshotData for found in gc.get_objects())

    before = held()
    for path in ("/agents/", "/visitors/"):
        tag = Answer(path, COOKIE=cookie).headers["HX-PTag"]
        assert Answer(path, COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
    assert len(poll_cache._memos) == 2
    assert held() == before


def test_what_was_remembered_more_than_a_minute_ago_is_dropped_when_another_poll_is_remembered(
    web: Client, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady, passed = clock.steady, 0.0
    remembered: list[int] = []
    monkeypatch.setattr(clock, "steady", lambda: steady() + passed)
    for query in ("?q=first", "?q=second"):
        tag = Answer(f"/agents/{query}", COOKIE=cookie).headers["HX-PTag"]
        assert Answer(f"/agents/{query}", COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
        remembered.append(len(poll_cache._memos))
        passed += poll_cache.POLL_SECONDS / 2 + 1
    assert remembered == [1, 2], "the first has some time left"
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
    assert [query for _path, query, _cookie in poll_cache._memos] == ["q=second", ""]


def test_another_cookie_address_or_tag_goes_inside(web: Client, cookie: str, django_calls: list[str]) -> None:
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
    for path, headers in (
        ("/agents/", {"COOKIE": "sessionid=somebody-else", "HX_PTAG": tag}),
        ("/agents/", {"HX_PTAG": tag}),
        ("/agents/?q=x", {"COOKIE": cookie, "HX_PTAG": tag}),
        ("/visitors/", {"COOKIE": cookie, "HX_PTAG": tag}),
        ("/agents/", {"COOKIE": cookie, "HX_PTAG": "old"}),
        ("/agents/", {"COOKIE": cookie}),
    ):
        before = len(django_calls)
        assert not Answer(path, **headers).status.startswith("304")
        assert len(django_calls) == before + 1, (path, headers)


def test_a_change_of_figures_or_of_names_goes_inside(
    web: Client, cookie: str, site: Site, chatserver: ChatServer, renew: Callable[[], None], django_calls: list[str]
) -> None:
    for change in (
        lambda: (chatserver.world.set_agent(SAMPLE, status="Meeting"), renew()),
        lambda: (site.bump_version(), site_versions.forget()),
    ):
        tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
        Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
        change()
        before = len(django_calls)
        assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("200")
        assert len(django_calls) == before + 1


def test_sign_in_and_seat_are_looked_at_again_after_a_minute(
    web: Client, cookie: str, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
    web.logout()
    now = clock.steady() + poll_cache.POLL_SECONDS + 1
    monkeypatch.setattr(clock, "steady", lambda: now)
    answer = Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
    assert "HX-Redirect" in answer.headers


@pytest.mark.parametrize("end", ["remove", "close"])
def test_a_poll_of_one_whose_access_has_ended_is_sent_to_sign_in_at_once(
    web: Client, cookie: str, site: Site, supervisor: User, django_calls: list[str], end: str
) -> None:
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    for _ in range(2):
        assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
    assert len(django_calls) == 2, "the fast path answered the third"
    by_a_superuser(site, supervisor, step=end)
    for _ in range(2):
        answer = Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
        assert answer.headers["HX-Redirect"].startswith("/accounts/login/")
        assert b"<table" not in answer.body


def test_a_member_without_a_connection_is_not_answered_at_the_door_after_his_removal_either(
    client: Client, make_user: Callable[..., User], renew: Callable[[], None], site: Site, supervisor: User
) -> None:
    renew()
    vic = make_user("vic", Role.VIEWER, connected=False)
    client.force_login(vic)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
    by_a_superuser(site, vic, step="remove")
    assert "HX-Redirect" in Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).headers


def test_a_poll_after_a_change_of_role_is_answered_anew(web: Client, cookie: str, site: Site, supervisor: User) -> None:
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
    by_a_superuser(site, supervisor, role="viewer")
    answer = Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
    assert answer.status.startswith("200")
    assert b"Set status" not in answer.body


@pytest.mark.parametrize("end", ["remove", "close"])
def test_a_walls_link_ends_with_its_makers_access(
    supervisor: User, site: Site, renew: Callable[[], None], end: str
) -> None:
    renew()
    _link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    link_cache.forget()
    assert Answer(f"/wall/{secret}/").status == "200 OK"
    by_a_superuser(site, supervisor, step=end)
    assert Answer(f"/wall/{secret}/").headers["HX-Refresh"] == "true"


def test_walls_are_answered_at_the_door_and_a_revoked_link_is_not(
    supervisor: User, site: Site, renew: Callable[[], None], django_calls: list[str]
) -> None:
    renew()
    link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    link_cache.forget()
    fresh = Answer(f"/wall/{secret}/", ACCEPT_ENCODING="gzip, br")
    assert fresh.status == "200 OK"
    assert fresh.headers["Content-Encoding"] == "br"
    assert Answer(f"/wall/{secret}/", HX_PTAG=fresh.headers["HX-PTag"]).status.startswith("304")
    assert django_calls == []
    WallLink.objects.get(pk=link.pk)
    links.revoke(link)
    assert Answer(f"/wall/{secret}/", HX_PTAG=fresh.headers["HX-PTag"]).headers["HX-Refresh"] == "true"
    assert django_calls == [f"/wall/{secret}/"]


def test_a_paused_link_is_answered_at_the_door_too(
    supervisor: User, site: Site, renew: Callable[[], None], django_calls: list[str]
) -> None:
    renew()
    link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    tag = Answer(f"/wall/{secret}/").headers["HX-PTag"]
    links.pause(link, By(supervisor))
    told = Answer(f"/wall/{secret}/", HX_PTAG=tag)
    assert (told.status, told.headers["HX-Refresh"], told.body) == ("200 OK", "true", b"")
    assert told.headers["Cache-Control"] == "private, no-store"
    assert Answer(f"/wall/{secret}/", HX_PTAG="paused").status.startswith("304")
    links.resume(link, By(supervisor))
    assert Answer(f"/wall/{secret}/", HX_PTAG="paused").status == "200 OK"
    assert django_calls == []


def test_a_screen_is_noted_at_the_door(supervisor: User, site: Site, renew: Callable[[], None]) -> None:
    renew()
    link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    for screen in ("aaaaaaaa1", "aaaaaaaa2"):
        Answer(f"/wall/{secret}/", X_SCREEN=screen, USER_AGENT="Firefox/130.0")
    assert screens.count_now([link]) == {link.pk: 2}
    link.refresh_from_db()
    assert (link.seen_address, link.seen_browser) == ("127.0.0.1", "Firefox 130")


def test_the_door_and_the_view_send_the_same_wall(
    supervisor: User, site: Site, renew: Callable[[], None], client: Client
) -> None:
    renew()
    _link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    link_cache.forget()
    at_the_door = Answer(f"/wall/{secret}/")
    snapshot_cache.forget()
    assert poll(client, f"/wall/{secret}/").content == at_the_door.body


def test_a_wall_that_breaks_on_our_side_is_loaded_anew_by_the_browser_itself(rf: RequestFactory) -> None:
    for path in ("/wall/a-secret/", "/tv/", "/tv/a-secret/"):
        assert errors.server_error(rf.get(path))["Refresh"] == "60"
    assert "Refresh" not in errors.server_error(rf.get("/agents/"))
