"""Requests as gunicorn passes them on: through the fast path in front of Django."""

import sys
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from livechat.web.fast_path import FastPath

application = FastPath(WSGIHandler())


class Answer:
    """The answer to a request: a poll by htmx or a whole page; through the fast path or by Django only."""

    def __init__(
        self, path: str, *, whole: bool = False, door: bool = True, method: str = "GET", **headers: str
    ) -> None:
        self.status, self.headers = "", {}
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.partition("?")[0],
            "QUERY_STRING": path.partition("?")[2],
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "HTTP_HOST": "testserver",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        } | {f"HTTP_{name}": value for name, value in headers.items()}
        if not whole:
            environ |= {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            self.status, self.headers = status, dict(headers)

        self.body = b"".join((application if door else application.application)(environ, start))


def keep_connection() -> None:
    """Stop the signals that close the connection; Django's test client starts them again after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
