"""Addresses that carry a new secret: kept in the session from the form that made one to the page that shows it once.

The session is a row of the database, and a redirect need not be followed: what waits there is sealed.
"""

import base64
from typing import Literal

from django.urls import reverse

from livechat.lib import vault
from livechat.web.responses import Request, absolute

Page = Literal["wall", "invite"]  # the names of the pages that take a secret
WAITING = "shown_once"
MOST = 20  # that wait in one session; the oldest go


def keep(request: Request, page: Page, of: int, secret: str) -> None:
    """Keep a secret for the page of what it was made for."""
    row = _row(request, page, of)
    waiting: dict[str, str] = request.session.get(WAITING, {})
    waiting.pop(row, None)  # a newer one of the same comes last
    waiting[row] = base64.b64encode(vault.seal(secret.encode(), row)).decode()
    request.session[WAITING] = dict(list(waiting.items())[-MOST:])


def address(request: Request, page: Page, of: int) -> str:
    """The new address, and forget it; empty where there is none, or none that this server's keys open."""
    row = _row(request, page, of)
    waiting: dict[str, str] = request.session.get(WAITING, {})
    if request.method != "GET" or row not in waiting:
        return ""
    sealed = waiting.pop(row)
    request.session[WAITING] = waiting
    try:
        secret = vault.unseal(base64.b64decode(sealed), row).decode()
    except vault.CannotOpen:
        return ""
    return absolute(request, reverse(page, args=[secret]))


def _row(request: Request, page: Page, of: int) -> str:
    return f"shown-once:{page}:{of}:{request.user.pk}"
