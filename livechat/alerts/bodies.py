"""What is posted to a channel, by its kind: the address, the headers and the body.

The texts of a message hold names that people have typed. Each kind gets them so that they stay text (`escapes`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from livechat.alerts import escapes
from livechat.alerts.messages import Message
from livechat.comm100.text import clean
from livechat.models import Channel

MAX_LINE_CHARS = 300
MAX_SLACK_CHARS = 12_000
MAX_DISCORD_CHARS = 1_800  # Discord takes 2,000, and the link follows
MAX_TEAMS_LINES = 60  # a card may have 28 kB
MAX_NTFY_BYTES = 3_800  # ntfy makes a file of a message over 4,096
NTFY_PRIORITY = {"red": 5, "amber": 4}
CARD_COLOUR = {"red": "Attention", "amber": "Warning"}
RINGS = ("ringing", "reminder")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One POST."""

    url: str
    headers: dict[str, str]
    body: bytes


def outgoing(kind: str, address: str, secret: str, message: Message) -> Outgoing:
    """What to post for a message to a channel of any kind but mail."""
    message = cleaned(message)
    if kind == Channel.Kind.WEBHOOK:
        return _webhook(address, secret, message)
    if kind == Channel.Kind.NTFY:
        return _ntfy(address, secret, message)
    makers: dict[str, Callable[[Message], dict[str, Any]]] = {
        Channel.Kind.SLACK: _slack,
        Channel.Kind.DISCORD: _discord,
        Channel.Kind.TEAMS: _teams,
    }
    return _json(address, makers[kind](message))


def cleaned(message: Message) -> Message:
    """The message without line breaks and other control characters in its texts, and with an end to each."""
    lines = tuple(clean(line, MAX_LINE_CHARS) for line in message.lines)
    site, title = clean(message.site, MAX_LINE_CHARS), clean(message.title, MAX_LINE_CHARS)
    return replace(message, site=site, title=title, lines=lines)


def headline(message: Message) -> str:
    """The title. Reminders and tests have their state before it; the title of an ended alert already says that."""
    words = {"reminder": _("Still ringing: %(title)s"), "test": _("Test: %(title)s")}
    return words.get(message.state, "%(title)s") % {"title": message.title}


def fitted(lines: Iterable[str], limit: int, size: Callable[[str], int] = len) -> list[str]:
    """The first lines whose sizes, by `size`, stay within `limit`; a last line counts the others, if there are any."""
    kept, left = [], list(lines)
    while left and limit >= size(left[0]) + 1:
        limit -= size(left[0]) + 1
        kept.append(left.pop(0))
    if left:
        kept.append(_("… and %(n)s more") % {"n": len(left)})
    return kept


def _json(url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Outgoing:
    return Outgoing(url, {"Content-Type": "application/json", **(headers or {})}, msgspec.json.encode(body))


def _webhook(address: str, secret: str, message: Message) -> Outgoing:
    """A POST as Standard Webhooks defines it. The texts are not escaped: a receiver that shows them must do that."""
    data = {name: getattr(message, name) for name in ("site", "title", "lines", "state", "severity", "url")}
    sent = _json(address, {"type": f"alert.{message.state}", "timestamp": message.at, "data": data})
    now = datetime.now(UTC)  # sign() reads the digits of every zone as those of UTC
    signature = Webhook(secret).sign(str(message.id), now, sent.body.decode())
    sent.headers.update(
        {
            "webhook-id": str(message.id),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
    )
    return sent


def _slack(message: Message) -> dict[str, Any]:
    texts = [f"{message.site}: {headline(message)}", *message.lines]
    lines = fitted(map(escapes.slack, texts), MAX_SLACK_CHARS)
    if message.url:
        lines.append(f"<{message.url.replace('&', '&amp;')}|{_('Open the alert')}>")
    quiet = {"mrkdwn": False, "parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
    return {"text": "\n".join(lines), **quiet}


def _discord(message: Message) -> dict[str, Any]:
    first = f"**{escapes.discord(f'{message.site}: {headline(message)}')}**"
    lines = [first, *fitted(map(escapes.discord, message.lines), MAX_DISCORD_CHARS - len(first))]
    if message.url:
        lines.append(f"<{message.url}>")
    return {"content": "\n".join(lines), "allowed_mentions": {"parse": []}}


def _teams(message: Message) -> dict[str, Any]:
    """An adaptive card. Its texts are runs: unlike a TextBlock they know no Markdown."""
    colour = CARD_COLOUR.get(message.severity, "Default") if message.state in RINGS else "Default"
    first = {"weight": "Bolder", "size": "Medium", "color": colour}
    rest = [*message.lines[:MAX_TEAMS_LINES]]
    if more := len(message.lines) - len(rest):
        rest.append(_("… and %(n)s more") % {"n": more})
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_run(f"{message.site}: {headline(message)}", **first), *map(_run, rest)],
    }
    if message.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": _("Open the alert"), "url": message.url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _run(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": escapes.unlinked(text), **style}]}


def _ntfy(address: str, token: str, message: Message) -> Outgoing:
    """As JSON to the server's root, which takes the topic in it: so no text is in a header."""
    parts = urlsplit(address)
    title = escapes.unlinked(f"{message.site}: {headline(message)}")
    lines = fitted(map(escapes.unlinked, message.lines), MAX_NTFY_BYTES, lambda line: len(line.encode()))
    body = {
        "topic": parts.path.strip("/"),
        "title": title,
        "message": "\n".join(lines) or title,
        "priority": NTFY_PRIORITY.get(message.severity, 3) if message.state in RINGS else 3,
    }
    if message.url:
        body["click"] = message.url
    return _json(f"{parts.scheme}://{parts.netloc}/", body, {"Authorization": f"Bearer {token}"} if token else None)
