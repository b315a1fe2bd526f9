"""Ports for processes that tests start, which bind them only later."""

import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

_FIRST = 12_000
_WORKERS = 8  # slices: two workers of a run are never given one port
_CLIENTS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def first_of_clients() -> int:
    """The first port that the kernel gives to the near end of a connection."""
    return int(_CLIENTS.read_text().split()[0])


def _slice() -> Iterator[int]:
    """This worker's ports, from a random one on and round again: another run may use the same slice."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    size = (first_of_clients() - _FIRST) // _WORKERS
    start = random.randrange(size)
    while True:
        yield _FIRST + worker * size + start % size
        start += 1


_mine = _slice()


def free_port() -> int:
    """A port that nobody listens on, and that no connection is given meanwhile: a start may take a minute."""
    while True:
        port = next(_mine)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
