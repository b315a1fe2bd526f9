"""A real nginx with the sample's configuration, before gunicorn: slow clients stop nobody, connections are kept."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.support import nginx
from tests.support.gunicorn import running

HEADERS = b"POST /fine/ HTTP/1.1\r\nHost: board.example.org\r\nContent-Length: 1000\r\nX-More: "
UNFINISHED = {"headers": (64, HEADERS), "bodies": (80, HEADERS + b"yes\r\n\r\nand no more")}
POLLS = 300
TIME_WAIT = "06"


@contextmanager
def unfinished(kind: str, port: int, context: ssl.SSLContext | None = None) -> Iterator[None]:
    """Connections that send a part of a request, and stay."""
    count, part = UNFINISHED[kind]
    with ExitStack() as stack:
        for _ in range(count):
            link = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            if context:
                link = stack.enter_context(context.wrap_socket(link, server_hostname="127.0.0.1"))
            link.sendall(part)
        yield


def waiting(port: int) -> int:
    """The connections with a port that are over, and still block a port of this machine."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[3] == TIME_WAIT and f"{port:04X}" in {row[1][-4:], row[2][-4:]} for row in rows)


@pytest.mark.long(sibling="test_behind_the_sample_they_stop_nobody_and_polls_use_up_no_ports")
@pytest.mark.parametrize("kind", list(UNFINISHED))
def test_without_a_proxy_unfinished_requests_stop_every_page(kind: str, tmp_path: Path) -> None:
    with (
        running(tmp_path) as (url, _said),
        unfinished(kind, urlsplit(url).port or 0),
        pytest.raises(requests.ReadTimeout),
    ):
        requests.get(f"{url}/fine/", timeout=3)


def test_behind_the_sample_they_stop_nobody_and_polls_use_up_no_ports(tmp_path: Path) -> None:
    with running(tmp_path, WEB_CONCURRENCY="2") as (url, _said):
        dashboard = urlsplit(url).port or 0
        with nginx.server(tmp_path, dashboard) as port, requests.Session() as browser, ExitStack() as stack:
            browser.trust_env = False  # a REQUESTS_CA_BUNDLE of the machine would go before `verify`
            browser.verify = str(tmp_path / "certificate.pem")
            context = ssl.create_default_context(cafile=browser.verify)
            for kind in UNFINISHED:
                stack.enter_context(unfinished(kind, port, context))
            before = waiting(dashboard)
            for _ in range(POLLS):
                assert browser.get(f"https://127.0.0.1:{port}/fine/", timeout=20).status_code == 204
            assert waiting(dashboard) - before < POLLS / 20
