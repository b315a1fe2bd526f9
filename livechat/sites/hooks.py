"""A site's address for hints: make it, find it by its secret, remove it, and what a hint says.

Each process reads the addresses at most once a second. So one that another process has replaced is refused within a
second, and one that it has just made is known within a second: a hint until then is lost, which costs nothing.
"""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from django.db import transaction
from django.utils import timezone

from livechat.lib import outages
from livechat.lib.ttl_cache import TtlValue
from livechat.models import Hook, LinkEvent, Site
from livechat.record import link_events
from livechat.record.link_events import By
from livechat.walls.link_cache import REREAD_SECONDS
from livechat.walls.links import SECRET_BYTES, hash_secret

PREFIX = "/hooks/"
LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1"}
AGENTS, VISITORS = {"agents"}, {"visitors"}
BOTH = AGENTS | VISITORS
AGENT_EVENTS = {"online", "away", "login", "logout", "agentstatuschanged", "agentstatuschanges"}
What = LinkEvent.What


@dataclass(frozen=True, slots=True)
class ValidHook:
    """An address that is in use."""

    hook_id: int
    site_id: int


class _Hint(msgspec.Struct):
    event: str = ""


_decode = msgspec.json.Decoder(_Hint).decode


def address(public_url: str, secret: str) -> str:
    """The address that Comm100 calls."""
    return f"{public_url}{PREFIX}{secret}/"


def is_local(site: Site) -> bool:
    """Whether the site's API is on this machine, which can then call addresses that nobody else reaches."""
    return urlsplit(site.api_base).hostname in LOOPBACK_HOSTS


def can_reach(site: Site, public_url: str) -> bool:
    """Whether Comm100 may reach this dashboard at an address: by https, or by http if its API is on this machine."""
    return public_url.startswith("https://") or (is_local(site) and public_url.startswith("http://"))


def of(site: Site) -> Hook | None:
    """A site's address, without its secret."""
    return Hook.objects.filter(site=site).select_related("created_by").first()


def new_secret() -> str:
    """The secret of a new address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def make(site: Site, secret: str, by: By, webhooks: Sequence[dict[str, str]] = ()) -> Hook:
    """Make a site's address, in place of the one that it has. Its secret is not stored.

    `webhooks`: what is registered with Comm100 for it, [{"id", "event"}].
    """
    made = {
        "secret_hash": hash_secret(secret),
        "created_by": by.user,
        "created": timezone.now(),
        "hinted": None,
        "webhooks": list(webhooks),
    }
    with transaction.atomic():
        hook, _new = Hook.objects.update_or_create(site=site, defaults=made)
        link_events.note_hook(site, What.HOOK_MADE, by)
    _hooks.forget()
    return hook


def remove(site: Site, by: By) -> bool:
    """Remove a site's address. False if it has none."""
    with transaction.atomic():
        if not Hook.objects.filter(site=site).delete()[0]:
            return False
        link_events.note_hook(site, What.HOOK_REMOVED, by)
    _hooks.forget()
    return True


def find(secret: str) -> ValidHook | None:
    """The address with this secret, which costs one read a second at most; that read alone decides how long it takes.

    While the database fails, what was known stays valid. Otherwise raises django.db.Error.
    """
    return outages.now_or_last(_hooks, "to check the address of a hint").get(hash_secret(secret))


def lists_of(body: bytes) -> Collection[str]:
    """The lists that a hint concerns, by its `event` alone: both if that says nothing known."""
    try:
        event = re.sub("[^a-z]", "", _decode(body).event.lower())
    except (ValueError, RecursionError):  # what msgspec raises is a ValueError
        return BOTH
    if event in AGENT_EVENTS:
        return AGENTS
    return VISITORS if "request" in event or "offlinemessage" in event else BOTH


def _read() -> dict[str, ValidHook]:
    rows = Hook.objects.values_list("secret_hash", "pk", "site_id")
    return {secret_hash: ValidHook(hook_id, site_id) for secret_hash, hook_id, site_id in rows}


_hooks = TtlValue(REREAD_SECONDS, _read)
