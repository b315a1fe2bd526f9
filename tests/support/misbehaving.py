"""A server on a bare socket that misbehaves on purpose; `FAULTS` has the ways, by name.

with Misbehaving("hang-in-body") as server:
    Client(server.url, Bearer("token"), deadline=0.4).agents()
"""

import socket
import ssl
import threading
from typing import Self

from tests.support.faults import FAULTS as FAULTS
from tests.support.faults import Fault
from tests.support.talk import Talk


class Misbehaving:
    """Answers every request with the fault `kind`: a name ("well" behaves) or a function, changeable on the way.

    With `tls` it speaks HTTPS. `url` is the API's base and ends in /v4, `root` is the same without it; `calls`
    lists what was asked, as ("PUT", "/v4/livechat/agents/..."), in the order of arrival.
    """

    def __init__(self, kind: str | Fault, tls: ssl.SSLContext | None = None) -> None:
        self.kind = kind
        self._tls = tls
        self.calls: list[tuple[str, str]] = []
        self._stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.root = f"{'https' if self._tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"{self.root}/v4"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                _hang_up(connection)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # stopped
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._wrapped(connection, self._tls)
            talk = Talk(connection, self._stopped, self.root)
            self.calls.append((talk.method, talk.path))
            handler = FAULTS[self.kind] if isinstance(self.kind, str) else self.kind
            handler(talk)
            _hang_up(connection)
        except OSError:
            pass  # the client has had enough, as it should
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _wrapped(self, connection: socket.socket, tls: ssl.SSLContext) -> socket.socket:
        secure = tls.wrap_socket(connection, server_side=True)
        with self._lock:
            self._open.discard(connection)
            self._open.add(secure)
        return secure


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already
