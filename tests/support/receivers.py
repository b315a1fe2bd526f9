"""A receiver of alerts over real HTTP that keeps every message, and channels that lead to it."""

import json
from typing import Any, Self

from livechat.alerts import channels
from livechat.models import Channel, Site
from livechat.record.link_events import NOBODY
from tests.support.misbehaving import Misbehaving
from tests.support.talk import Talk


class Receiver:
    """Takes everything, unless `status` says otherwise, with `headers` in its answer. `messages`: what it was sent."""

    def __init__(self) -> None:
        self.status, self.headers = "200 OK", list[str]()
        self.messages: list[Talk] = []

    def __enter__(self) -> Self:
        self._server = Misbehaving(self._answer).__enter__()
        self.root = self._server.root
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.__exit__(*exc_info)

    def _answer(self, talk: Talk) -> None:
        self.messages.append(talk)
        talk.answer(b"", *self.headers, status=self.status)

    def channel(self, site: Site, label: str = "Ops", kind: str = Channel.Kind.WEBHOOK) -> Channel:
        """A channel that leads here."""
        return to(site, f"{self.root}/{label}", label, kind)

    @property
    def ids(self) -> list[str]:
        """The ids of webhooks' messages, in order."""
        return [talk.headers["webhook-id"] for talk in self.messages]

    @property
    def told(self) -> list[dict[str, Any]]:
        """What webhooks' messages say: site, title, lines, state, severity, url."""
        return [json.loads(talk.body)["data"] for talk in self.messages]

    def states(self, label: str = "") -> list[str]:
        """The states of webhooks' messages, of one channel if it is named."""
        return [one["state"] for talk, one in zip(self.messages, self.told, strict=True) if label in talk.path]


def to(site: Site, address: str, label: str, kind: str = Channel.Kind.WEBHOOK) -> Channel:
    """A channel that leads to an address."""
    secret = channels.new_secret() if kind == Channel.Kind.WEBHOOK else ""
    return channels.make(site, kind, label, address=address, secret=secret, by=NOBODY)
