"""Registers a site's address for hints with Comm100, one webhook for each event, and takes them away again."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from django.utils.translation import gettext as _

from livechat.comm100 import webhooks
from livechat.comm100.client import Client
from livechat.comm100.errors import Comm100Error, Forbidden
from livechat.comm100.webhooks import Webhook
from livechat.lib import vault
from livechat.live import budget, token_renewal
from livechat.models import Connection, Hook, Site
from livechat.record.link_events import By
from livechat.sites import hooks
from livechat.walls.links import hash_secret

# The events that change who waits, who chats and who is there, with the names that they have on Comm100's pages.
EVENT_LABELS = {
    "agentStatusChanges": "Agent Status Changed",
    "chatIsRequested": "Chat Requested",
    "chatStarts": "Chat Started",
    "chatEnds": "Chat Ended",
    "chatIsTransferred": "Chat Transferred",
    "offlineMessageIsSubmitted": "Offline Message Submitted",
}
Answer = TypeVar("Answer")


class NotRegistered(Exception):
    """Comm100 did not do it. `reason` is a sentence; `forbidden`: the connection may not manage integrations."""

    def __init__(self, reason: str, *, forbidden: bool = False) -> None:
        self.reason, self.forbidden = reason, forbidden
        super().__init__(reason)


def register(site: Site, connection: Connection, public_url: str, by: By) -> Hook:
    """Make a new address and register it for every event, in place of what was registered before.

    Raises NotRegistered: then the old address stays as it was, and what was registered is taken back if possible.
    """
    client = _client(connection)
    found = _call(partial(webhooks.registered, client), connection)
    old = _ours(site, public_url, found)
    secret = hooks.new_secret()
    url = hooks.address(public_url, secret)
    made: list[Webhook] = []
    try:
        made.extend(_write(partial(webhooks.add, client, event, url)) for event in EVENT_LABELS)
    except NotRegistered:
        _take_back(client, made)
        raise
    hook = hooks.make(site, secret, by, [{"id": one.id, "event": one.event} for one in made])
    _take_back(client, old)
    return hook


def unregister(site: Site, connection: Connection, public_url: str) -> None:
    """Take away what is registered for a site. Raises NotRegistered."""
    client = _client(connection)
    for one in _ours(site, public_url, _call(partial(webhooks.registered, client), connection)):
        _write(partial(webhooks.remove, client, one.id))
    Hook.objects.filter(site=site).update(webhooks=[])


def _ours(site: Site, public_url: str, found: Collection[Webhook]) -> list[Webhook]:
    """Those that lead to this site's address, or to one of this dashboard that leads nowhere any more."""
    prefix = f"{public_url}{hooks.PREFIX}"
    others = set(Hook.objects.exclude(site=site).values_list("secret_hash", flat=True))
    return [
        one
        for one in found
        if one.target_url.startswith(prefix)
        and hash_secret(one.target_url.removeprefix(prefix).strip("/")) not in others
    ]


def _take_back(client: Client, found: Collection[Webhook]) -> None:
    """Remove webhooks. One that stays leads nowhere, and the next registration removes it."""
    try:
        for one in found:
            _write(partial(webhooks.remove, client, one.id))
    except NotRegistered:
        return


def _client(connection: Connection) -> Client:
    try:
        return token_renewal.client(connection)
    except vault.CannotOpen as error:
        raise NotRegistered(_("The stored credential cannot be opened with this server's keys.")) from error
    except (Comm100Error, budget.BudgetExhausted) as error:
        raise NotRegistered(str(error)) from error


def _call(call: Callable[[], Answer], connection: Connection) -> Answer:
    """A read, at the expense of the connection's user."""
    return _counted(call, lambda: budget.take(share=budget.RECORDS, person=connection.user_id))


def _write(call: Callable[[], Answer]) -> Answer:
    return _counted(call, lambda: budget.take(write=True))


def _counted(call: Callable[[], Answer], take: Callable[[], None]) -> Answer:
    try:
        take()
        with budget.respecting_limits():
            return call()
    except Forbidden as error:
        reason = _("This connection may not manage integrations: Comm100 refused it.")
        raise NotRegistered(reason, forbidden=True) from error
    except (Comm100Error, budget.BudgetExhausted) as error:
        raise NotRegistered(str(error)) from error
