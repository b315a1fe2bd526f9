"""How large the body of a request may be, told before Django reads any of it.

Django holds a form in memory and writes an upload to a file before a view runs, so a stranger could fill both. gunicorn
discards what is not read here, and ends the connection if that is much.
"""

from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import Error

from livechat.web.headers import TEXT_HEADERS

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

KB = 1024
MAX_BYTES = 64 * KB
# Larger bodies by the beginning of the path, for people who are signed in: a text of 1 MB may be three times as long
# in a form, bulk changes send a box for each agent, and a wall's design names its teams.
MAX_BYTES_SIGNED_IN = {
    "/directory/upload/": 4096 * KB,
    "/agents/bulk/": 1024 * KB,
    "/walls/": 512 * KB,
}
TOO_LARGE = "413 Content Too Large", b"This request is too large, and nothing was done.\n"
NO_LENGTH = "411 Length Required", b"This request does not say how long it is, and nothing was done.\n"


class BodyLimits:
    """A WSGI application around another, which refuses bodies that are too large for their path."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on, or answer 413; 411 for a body of unknown length, which no browser sends."""
        refusal = _refusal(environ)
        if refusal is None:
            return self.application(environ, start_response)
        status, text = refusal
        told = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
        start_response(status, [*told, *TEXT_HEADERS])
        return [text]


def _refusal(environ: Environ) -> tuple[str, bytes] | None:
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return NO_LENGTH
    length = int(environ.get("CONTENT_LENGTH") or 0)  # servers refuse what is no number
    if length <= MAX_BYTES:
        return None
    limit = next((most for path, most in MAX_BYTES_SIGNED_IN.items() if environ["PATH_INFO"].startswith(path)), 0)
    return None if length <= limit and _signed_in(environ) else TOO_LARGE


def _signed_in(environ: Environ) -> bool:
    """Whether the cookie is that of a session of somebody who has signed in; no if the database does not answer."""
    try:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    if cookie is None:
        return False
    try:
        return SESSION_KEY in import_module(settings.SESSION_ENGINE).SessionStore(cookie.value)
    except Error:
        return False
