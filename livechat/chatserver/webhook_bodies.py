"""The bodies of webhooks as Structs."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

WebhookEvent = Literal[
    "offlineMessageIsSubmitted",
    "chatStarts",
    "chatEnds",
    "chatIsWrappedUp",
    "agentStatusChanges",
    "chatIsRequested",
    "chatIsTransferred",
]


class WebhookWrite(Struct, frozen=True, rename="camel"):
    """A webhook to register: the address that is called at one event."""

    event: WebhookEvent
    target_url: Annotated[str, Meta(pattern="^https?://[!-~]", max_length=2000)]


class Webhook(Struct, frozen=True, rename="camel"):
    """A webhook that is registered."""

    id: Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
    event: WebhookEvent
    target_url: str
