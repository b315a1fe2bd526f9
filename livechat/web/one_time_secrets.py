"""New secrets, kept in the session between the form that makes one and the page that shows it once.

The session is a row of the database, and the browser may never follow the redirect. So the secret is sealed there.
"""

import base64
from typing import Literal
from uuid import UUID

from django.urls import reverse

from livechat.lib import vault
from livechat.web.responses import Request, absolute_url

# URL names of the pages that take a secret; the last three are in no address.
Page = Literal["wall", "invite", "token", "channel", "hook"]
SESSION_KEY = "shown_once"
MAX_SECRETS = 20  # in one session; the oldest are dropped


def store(request: Request, page: Page, pk: int | UUID, secret: str) -> None:
    """Keep the secret of a wall's link, invitation, token, channel or address for hints until its page is shown."""
    context = _seal_context(request, page, pk)
    waiting: dict[str, str] = request.session.get(SESSION_KEY, {})
    waiting.pop(context, None)  # a newer secret for the same page goes to the end
    waiting[context] = base64.b64encode(vault.seal(secret.encode(), context)).decode()
    request.session[SESSION_KEY] = dict(list(waiting.items())[-MAX_SECRETS:])


def take_url(request: Request, page: Page, pk: int | UUID) -> str:
    """Return the new address and forget it. Empty if there is none, as for `take`."""
    secret = take(request, page, pk)
    return absolute_url(request, reverse(page, args=[secret])) if secret else ""


def take(request: Request, page: Page, pk: int | UUID) -> str:
    """Return the new secret and forget it. Empty if there is none, or if this server's keys do not open it."""
    context = _seal_context(request, page, pk)
    waiting: dict[str, str] = request.session.get(SESSION_KEY, {})
    if request.method != "GET" or context not in waiting:
        return ""
    sealed = waiting.pop(context)
    request.session[SESSION_KEY] = waiting
    try:
        secret = vault.unseal(base64.b64decode(sealed), context).decode()
    except vault.CannotOpen:
        return ""
    request.shows_secret = True  # its page is not compressed
    return secret


def _seal_context(request: Request, page: Page, pk: int | UUID) -> str:
    return f"shown-once:{page}:{pk}:{request.user.pk}"
