"""Hints of Comm100: an address with a secret, extra looks at a share of their own, and the page that sets it up."""

import io
import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from livechat.chatserver.webhook_bodies import WebhookWrite
from livechat.lib import clock
from livechat.live import budget, hints, refresh
from livechat.live.sources import Feed
from livechat.models import Budget, Hook, LinkEvent, Role, Site, Snapshot, Span, Watch
from livechat.models.sites import WatchClosely
from livechat.ops import collector
from livechat.record.link_events import By
from livechat.sites import hooks, webhooks
from livechat.sites.webhooks import EVENT_LABELS, NotRegistered
from livechat.walls.links import hash_secret
from livechat.web.hook_path import MAX_HINTS_A_SECOND, HookPath
from tests.support.chatserver import ChatServer
from tests.support.links import later
from tests.support.pages import text
from tests.support.people import client_for, make_site
from tests.support.people import make_user as make_member

pytestmark = pytest.mark.django_db
AGENTS, VISITORS = "GET /v4/livechat/agents", "GET /v4/livechat/visitors"
POST_HOOKS, DELETE_HOOK = "POST /v4/livechat/webhooks", "DELETE /v4/livechat/webhooks/{id}"
HERE = "https://board.example.org"


class Body(io.BytesIO):
    """A request's body that knows whether it was read."""

    was_read = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.was_read = True
        return super().read(size)


class Door:
    """The application for hints, in front of another that must get nothing of them."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.application = HookPath(self._rest)

    def _rest(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.passed.append(environ["PATH_INFO"])
        start("200 OK", [])
        return []

    def send(self, secret: str, body: bytes = b"{}", method: str = "POST", **more: Any) -> tuple[int, dict[str, str]]:
        """Send a hint. Returns the status and the headers."""
        told: list[Any] = []
        self.body = Body(body)
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/hooks/{secret}/",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": self.body,
        } | more
        for part in self.application(environ, lambda status, headers: told.append((status, headers))):
            assert isinstance(part, bytes)
        return int(told[0][0].split()[0]), dict(told[0][1])


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes are written at once, in the test's own thread."""
    monkeypatch.setattr(hints, "WRITE_SECONDS", 0.0)


@pytest.fixture
def secret(site: Site) -> str:
    """The secret of the site's address."""
    made = hooks.new_secret()
    hooks.make(site, made, By())
    return made


@pytest.fixture
def watched(
    feed: Feed,
    secret: str,
    chatserver: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
    stop_clock: Callable[[], None],
) -> ChatServer:
    """The chat server of a site whose lists were read a second ago by a collector that knows its hints.

    The clock goes on only as a test says: else a machine that pauses would bring the next steady look too soon.
    """
    stop_clock()
    Site.objects.update(watch_closely=WatchClosely.ALWAYS)
    collector.refresh_due()
    collector.refresh_due()
    later(1.1, monkeypatch)
    collector.refresh_due()
    return chatserver


def event(name: str) -> bytes:
    return json.dumps({"event": name, "visitor": {"email": "ann@example.org"}, "chat": {"id": 7}}).encode()


def noted(site: Site) -> tuple[int, int]:
    """How many hints concern the agents and the visitors."""
    hook = Hook.objects.get(site=site)
    return hook.agents, hook.visitors


# The address


def test_a_hint_is_noted_for_the_lists_that_its_event_concerns(door: Door, site: Site, secret: str) -> None:
    for name, expected in (
        ("away", (1, 0)), ("logout", (2, 0)), ("chat_requested", (2, 1)), ("offlineMessageSubmitted", (2, 2)),
        ("chatStarted", (3, 3)),
    ):  # fmt: skip
        assert door.send(secret, event(name))[0] == 204
        assert noted(site) == expected
    assert Hook.objects.get().hinted is not None
    assert not door.passed


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"event": 7}', b"\xff", b'{"event": "something new"}', b"[" * 9_000]
)
def test_whatever_cannot_be_understood_is_a_hint_for_both(door: Door, site: Site, secret: str, body: bytes) -> None:
    assert door.send(secret, body)[0] == 204
    assert noted(site) == (1, 1)


