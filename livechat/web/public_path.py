"""The path of PUBLIC_URL: WSGI in front of everything else, so that nothing behind it has to know the path.

A proxy passes the whole address on, or takes the path off. Machines beside the server ask for /healthz without it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class PublicPath:
    """A WSGI application around another, which gets this path as SCRIPT_NAME, and the rest of it as PATH_INFO."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.path: str = settings.PUBLIC_PATH

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Take the path off and pass the request on. The path without a slash leads to the one with it."""
        if not self.path:
            return self.application(environ, start_response)
        rest = environ["PATH_INFO"]
        if rest == self.path or not rest:  # gunicorn has taken it off if SCRIPT_NAME is set, or a proxy has
            start_response("302 Found", [("Location", f"{self.path}/"), ("Content-Length", "0")])
            return []
        if rest.startswith(f"{self.path}/"):
            rest = rest[len(self.path) :]
        return self.application(environ | {"SCRIPT_NAME": self.path, "PATH_INFO": rest}, start_response)
