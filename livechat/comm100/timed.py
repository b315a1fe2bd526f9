"""An adapter for `requests` whose connections end at one deadline and read a bounded number of bytes.

The timeout of `requests` starts again with every read, so a server that sends a byte a second holds a call for ever.
Here every step gets only what is left of the whole call's time: the look-up of the name, the connection, TLS, sending,
and each read of the headers and the body.
"""

import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from livechat.comm100.errors import Malformed
from livechat.comm100.sentences import Why, sentence

MAX_HEAD_BYTES = 128 * 1024  # of status lines and headers, those of interim answers (1xx) too
MAX_FRAMING_BYTES = 1024 * 1024  # that chunk sizes may add to a body
SEND_BYTES = 16 * 1024  # sent under one timeout; one TLS record

Address = tuple[Any, ...]
Accepts = Callable[[str], bool]  # whether a call may go to this IP address


class NotAccepted(Exception):
    """The host has only IP addresses that the call may not go to. There was no connection."""


class Call:
    """The clock and the counters of one call.

    `deadline` is in seconds from now, `max_body` in bytes before unpacking. `accepts` chooses among the host's IP
    addresses; without it all of them are right.
    """

    def __init__(self, deadline: float, max_body: int, accepts: Accepts | None = None) -> None:
        self.ends = time.monotonic() + deadline
        self.accepts = accepts
        self.connected = False
        self._allowance = MAX_HEAD_BYTES
        self._body_allowance = max_body + MAX_FRAMING_BYTES

    def left(self) -> float:
        """The seconds left, more than 0. Raises `TimeoutError`."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the call's time is over")
        return left

    def is_over(self) -> bool:
        """Whether the time is up. Less than 10 ms left count as none: a wait that ends then has timed out."""
        return self.ends - time.monotonic() < 0.01

    def take(self, count: int) -> None:
        """Count received bytes. Raises `Malformed` if there are more than a real answer has."""
        self._allowance -= count
        if self._allowance < 0:
            raise Malformed(sentence(Why.TOO_LARGE), sent=self.connected)

    def begin_body(self) -> None:
        """Count the body from here: the headers have ended."""
        self._allowance = self._body_allowance


current: ContextVar[Call] = ContextVar("current")
"""The call that this thread makes. urllib3 makes the connection and cannot pass the call to it."""


class _Reader(io.RawIOBase):
    """Reads a socket. Each read may take what is left of the call's time."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, call: Call) -> None:
        self._raw, self._sock, self._call = raw, sock, call

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._call.left())
        count = self._raw.readinto(buffer)
        self._call.take(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """The response of http.client, read through `_Reader`."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._call = current.get()
        self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock, self._call))

    def begin(self) -> None:
        super().begin()
        self._call.begin_body()


class _Connection(HTTPConnection):
    """A connection with the deadline of the current call."""

    response_class = _Response

    def _new_conn(self) -> socket.socket:
        return dial(self._dns_host, self.port or self.default_port, current.get())

    def connect(self) -> None:
        super().connect()
        current.get().connected = True

    def _tunnel(self) -> None:
        super()._tunnel()
        self.sock.settimeout(current.get().left())  # for the handshake that follows

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        view = memoryview(data)
        for start in range(0, len(view), SEND_BYTES):
            self.sock.settimeout(current.get().left())
            super().send(view[start : start + SEND_BYTES])


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}


class Adapter(HTTPAdapter):
    """The adapter of `requests` over these connections. `current` must be set while it sends."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._tls = {"ssl_context": context} if context else {}
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """As the base class, with these connections."""
        super().init_poolmanager(connections, maxsize, block, **options, **self._tls)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """As the base class, with these connections."""
        manager = super().proxy_manager_for(proxy, **options, **self._tls)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Do nothing: the context verifies. The base class would read the certificates again at every call."""


def dial(host: str, port: int, call: Call) -> socket.socket:
    """A connected socket. Raises `OSError`, or `TimeoutError` at the deadline, or `NotAccepted`.

    The host's addresses share the time left, so that a dead first address leaves time for the next.
    """
    addresses = resolve(host, port, call)
    failure: OSError | None = None
    for place, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(call.left() / (len(addresses) - place))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or OSError("the name has no address")


def resolve(host: str, port: int, call: Call) -> list[Address]:
    """The host's addresses that the call accepts, by `getaddrinfo`. Raises as `dial` does.

    The connection goes to one of these and the name is not looked up again, so a name that changes meanwhile leads
    nowhere else. The look-up has its own thread, because it has no timeout. A thread that hangs is left behind.
    """
    found: queue.SimpleQueue[list[Address] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=ask, name="comm100-look-up", daemon=True).start()
    try:
        answer = found.get(timeout=call.left())
    except queue.Empty as error:
        raise TimeoutError("the name was not found in time") from error
    if isinstance(answer, UnicodeError):
        raise OSError("the name is no host name") from answer
    if isinstance(answer, OSError):
        raise answer
    accepted = [each for each in answer if call.accepts is None or call.accepts(each[4][0])]
    if answer and not accepted:
        raise NotAccepted
    return accepted
