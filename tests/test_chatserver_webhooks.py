"""The chat server's webhooks: registered over the API, sent when somebody's status changes, forgotten at its end."""

import http.server
import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from livechat.chatserver import webhooks
from livechat.comm100 import webhooks as calls
from livechat.comm100.client import Client
from livechat.comm100.credentials import Bearer
from livechat.comm100.errors import Forbidden, Refused
from tests.support.chatserver import ChatServer
from tests.support.wsgi import ask, small_app

CAME_SECONDS = 10.0


@dataclass
class Listener:
    """An address that takes what is sent. `hangs`: it never answers."""

    hangs: bool = False
    came: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)

    def __enter__(self) -> "Listener":
        listener, self.over = self, threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                listener.came.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                if listener.hangs:
                    listener.over.wait(CAME_SECONDS)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as made:
        yield made


def client(server: ChatServer) -> Client:
    return Client(server.url, Bearer(server.token))


def test_they_are_listed_replaced_and_removed(chatserver: ChatServer) -> None:
    caller = client(chatserver)
    made = calls.add(caller, "chatStarts", "https://board.example.org/x")
    assert calls.registered(caller) == [made]
    url = f"{chatserver.url}/livechat/webhooks/{made.id}"
    change = {"event": "chatEnds", "targetUrl": "https://board.example.org/y"}
    assert requests.put(url, json=change, headers=chatserver.bearer, timeout=5).json() == {"id": made.id, **change}
    calls.remove(caller, made.id)
    calls.remove(caller, made.id)  # gone already
    assert calls.registered(caller) == []


def test_what_is_no_event_or_no_address_is_refused(chatserver: ChatServer) -> None:
    for event, url in (("chatsStart", "https://a.example/"), ("chatStarts", "ftp://a.example/")):
        with pytest.raises(Refused):
            calls.add(client(chatserver), event, url)


def test_without_the_permission_all_of_it_is_forbidden() -> None:
    with ChatServer(integrations=False) as server:
        for call in (
            lambda: calls.registered(client(server)),
            lambda: calls.add(client(server), "chatEnds", "http://a/"),
        ):
            with pytest.raises(Forbidden):
                call()
        assert client(server).agents()


def test_ids_are_numbers_on_older_accounts(chatserver: ChatServer) -> None:
    body = b'[{"id": 12, "event": "chatEnds", "targetUrl": "http://a/", "isEnable": true}]'
    chatserver.faults.answer(200, body=body, on="GET /v4/livechat/webhooks")
    assert calls.registered(client(chatserver)) == [calls.Webhook("12", "chatEnds", "http://a/")]


def test_a_changed_status_and_a_chat_are_sent_to_those_who_asked(chatserver: ChatServer, listener: Listener) -> None:
    caller, world = client(chatserver), chatserver.world
    for event in ("agentStatusChanges", "chatIsRequested"):
        calls.add(caller, event, listener.url)
    agent, visitor = world.agent_ids()[1], world.visitor_ids()[0]
    world.set_agent(agent, status="Offline")
    assert listener.came.get(timeout=CAME_SECONDS) == {"event": "logout", "operator_id": agent}
    for status in ("waitingForChat", "chatting"):
        with world.lock:
            world.put_visitor({"id": visitor, "status": status, "name": "Ann"})
        if status == "waitingForChat":
            sent = listener.came.get(timeout=CAME_SECONDS)
            assert (sent["event"], sent["visitor"]["id"]) == ("chat_requested", visitor)
    world.set_agent(agent, status="Lunch")
    assert listener.came.get(timeout=CAME_SECONDS)["event"] == "login", "nobody asked for chats that begin"


def test_an_address_that_hangs_delays_no_answer_and_fills_no_memory(chatserver: ChatServer) -> None:
    with Listener(hangs=True) as stuck:
        calls.add(client(chatserver), "agentStatusChanges", stuck.url)
        world = chatserver.world
        world.set_agent(world.agent_ids()[1], status="Offline")
        stuck.came.get(timeout=CAME_SECONDS)
        assert client(chatserver).agents()
        hooks = chatserver.app.webhooks
        for _ in range(2 * webhooks.MAX_QUEUE):
            hooks._put(stuck.url, b"{}")
        assert hooks._queue.qsize() <= webhooks.MAX_QUEUE
        hooks._queue.queue.clear()


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("inSite", "waitingForChat", ["chatIsRequested"]),
        ("waitingForChat", "chatting", ["chatStarts"]),
        ("", "chatting", ["chatStarts"]),
        ("chatting", "transferring", ["chatIsTransferred"]),
        ("transferring", "waitingForChat", []),
        ("chatting", "chatEnded", ["chatEnds"]),
        ("waitingForChat", "offlineMessage", ["offlineMessageIsSubmitted"]),
        ("inSite", "outOfSite", []),
    ],
)
def test_each_change_of_a_visitor_has_its_events(before: str, after: str, names: list[str]) -> None:
    crowd = small_app().world.crowd
    found = webhooks.events(({}, {"x": before}), ({}, {"x": after}), crowd)
    assert [name for name, _body in found] == names


def test_of_too_many_the_oldest_go() -> None:
    app = small_app()
    for number in range(webhooks.MAX_WEBHOOKS + 1):
        body = json.dumps({"event": "chatEnds", "targetUrl": f"http://127.0.0.1:9/{number}"}).encode()
        assert ask(app, "POST", "/v4/livechat/webhooks", body).status == 201
    found = ask(app, "GET", "/v4/livechat/webhooks").json()
    app.webhooks.clear()
    assert len(found) == webhooks.MAX_WEBHOOKS
    assert found[0]["targetUrl"].endswith("/1")