def test_a_body_of_unknown_length_is_a_hint_and_is_not_read(door: Door, site: Site, secret: str) -> None:
    assert door.send(secret, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")[0] == 204
    assert not door.body.was_read
    assert noted(site) == (1, 1)


def test_a_large_body_is_refused_unread_and_other_methods_are_too(door: Door, site: Site, secret: str) -> None:
    assert door.send(secret, b"x" * (64 * 1024 + 1))[0] == 413
    assert not door.body.was_read
    code, headers = door.send(secret, method="GET")
    assert (code, headers["Allow"]) == (405, "POST")
    assert noted(site) == (0, 0)


def test_unknown_and_replaced_secrets_are_404_and_cost_no_query(
    door: Door, site: Site, secret: str, django_assert_num_queries: Any
) -> None:
    assert door.send(secret)[0] == 204
    hooks.make(site, hooks.new_secret(), By())
    assert door.send("never-was-one")[0] == 404
    with django_assert_num_queries(0):
        assert [door.send(each)[0] for each in (secret, "never-was-one", "", "a/b", "é")] == [404] * 5
    assert not door.body.was_read


def test_while_the_database_fails_known_addresses_stay_known(
    door: Door, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert door.send(secret)[0] == 204

    def fails() -> None:
        raise OperationalError

    monkeypatch.setattr(hooks._hooks, "_read", fails)
    monkeypatch.setattr(hints, "note", lambda *_given: None)
    later(5, monkeypatch)
    assert (door.send(secret)[0], door.send("unknown")[0]) == (204, 404)
    hooks._hooks.forget()
    assert door.send(secret)[0] == 503


def test_other_addresses_are_passed_on(door: Door) -> None:
    door.send("", PATH_INFO="/hooks")
    door.send("", PATH_INFO="/wall/x/")
    assert door.passed == ["/hooks", "/wall/x/"]


# The extra looks


def ticks(count: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the collector tick, some seconds apart, and read at once what it has stored."""
    for _ in range(count):
        later(seconds, monkeypatch)
        collector.refresh_due()
        collector.refresh_due()


def test_a_hint_shows_a_change_before_the_next_steady_look_and_moves_none(
    door: Door, site: Site, secret: str, watched: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Snapshot.objects.get(kind="agents")
    calls = [watched.calls(name) for name in (AGENTS, VISITORS)]
    watched.world.set_agent(watched.world.agent_ids()[1], status="Meeting")
    door.send(secret, event("away"))
    ticks(1, 0.6, monkeypatch)
    after = Snapshot.objects.get(kind="agents")
    assert [watched.calls(name) for name in (AGENTS, VISITORS)] == [calls[0] + 1, calls[1]]
    assert after.version == before.version + 1
    assert after.extra is not None
    for name in ("checked", "checks", "tried", "looks", "every", "error", "holder", "pause"):
        assert getattr(after, name) == getattr(before, name), name
    span = Span.objects.get(status__name="Meeting")
    assert span.began_slack is not None
    assert after.confirmed == after.extra
    ticks(7, 0.6, monkeypatch)
    done = Snapshot.objects.get(kind="agents")
    assert (done.checks, done.looks, done.extra) == (before.checks + 1, before.looks + 1, None), "the steady look came"
    assert watched.calls(AGENTS) == calls[0] + 2


def test_it_looks_again_until_something_has_changed(
    door: Door, secret: str, watched: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = watched.calls(AGENTS)
    door.send(secret, event("login"))
    assert watched.calls(AGENTS) == before + 1, "the process that the hint came to looks at once"
    for seconds, calls in ((0.6, 1), (0.5, 2), (0.6, 2), (0.5, 2), (0.5, 2)):
        ticks(1, seconds, monkeypatch)
        assert watched.calls(AGENTS) == before + calls
    watched.world.set_agent(watched.world.agent_ids()[1], status="Meeting")
    door.send(secret, event("logout"))
    assert watched.calls(AGENTS) == before + 3
    ticks(4, 1.1, monkeypatch)
    assert watched.calls(AGENTS) == before + 4, "the steady look alone"


def test_a_flood_of_hints_costs_no_more_than_its_share(
    door: Door, site: Site, secret: str, watched: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "steady", lambda: 5_000.5)
    for _ in range(1_000):
        assert door.send(secret, event("chat_started"))[0] == 204
    assert noted(site) == (MAX_HINTS_A_SECOND, MAX_HINTS_A_SECOND)
    assert not door.body.was_read
    now = [10_000.0]
    monkeypatch.setattr(clock, "steady", lambda: now[0])
    taken = 0
    for _ in range(140):  # in five minutes
        now[0] += 2.1
        try:
            budget.take(share=budget.HINTS, person=site.pk)
            taken += 1
        except budget.BudgetExhausted:
            continue
    assert taken == budget.HINTS.total
    budget.take()  # the lists go on


def test_extra_looks_leave_a_second_between_them_and_the_lists_their_calls(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr(clock, "steady", lambda: now[0])
    budget.take(share=budget.HINTS, person=1)
    now[0] += 0.5
    with pytest.raises(budget.BudgetExhausted):
        budget.take(share=budget.HINTS, person=2)
    Budget.objects.update(calls=[1_000.0] * (budget.CALL_LIMIT - budget.WRITE_RESERVE - budget.HINTS.spare))
    now[0] += 1
    with pytest.raises(budget.BudgetExhausted):
        budget.take(share=budget.HINTS, person=1)
    budget.take()


def test_an_extra_look_that_fails_stores_nothing_and_none_is_made_while_comm100_fails(
    feed: Feed, secret: str, watched: ChatServer
) -> None:
    before = Snapshot.objects.values().get(kind="agents")
    watched.faults.answer(500, on=AGENTS)
    seen = Snapshot.objects.get(kind="agents").confirmed
    assert not hints.look(feed, "agents", seen=seen)
    assert Snapshot.objects.values().get(kind="agents") == before | {"lease": before["lease"] + 1}
    assert refresh.refresh(feed, "agents")
    calls = watched.calls(AGENTS)
    assert not hints.look(feed, "agents", seen=seen)
    assert watched.calls(AGENTS) == calls


def test_of_two_processes_one_looks(feed: Feed, secret: str, watched: ChatServer) -> None:
    seen, calls = Snapshot.objects.get(kind="visitors").confirmed, watched.calls(VISITORS)
    assert hints.look(feed, "visitors", seen=seen)
    assert not hints.look(feed, "visitors", seen=seen), "the other has looked since"
    assert watched.calls(VISITORS) == calls + 1


def test_no_extra_look_bridges_a_gap_in_the_record(feed: Feed, secret: str, watched: ChatServer) -> None:
    Snapshot.objects.update(checked=timezone.now() - timedelta(minutes=10))
    seen = Snapshot.objects.get(kind="agents").confirmed
    assert not hints.look(feed, "agents", seen=seen)
    assert refresh.refresh(feed, "agents")
    assert Watch.objects.filter(list="agents").count() == 2


def test_a_hint_of_another_site_causes_no_look_here(
    door: Door, secret: str, watched: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, calls = hooks.new_secret(), watched.calls()
    hooks.make(make_site("Second"), other, By())
    door.send(other)
    ticks(2, 0.6, monkeypatch)
    assert watched.calls() == calls


# The page


@pytest.fixture
def ada(site: Site, make_user: Callable[..., User], settings: LazySettings) -> Client:
    """An administrator's browser, with the site's shared connection, at a dashboard that Comm100 reaches."""
    settings.PUBLIC_URL = HERE
    made = client_for(make_user("ada", Role.ADMINISTRATOR), site)
    site.refresh_from_db()
    return made


def post(client: Client, site: Site, step: str) -> Any:
    return client.post(f"/sites/{site.pk}/hooks/", {"step": step}, follow=True)


def targets(chatserver: ChatServer) -> dict[str, str]:
    return {one.event: one.target_url for one in chatserver.app.webhooks.all()}


def test_one_click_registers_an_address_for_every_event(ada: Client, site: Site, chatserver: ChatServer) -> None:
    page = text(post(ada, site, "register"))
    found = targets(chatserver)
    assert found.keys() == EVENT_LABELS.keys()
    (url,) = set(found.values())
    assert url.startswith(f"{HERE}/hooks/")
    hook = Hook.objects.get(site=site)
    assert hook.secret_hash == hash_secret(url.split("/")[-2])
    assert url.split("/")[-2] not in page
    assert "none yet" in page
    assert "Chat Requested" in page
    event_of_it = LinkEvent.objects.get()
    assert (event_of_it.what, event_of_it.actor_name) == ("hook-made", "ada")
    assert "Address for hints" in text(ada.get("/changes/?kind=links"))


def test_registering_again_replaces_and_removing_takes_all_away_but_others(
    ada: Client, site: Site, chatserver: ChatServer
) -> None:
    others = hooks.new_secret()
    hooks.make(make_site("Second"), others, By())
    kept = {hooks.address(HERE, others), "https://crm.example.org/hook"}
    for url in kept:
        chatserver.app.webhooks.add(WebhookWrite("agentStatusChanges", url))
    post(ada, site, "register")
    first = targets(chatserver)
    post(ada, site, "register")
    assert len(chatserver.app.webhooks.all()) == len(EVENT_LABELS) + len(kept)
    assert targets(chatserver)["chatStarts"] != first["chatStarts"]
    assert "Removed." in text(post(ada, site, "remove"))
    assert {one.target_url for one in chatserver.app.webhooks.all()} == kept
    assert not Hook.objects.filter(site=site).exists()
    assert "Nothing was changed" in text(post(ada, site, "remove"))


def test_a_connection_that_may_not_manage_integrations_is_told_and_an_address_is_made_to_paste(
    ada: Client, site: Site, chatserver: ChatServer, door: Door
) -> None:
    chatserver.app.options = chatserver.app.options.__class__(
        **{name: getattr(chatserver.options, name) for name in chatserver.options.__slots__} | {"integrations": False}
    )
    answer = post(ada, site, "register")
    assert answer.status_code == 422
    assert "may not manage integrations" in text(answer)
    assert "make one below" in text(answer)
    assert not Hook.objects.exists()
    page = text(post(ada, site, "make"))
    found = re.search(r"https://board\.example\.org/hooks/([\w-]+)/", page)
    assert found
    assert door.send(found[1])[0] == 204
    again = text(ada.get(f"/sites/{site.pk}/hooks/"))
    assert found[1] not in again
    assert "none yet" not in again, "the hint is told"


def test_what_fails_half_way_is_taken_back_and_the_old_address_stays(
    ada: Client, site: Site, chatserver: ChatServer
) -> None:
    post(ada, site, "register")
    before, old = targets(chatserver), Hook.objects.values().get()
    real, count = chatserver.app.webhooks.add, []

    def fails(asked: Any) -> Any:
        count.append(1)
        if len(count) == 4:
            raise ValueError
        return real(asked)

    chatserver.app.webhooks.add = fails  # type: ignore[method-assign]
    assert post(ada, site, "register").status_code == 422
    assert targets(chatserver) == before
    assert Hook.objects.values().get() == old


def test_without_an_address_that_comm100_reaches_the_page_says_what_is_missing(
    ada: Client, site: Site, settings: LazySettings
) -> None:
    Site.objects.update(api_base="https://api11.comm100.io")
    for url, words in (("", "PUBLIC_URL is not set"), ("http://board.example.org", "begins with https")):
        settings.PUBLIC_URL = url
        page = text(ada.get(f"/sites/{site.pk}/hooks/"))
        assert words in page
        assert "Register with Comm100" not in page
        assert post(ada, site, "make").status_code == 422
    assert not Hook.objects.exists()


def test_on_one_machine_http_is_enough(ada: Client, site: Site, settings: LazySettings, chatserver: ChatServer) -> None:
    settings.PUBLIC_URL = ""
    post(ada, site, "register")
    assert targets(chatserver)["chatEnds"].startswith("http://testserver/hooks/")


def test_administrators_of_other_sites_see_and_change_nothing(ada: Client, site: Site, secret: str) -> None:
    other = client_for(make_member("eve", make_site("Second")))
    assert other.get(f"/sites/{site.pk}/hooks/").status_code == 404
    for step in ("register", "make", "remove"):
        assert other.post(f"/sites/{site.pk}/hooks/", {"step": step}).status_code == 404
    assert Hook.objects.get().secret_hash == hash_secret(secret)


def test_a_used_up_call_limit_is_a_sentence(site: Site, ada: Client) -> None:
    Budget.objects.update_or_create(pk=1, defaults={"calls": [clock.steady()] * budget.CALL_LIMIT})
    connection = site.shared
    assert connection is not None
    with pytest.raises(NotRegistered, match="next call"):
        webhooks.register(site, connection, HERE, By())


@pytest.mark.threads
def test_a_change_at_the_chat_server_reaches_the_board_as_a_hint(
    site: Site, ada: Client, chatserver: ChatServer, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    came, taken = threading.Event(), []

    def note(hook_id: int, kinds: Any) -> None:
        taken.append((hook_id, set(kinds)))
        came.set()

    monkeypatch.setattr(hints, "note", note)
    listening = ChatServer()
    listening.start()
    assert listening._server
    listening._server.set_app(door.application)
    try:
        connection = site.shared
        assert connection is not None
        webhooks.register(site, connection, listening.root, By())
        hooks._hooks.now()
        chatserver.world.set_agent(chatserver.world.agent_ids()[1], status="Meeting")
        assert came.wait(10)
    finally:
        listening.stop()
    assert taken[0] == (Hook.objects.get().pk, {"agents"})
