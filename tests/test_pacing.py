"""When an answer tells displays to ask again."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.lib import clock
from livechat.live import hints, lease, pacing, refresh
from livechat.live.pacing import HINTED_SECONDS, REFRESH_SECONDS, SHORTEST_SECONDS, TRYING_SECONDS, displays
from livechat.live.sources import Feed
from livechat.models import Connection, Hook, Site, Snapshot, Wall
from livechat.record.link_events import By
from livechat.sites import hooks
from livechat.walls import links
from tests.support.chatserver import ChatServer
from tests.support.fast_path import Answer
from tests.support.links import later
from tests.support.pages import figures, poll

pytestmark = pytest.mark.django_db
EVERY = 5.0


@pytest.fixture
def board(web: Client, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Client:
    """A supervisor's browser, when this process has counted its displays for long enough."""
    displays.note(EVERY, clock.steady())
    later(pacing.WINDOW_SECONDS, monkeypatch)
    renew()
    poll(web, "/agents/")
    return web


def again(client: Client, path: str = "/agents/") -> float | None:
    found: float | None = figures(poll(client, path))["again"]
    return found


def hold(feed: Feed) -> int:
    """Let another process hang on its call for the agents. Returns its token."""
    row = Snapshot.get_or_create(feed.site_id, feed.fingerprint, "agents")
    token = lease.acquire(row)
    assert token is not None
    return token


def test_a_display_is_told_to_ask_shortly_after_the_next_check(board: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds in (0, 1, 2):
        later(seconds, monkeypatch)
        told = figures(poll(board, "/agents/"))
        assert told["age"] >= seconds
        assert told["age"] + told["again"] == pytest.approx(EVERY + REFRESH_SECONDS, abs=0.2)


def test_a_remembered_poll_and_a_wall_are_told_too(
    board: Client, site: Site, supervisor: User, at_the_door: None
) -> None:
    cookie = f"sessionid={board.cookies['sessionid'].value}"
    _link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    for path in ("/agents/", f"/wall/{secret}/"):
        tag = Answer(path, COOKIE=cookie).headers["HX-PTag"]
        for _ in range(2):
            answer = Answer(path, COOKIE=cookie, HX_PTAG=tag)
        assert answer.status.startswith("304")
        assert EVERY / 2 < json.loads(answer.headers["X-Figures"])["again"] <= EVERY + REFRESH_SECONDS


def test_a_check_that_is_due_brings_the_display_back_at_once_and_one_that_hangs_does_not_for_long(
    board: Client, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(feed)
    later(EVERY + 0.1, monkeypatch)
    assert again(board) == SHORTEST_SECONDS
    later(0.7, monkeypatch)
    assert again(board) == SHORTEST_SECONDS
    later(TRYING_SECONDS, monkeypatch)
    assert again(board) is None


def test_who_looks_first_after_a_long_time_is_brought_back_at_once(
    board: Client, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(20, monkeypatch)
    hold(feed)
    assert again(board) == SHORTEST_SECONDS
    later(TRYING_SECONDS + 1, monkeypatch)
    assert again(board) is None


def test_figures_that_fail_are_asked_for_at_the_usual_pace(
    board: Client, feed: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chatserver.faults.answer(500, on="GET /v4/livechat/agents")
    assert refresh.refresh(feed, "agents")
    later(1, monkeypatch)
    assert figures(poll(board, "/agents/"))["error"]
    assert again(board) is None


def test_a_site_without_figures_has_the_usual_pace(site: Site, make_user: Callable[..., User], client: Client) -> None:
    client.force_login(make_user("vic", connected=False))
    assert Connection.objects.count() == 0
    assert again(client) is None


def test_while_hints_come_displays_ask_every_second_at_their_own_site_alone(
    board: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks.make(site, hooks.new_secret(), By())
    later(1, monkeypatch)
    assert again(board) != HINTED_SECONDS, "none has come yet"
    hints.note(Hook.objects.get().pk, {"visitors"})
    later(1, monkeypatch)
    poll(board, "/agents/")
    assert again(board) == HINTED_SECONDS
    Hook.objects.update(hinted=Hook.objects.get().hinted - 2 * hints.RECENT_AGE)
    later(1, monkeypatch)
    poll(board, "/agents/")
    assert again(board) != HINTED_SECONDS
    assert not hints.come(site.pk + 1)


def test_many_displays_ask_no_more_than_a_machine_may_have(
    board: Client, site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEB_CONCURRENCY = 2
    hooks.make(site, hooks.new_secret(), By())
    hints.note(Hook.objects.get().pk, {"agents"})
    later(1, monkeypatch)
    for number, least in ((100, 0.4), (1_000, 4.0), (3_000, 12.0)):
        displays.forget()
        displays.note(0, clock.steady())
        later(pacing.WINDOW_SECONDS, monkeypatch)
        poll(board, "/agents/")  # which starts the check that is due
        for _ in range(number * 2):  # in ten seconds each asks twice
            displays.note(EVERY, clock.steady())
        told = again(board)
        assert told is not None
        assert max(least, HINTED_SECONDS) * 0.9 <= told <= 2 * least + HINTED_SECONDS


def test_a_process_that_has_just_started_hurries_nobody(web: Client, renew: Callable[[], None]) -> None:
    renew()
    assert again(web) is None
