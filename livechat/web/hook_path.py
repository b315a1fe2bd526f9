"""Hints of Comm100, answered before Django: no session, no cookie, and no page waits for them.

Whatever comes is a hint to look, and its body is never data. Hints beyond a few a second are answered without any work.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import Error

from livechat.lib import clock
from livechat.live import hints
from livechat.sites import hooks
from livechat.web.body_limits import MAX_BYTES, TOO_LARGE
from livechat.web.headers import TEXT_HEADERS

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Answer = tuple[str, bytes]
MAX_HINTS_A_SECOND = 5  # of a process
DONE: Answer = ("204 No Content", b"")
UNKNOWN: Answer = ("404 Not Found", b"There is nothing at this address.\n")
NOT_POST: Answer = ("405 Method Not Allowed", b"This address takes POST alone.\n")
LATER: Answer = ("503 Service Unavailable", b"The database does not answer.\n")


class HookPath:
    """A WSGI application around another, which answers what is sent to addresses for hints."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._lock = threading.Lock()
        self._second, self._taken = 0, 0

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a hint, or pass on what is none."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(hooks.PREFIX):
            return self.application(environ, start_response)
        status, text = self._answer(environ, path[len(hooks.PREFIX) :].removesuffix("/"))
        told = list(TEXT_HEADERS)
        if text:
            told += [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
        if status == NOT_POST[0]:
            told.append(("Allow", "POST"))
        start_response(status, told)
        return [text] if text and environ["REQUEST_METHOD"] != "HEAD" else []

    def _answer(self, environ: Environ, secret: str) -> Answer:
        if environ["REQUEST_METHOD"] != "POST":
            return NOT_POST
        length = int(environ.get("CONTENT_LENGTH") or 0)  # servers refuse what is no number
        if length > MAX_BYTES:
            return TOO_LARGE
        try:
            hook = hooks.find(secret)
        except Error:
            return LATER
        if hook is None:
            return UNKNOWN
        if self._may_take():
            # A body of unknown length is not read: it is a hint all the same.
            chunked = bool(environ.get("HTTP_TRANSFER_ENCODING"))
            hints.note(hook.hook_id, hooks.BOTH if chunked else hooks.lists_of(environ["wsgi.input"].read(length)))
        return DONE

    def _may_take(self) -> bool:
        """Whether this process has not taken too many hints in this second."""
        with self._lock:
            second = int(clock.steady())
            if second != self._second:
                self._second, self._taken = second, 0
            self._taken += 1
            return self._taken <= MAX_HINTS_A_SECOND
