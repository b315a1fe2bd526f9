"""The calls about webhooks: which addresses Comm100 calls at which event. They need a permission of their own."""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from livechat.comm100.client import Client
from livechat.comm100.errors import NotFound
from livechat.comm100.strictjson import read

PATH = "livechat/webhooks"


class Webhook(msgspec.Struct, frozen=True, rename="camel"):
    """An address that Comm100 calls at one event. The id is a GUID, or a number on older accounts."""

    id: str
    event: str = ""
    target_url: str = ""


class _Wire(msgspec.Struct, frozen=True, rename="camel"):
    id: str | int
    event: str | None = None
    target_url: str | None = None


_one, _list = msgspec.json.Decoder(_Wire), msgspec.json.Decoder(list[_Wire])


def registered(client: Client) -> Sequence[Webhook]:
    """Every webhook of the account. Raises the errors of a call."""
    return client.call("GET", PATH, lambda body: [_decoded(one) for one in read(body, _list)])


def add(client: Client, event: str, url: str) -> Webhook:
    """Register an address for an event. The call is sent once. Raises the errors of a call."""
    return client.call("POST", PATH, lambda body: _decoded(read(body, _one)), {"event": event, "targetUrl": url})


def remove(client: Client, key: str) -> None:
    """Remove a webhook, unless there is none with this id. Raises the errors of a call."""
    try:
        client.call("DELETE", f"{PATH}/{quote(key, safe='')}", lambda _body: None)
    except NotFound:
        return


def _decoded(wire: _Wire) -> Webhook:
    return Webhook(str(wire.id), wire.event or "", wire.target_url or "")
