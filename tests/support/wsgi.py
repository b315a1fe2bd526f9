"""The chat server without a socket: an app on a clock of its own, asked through the standard library's checker."""

import io
import json
from dataclasses import dataclass
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

from livechat.chatserver.api import App, make_app
from livechat.chatserver.options import Options
from livechat.chatserver.world import World


class Clock:
    """A clock that stands until the test moves it; `now` is in seconds since 1970."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def small_app(**chosen: Any) -> App:
    """A small frozen chat server whose token is `test-token`; keyword arguments are fields of Options."""
    options = Options(**{"agents": 8, "visitors": 20, "freeze": True, "token": "test-token"} | chosen)
    return make_app(World(options), options)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    app: Any,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    query: str = "",
    token: str | None = "test-token",
    authorization: str | None = None,
    address: str = "127.0.0.1",
) -> Reply:
    """Send one request, `path` as the server has decoded it; what the application raises comes through."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode("utf-8", "surrogatepass").decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": address,
        "wsgi.input": io.BytesIO(body),
    }
    if authorization is None and token is not None:
        authorization = f"Bearer {token}"
    if authorization is not None:
        environ["HTTP_AUTHORIZATION"] = authorization
    setup_testing_defaults(environ)
    seen: list[Any] = []
    answer = validator(app)(environ, lambda status, headers, exc_info=None: seen.append((status, headers)))
    try:
        content = b"".join(answer)
    finally:
        answer.close()
    status, headers = seen[-1]
    return Reply(int(status.split()[0]), dict(headers), content)
