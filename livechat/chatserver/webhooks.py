"""Webhooks: calls to the addresses that are registered, when somebody's status changes. Nothing of them is stored.

Two threads run while there are any: one plays the world and finds changes, the other sends. So a slow address delays
no answer of the API; what does not fit into the queue is left out.
"""

import queue
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import msgspec
import requests

from livechat.chatserver.crowd import CHATTING_STATUSES, Crowd
from livechat.chatserver.webhook_bodies import Webhook, WebhookWrite
from livechat.chatserver.world import World

LOOK_SECONDS = 0.25  # between two looks for changes
SEND_SECONDS = 2.0  # that an address may take
MAX_WEBHOOKS = 100  # of more, the oldest go
MAX_QUEUE = 200  # calls
WAITING, MOVED, OFFLINE_MESSAGE = "waitingForChat", "transferring", "offlineMessage"

Event = tuple[str, dict[str, Any]]  # its name as it is registered, and the body that is sent
Statuses = tuple[dict[str, str], dict[str, str]]  # of agents and of visitors


class Webhooks:
    """The webhooks of one chat server. Its methods may be called by any thread."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._webhooks: dict[str, Webhook] = {}
        self._queue: queue.Queue[tuple[str, bytes]] = queue.Queue(MAX_QUEUE)
        self._statuses: Statuses = ({}, {})
        self._runs = False

    def all(self) -> list[Webhook]:
        """Those that are registered, oldest first."""
        with self._world.lock:
            return list(self._webhooks.values())

    def add(self, asked: WebhookWrite) -> Webhook:
        """Register one."""
        with self._world.lock:
            made = Webhook(str(uuid4()), asked.event, asked.target_url)
            self._webhooks[made.id] = made
            for key in list(self._webhooks)[:-MAX_WEBHOOKS]:
                del self._webhooks[key]
            self._begin()
            return made

    def replace(self, key: str, asked: WebhookWrite) -> Webhook | None:
        """Change one; None if there is no such webhook."""
        with self._world.lock:
            if key not in self._webhooks:
                return None
            self._webhooks[key] = Webhook(key, asked.event, asked.target_url)
            return self._webhooks[key]

    def remove(self, key: str) -> Webhook | None:
        """Remove one and return it; None if there is no such webhook."""
        with self._world.lock:
            return self._webhooks.pop(key, None)

    def clear(self) -> None:
        """Remove all: the threads end soon."""
        with self._world.lock:
            self._webhooks.clear()

    def _begin(self) -> None:
        if not self._runs:
            self._runs, self._statuses = True, statuses(self._world.crowd)
            for work in (self._watch, self._send):
                threading.Thread(target=work, name="webhooks", daemon=True).start()

    def _watch(self) -> None:
        """Look for changes until no webhook is left."""
        pause = threading.Event()
        while not pause.wait(LOOK_SECONDS):
            with self._world.lock:
                if not self._webhooks:
                    self._runs = False
                    break
                self._world.advance()
                before, self._statuses = self._statuses, statuses(self._world.crowd)
                found = list(events(before, self._statuses, self._world.crowd))
                targets = [(hook.event, hook.target_url) for hook in self._webhooks.values()]
            for name, body in found:
                for event, url in targets:
                    if event == name:
                        self._put(url, msgspec.json.encode(body))
        self._put("", b"")

    def _put(self, url: str, body: bytes) -> None:
        if not self._queue.full():  # this thread alone puts
            self._queue.put_nowait((url, body))

    def _send(self) -> None:
        """Send what is in the queue. An address that fails is not called again for the same event."""
        with requests.Session() as session:
            session.trust_env = False
            while self._runs or not self._queue.empty():
                url, body = self._queue.get()
                if not url:
                    continue
                try:
                    headers = {"Content-Type": "application/json"}
                    session.post(url, body, headers=headers, timeout=SEND_SECONDS, allow_redirects=False)
                except (requests.RequestException, ValueError):
                    continue  # nobody is told: the vendor does not say that anybody would be


def statuses(crowd: Crowd) -> Statuses:
    """The statuses of all agents and visitors."""
    visitors = {
        key: str(visitor.record.get("status") or "") if isinstance(visitor.record, dict) else ""
        for key, visitor in crowd.visitors.items()
    }
    return {key: agent.status for key, agent in crowd.agents.items()}, visitors


def events(before: Statuses, after: Statuses, crowd: Crowd) -> Iterator[Event]:
    """What happened between two looks, with the bodies of older accounts, in snake case."""
    for key in _changed(before[0], after[0]):
        body = {"event": _agent_event(before[0].get(key, ""), after[0].get(key, "")), "operator_id": key}
        yield "agentStatusChanges", body
    for key in _changed(before[1], after[1]):
        for name, event in _visitor_events(before[1].get(key, ""), after[1].get(key, "")):
            visitor = crowd.visitors.get(key)
            record = visitor.record if visitor is not None else {}
            shown = {"id": key, "name": record.get("name", ""), "email": record.get("email", "")}
            yield name, {"event": event, "visitor": shown, "chat": {"id": str(uuid4())}}


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [key for key in before.keys() | after.keys() if before.get(key, "") != after.get(key, "")]


def _agent_event(before: str, after: str) -> str:
    if after.lower() in ("offline", ""):
        return "logout"
    if before.lower() in ("offline", ""):
        return "login"
    return "online" if after.lower() == "online" else "away"


def _visitor_events(before: str, after: str) -> Iterator[tuple[str, str]]:
    chatted, chats = before in CHATTING_STATUSES, after in CHATTING_STATUSES
    if after == WAITING and not chatted:
        yield "chatIsRequested", "chat_requested"
    if chats and not chatted:
        yield "chatStarts", "chat_started"
    if after == MOVED and chatted:
        yield "chatIsTransferred", "chat_transferred"
    if chatted and not chats and after != WAITING:
        yield "chatEnds", "chat_ended"
    if after == OFFLINE_MESSAGE:
        yield "offlineMessageIsSubmitted", "offline_message_submitted"
