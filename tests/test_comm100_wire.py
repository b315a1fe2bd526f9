"""The way to Comm100 and back: names, TLS and proxies, all within one deadline."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from livechat.comm100.client import Client
from livechat.comm100.credentials import Bearer
from livechat.comm100.errors import Comm100Error, Malformed, Unreachable
from livechat.comm100.records import Variable
from tests.support import certificate
from tests.support.misbehaving import Misbehaving
from tests.support.talk import AGENT, Talk

DEADLINE_SECONDS, GRACE_SECONDS = 0.4, 0.5
TOKEN = Bearer("token")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    return certificate.make(tmp_path_factory.mktemp("tls"))


def unreached(client: Client, deadline: float = DEADLINE_SECONDS) -> Unreachable:
    """The error of a write that was never sent; it must come in time."""
    began = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        client.put_agent(AGENT["id"], "away")
    assert time.monotonic() - began < deadline + GRACE_SECONDS
    assert caught.value.sent is False
    return caught.value


def test_https_works_if_the_certificate_is_trusted(tls: tuple[ssl.SSLContext, str]) -> None:
    context, bundle = tls
    with Misbehaving("well", context) as server:
        client = Client(server.url, TOKEN, ca_bundle=bundle)
        assert client.agents().rows
        assert client.put_visitor(AGENT["id"], [Variable("long", "x" * 500_000)])


def test_a_certificate_that_is_not_trusted_or_of_another_host_is_refused(tls: tuple[ssl.SSLContext, str]) -> None:
    context, bundle = tls
    with Misbehaving("well", context) as server:
        assert "certificate" in unreached(Client(server.url, TOKEN)).message
        elsewhere = server.url.replace("127.0.0.1", "localhost")
        assert "certificate" in unreached(Client(elsewhere, TOKEN, ca_bundle=bundle)).message
        assert server.calls == []


def test_a_bundle_that_is_not_there_is_no_connection(tmp_path: Path) -> None:
    unreached(Client("https://127.0.0.1/v4", TOKEN, ca_bundle=str(tmp_path / "none.pem")))


@pytest.mark.parametrize("kind", ["drip-headers", "drip-body", "hang-in-body"])
def test_dripping_over_tls_is_cut_off_too(kind: str, tls: tuple[ssl.SSLContext, str]) -> None:
    context, bundle = tls
    with Misbehaving(kind, context) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            Client(server.url, TOKEN, deadline=DEADLINE_SECONDS, ca_bundle=bundle).agents()
        assert time.monotonic() - began < DEADLINE_SECONDS + GRACE_SECONDS


def test_a_handshake_that_hangs_is_cut_off_and_was_never_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        unreached(Client(f"https://127.0.0.1:{silent.getsockname()[1]}/v4", TOKEN, deadline=DEADLINE_SECONDS))


def test_a_look_up_that_hangs_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_args: object, **_kwargs: object) -> list[object]:
        released.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        unreached(Client("http://api.comm100.test/v4", TOKEN, deadline=DEADLINE_SECONDS))
    finally:
        released.set()


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 70 + ".test", "..", "[zz]", "127.0.0.1:99999"])
def test_a_host_that_is_none_is_no_connection(host: str) -> None:
    with pytest.raises(Unreachable) as caught:
        Client(f"http://{host}/v4", TOKEN, deadline=DEADLINE_SECONDS).agents()
    assert caught.value.sent is False


def test_a_dead_address_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with Misbehaving("well") as server, socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        # the listener accepts no one: once its queue is full, a new connection hangs
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        port = int(server.root.rpartition(":")[2])
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        found = [(*kind, full.getsockname()), (*kind, ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
        assert Client("http://api.comm100.test/v4", TOKEN, deadline=1.0).agents().rows
        for one in waiting:
            one.close()


def test_interim_answers_are_passed_over_and_chunks_put_together() -> None:
    def answer(talk: Talk) -> None:
        talk.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 3)
        talk.head("Transfer-Encoding: chunked")
        for byte in talk.good():
            talk.send(b"1\r\n%c\r\n" % byte)
        talk.send(b"0\r\nTrailer: x\r\n\r\n")

    with Misbehaving(answer) as server:
        assert Client(server.url, TOKEN).agents().rows


@pytest.mark.parametrize("pack", [lambda body: body, gzip.compress], ids=["plain", "gzip"])
def test_an_answer_may_be_as_large_as_the_limit_and_not_a_byte_larger(pack: Callable[[bytes], bytes]) -> None:
    def answer(talk: Talk) -> None:
        packing = () if pack(b"") == b"" else ("Content-Encoding: gzip",)
        talk.answer(pack(b"[" + b" " * 1_000_000 + b"]"), *packing)

    with Misbehaving(answer) as server:
        assert Client(server.url, TOKEN, max_body=1_000_002).agents().rows == ()
        with pytest.raises(Malformed, match="large"):
            Client(server.url, TOKEN, max_body=1_000_001).agents()


def test_an_answer_that_says_it_is_too_large_is_not_waited_for() -> None:
    def announce(talk: Talk) -> None:
        talk.head("Content-Length: 1000000000000")
        talk.wait()

    with Misbehaving(announce) as server, pytest.raises(Malformed, match="large"):
        Client(server.url, TOKEN).agents()


def test_a_proxy_is_asked_for_the_whole_address() -> None:
    with Misbehaving("well") as proxy:
        assert Client("http://api.comm100.test/v4", TOKEN, proxy=proxy.root).agents().rows
        assert proxy.calls == [("GET", "http://api.comm100.test/v4/livechat/agents")]


def test_https_goes_through_a_proxys_tunnel(tls: tuple[ssl.SSLContext, str]) -> None:
    context, bundle = tls
    inside: list[str] = []

    def tunnel(talk: Talk) -> None:
        talk.send(b"HTTP/1.1 200 Connection established\r\nVia: proxy\r\n\r\n")
        with context.wrap_socket(talk.connection, server_side=True) as secure:
            within = Talk(secure, talk.stopped, talk.url)
            inside.append(within.headers["authorization"])
            within.answer(within.good())

    with Misbehaving(tunnel) as proxy:
        assert Client("https://127.0.0.1/v4", TOKEN, proxy=proxy.root, ca_bundle=bundle).agents().rows
        assert proxy.calls == [("CONNECT", "127.0.0.1:443")]
    assert inside == ["Bearer token"]


@pytest.mark.parametrize("kind", ["hang-before-headers", "drip-headers", "hang-up", "403", "html", "continue-flood"])
def test_a_proxy_that_opens_no_tunnel_reaches_no_server(kind: str) -> None:
    with Misbehaving(kind) as proxy:
        unreached(Client("https://127.0.0.1/v4", TOKEN, proxy=proxy.root, deadline=DEADLINE_SECONDS))


def test_a_proxy_without_end_reaches_no_server_either() -> None:
    with Misbehaving("endless-headers") as proxy, pytest.raises(Comm100Error) as caught:
        Client("https://127.0.0.1/v4", TOKEN, proxy=proxy.root).put_agent(AGENT["id"], "away")
    assert getattr(caught.value, "sent", True) is False


def test_a_handshake_that_hangs_behind_a_late_tunnel_is_cut_off_at_the_same_deadline() -> None:
    deadline = 1.2  # long enough to tell one deadline from two

    def late(talk: Talk) -> None:
        talk.stopped.wait(deadline * 0.75)
        talk.send(b"HTTP/1.1 200 OK\r\n\r\n")
        talk.wait()

    with Misbehaving(late) as proxy:
        unreached(Client("https://127.0.0.1/v4", TOKEN, proxy=proxy.root, deadline=deadline), deadline)


def test_a_server_that_does_not_read_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        began = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            Client(f"http://127.0.0.1:{deaf.getsockname()[1]}/v4", TOKEN, deadline=DEADLINE_SECONDS).put_visitor(
                AGENT["id"], [Variable("long", "x" * 30_000_000)]
            )
        assert time.monotonic() - began < DEADLINE_SECONDS + GRACE_SECONDS
        assert caught.value.sent


def test_answers_that_are_hardly_http_end_in_a_typed_error() -> None:
    pieces = [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200\r\n", b"HTTP/9.9 abc x\r\n", b"\x00\xff\r\n", b""]
    heads = [b"Content-Length: -1\r\n\r\n", b"Content-Length: 5, 6\r\n\r\nabcdef", b"Content-Length: x\r\n\r\n[",
             b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n[", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
             b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nab", b": no name\r\n\r\n[", b"\xff: \xfe\r\n\r\n[",
             b"Content-Type: multipart/mixed; boundary=\r\n\r\n[", b"a" * 70_000 + b": b\r\n\r\n", b"\n\n"]  # fmt: skip
    sent = b""
    with Misbehaving(lambda talk: talk.send(sent)) as server:
        for piece in pieces:
            for head in heads:
                sent = piece + head
                with pytest.raises(Comm100Error):
                    Client(server.url, TOKEN, deadline=DEADLINE_SECONDS).agents()
