"""The chat server in a thread of the test process, over real HTTP on 127.0.0.1.

with ChatServer(agents=8) as server:
    requests.get(f"{server.url}/livechat/agents", headers=server.bearer)
    server.world.set_agent(server.world.agent_ids()[1], status="Away")
    assert server.calls("GET /v4/livechat/agents") == 1
"""

import socket
import threading
from typing import Any, Self

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from livechat.chatserver.api import App, make_app
from livechat.chatserver.auth import Authenticator
from livechat.chatserver.faults import Faults
from livechat.chatserver.options import Options
from livechat.chatserver.world import World

TOKEN = "test-token"


class _Handler(WSGIRequestHandler):
    """Quiet, keep-alive, and without Nagle's delay between head and body."""

    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadedWSGIServer):
    """Knows its open connections, so that it can cut them when it stops."""

    request_queue_size = 128

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open: set[socket.socket] = set()

    def _close_connections(self) -> None:
        pass  # the chat server uses no database

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # many tests hang up

    def cut(self) -> None:
        """End every connection that is open."""
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was quicker


class ChatServer:
    """A running chat server; keyword arguments are the fields of `Options`.

    Its defaults differ from those of the real one: it is frozen and small, and its token is `TOKEN`. `url` is the
    API's base and ends in `/v4`; `root` is the same without `/v4`. `bearer` is a complete header.
    """

    def __init__(self, **options: Any) -> None:
        given = {"agents": 8, "visitors": 20, "freeze": True, "token": TOKEN} | options
        self.options = Options(**given)
        self.world = World(self.options)
        self.app: App = make_app(self.world, self.options)
        self._port = 0
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the same port as before if it was stopped."""
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._port = self._server.server_port
        self._server.set_app(self.app)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, cut every connection and release the calls that hang. A second call does nothing."""
        if self._server is None:
            return
        self.faults.clear()
        self.app.webhooks.clear()
        self._server.shutdown()
        self._server.cut()
        self._server.server_close()
        self._thread.join()
        self._server = None

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        return f"{self.root}/v4"

    @property
    def token(self) -> str:
        return self.options.token

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def faults(self) -> Faults:
        return self.app.faults

    @property
    def auth(self) -> Authenticator:
        """Gives out tokens (`auth.issue(lifetime)`) and takes them back (`auth.revoke_all()`)."""
        return self.app.auth

    def calls(self, name: str | None = None) -> int:
        """The number of calls since the start: of one route (`"GET /v4/livechat/agents"`), or of all."""
        with self.world.lock:
            return sum(self.app.calls.values()) if name is None else self.app.calls[name]
