"""The fast path: WSGI in front of Django. It answers polls that do not need Django, and passes on all other requests.

It answers every poll of a wall, from ready bytes, after a check that the wall's link is valid. It answers a poll of a
signed-in person only with a 304 that was given before (see `livechat.web.poll_cache`).
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import Error

from livechat.lib import measures
from livechat.live.freshness import Freshness
from livechat.walls import links, rendering, screens
from livechat.web import headers, poll_cache, token_access
from livechat.web.middleware import SCREEN_HEADERS

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
WALL_PREFIX = "/wall/"
UNCHANGED = "304 Not Modified"
# What metrics call these answers: whether it is a wall's, and whether nothing changed.
VIEWS = {
    (True, True): "wall-unchanged",
    (True, False): "wall-changed",
    (False, True): "page-unchanged",
}
PRIVATE_HEADERS = list(SCREEN_HEADERS.items())
UNCHANGED_HEADERS = [(name, SCREEN_HEADERS[name]) for name in ("Cache-Control", "Vary")]  # the others are about a body
BOARD_HEADERS = [("Cache-Control", "private, no-store"), ("Vary", "HX-Request, HX-Request-Type, Cookie")]


class FastPath:
    """A WSGI application around another."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a poll here, or pass it on. If the database does not answer, Django says so."""
        if environ.get("HTTP_HX_REQUEST_TYPE") == "partial" and environ["REQUEST_METHOD"] == "GET":
            began = time.perf_counter()
            try:
                answer = None if token_access.secret_in(environ) else self._answer(environ)
            except Error:
                answer = None
            if answer is not None:
                status, headers, body = answer
                start_response(status, headers)
                of_wall = environ["PATH_INFO"].startswith(WALL_PREFIX)
                measures.observe(measures.REQUESTS, VIEWS[of_wall, status == UNCHANGED], time.perf_counter() - began)
                return [body] if body else []
        return self.application(environ, start_response)

    def _answer(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes] | None:
        path = environ["PATH_INFO"]
        if path.startswith(WALL_PREFIX):
            return self._wall(environ, path[len(WALL_PREFIX) :].rstrip("/"))
        shown = poll_cache.unchanged(environ)
        return None if shown is None else (UNCHANGED, [*BOARD_HEADERS, *_marks(shown)], b"")

    def _wall(self, environ: Environ, secret: str) -> tuple[str, list[tuple[str, str]], bytes] | None:
        link = links.check_secret(secret)
        if link is None:
            return None
        screens.note_use(link, environ)
        if link.paused:
            return _paused(environ, link.frames)
        wall = rendering.rendered_wall(link)
        if environ.get("HTTP_HX_PTAG") == wall.freshness.tag:
            return UNCHANGED, [*UNCHANGED_HEADERS, *_marks(wall.freshness)], b""
        told = [*PRIVATE_HEADERS, *headers.of_a_page(link.frames), *_marks(wall.freshness)]
        body, encoding = wall.fragment.encoded(environ.get("HTTP_ACCEPT_ENCODING", ""))
        told += [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
        if encoding:
            told.append(("Content-Encoding", encoding))
        return "200 OK", told, body


def _paused(environ: Environ, frames: str) -> tuple[str, list[tuple[str, str]], bytes]:
    if environ.get("HTTP_HX_PTAG") == rendering.PAUSED:
        return UNCHANGED, UNCHANGED_HEADERS, b""
    told = [*PRIVATE_HEADERS, *headers.of_a_page(frames), ("HX-Refresh", "true"), ("Content-Length", "0")]
    return "200 OK", told, b""


def _marks(shown: Freshness) -> list[tuple[str, str]]:
    return [("HX-PTag", shown.tag), ("X-Figures", shown.header())]
