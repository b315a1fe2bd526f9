"""The children of the decoding row, each a process of its own so that its memory tells something.

`python -m tests.bench.decoding store|show RUNS` prints one line of JSON; times are CPU in ms, sizes are bytes.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from livechat.boards import visitor_index  # noqa: E402
from livechat.comm100 import decode  # noqa: E402  (models need Django to be set up)
from livechat.live import snapshot_data  # noqa: E402
from livechat.models import Snapshot  # noqa: E402
from tests.bench import machine  # noqa: E402

FILE = settings.DATA_DIR / "snapshot"
SHAPES: dict[str, Callable[[bytes], bytes]] = {
    "as documented": lambda body: body,
    "every text escaped": lambda body: body.replace(b"&", b"\\u0026").replace(b"://", b":\\/\\/"),
    "older API (status is a number)": lambda body: body.replace(b'"status":"', b'"status":3,"_":"'),
}


def median(runs: int, work: Callable[[], Any]) -> float:
    """The median CPU time of some runs, in ms."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return statistics.median(times)


def store(runs: int) -> dict[str, Any]:
    """Read Comm100's JSON from stdin, store it as a refresh would, and say how long both took."""
    body = sys.stdin.buffer.read()
    listing = decode.visitors(body)
    marks = snapshot_data.carry(None, listing, 0, watched=True, newcomers=True)
    row = snapshot()
    packed = snapshot_data.pack(row, listing, marks)
    FILE.write_bytes(packed)
    bodies = {name: change(body) for name, change in SHAPES.items()}
    return {
        "json": {name: median(runs, lambda one=one: decode.visitors(one)) for name, one in bodies.items()},
        "store": median(runs, lambda: (snapshot_data.digest(listing), snapshot_data.pack(row, listing, marks))),
        "stored": len(packed),
    }


def show(runs: int) -> dict[str, Any]:
    """Open what was stored and index it, as each web process does; memory first, while the process is small."""
    row, sealed = snapshot(), FILE.read_bytes()
    small = machine.resident([os.getpid()])
    shown = indexed(row, sealed)
    memory = machine.resident([os.getpid()]) - small
    for _ in range(runs):
        shown = indexed(row, sealed)  # the one before is let go when the new one is ready
    later = machine.resident([os.getpid()]) - small

    def index() -> None:
        shown.cache.forget()
        visitor_index.of(shown)

    return {
        "memory": memory,
        "later": later,
        "open": median(runs, lambda: snapshot_data.opened(row, sealed)),
        "index": median(runs, index),
    }


def snapshot() -> Snapshot:
    """A row that is in no database."""
    return Snapshot(site_id=1, fingerprint="bench", kind="visitors", version=1)


def indexed(row: Snapshot, sealed: bytes) -> snapshot_data.SnapshotData:
    """A stored snapshot as a web process holds it."""
    data = snapshot_data.opened(row, sealed)
    if data is None:
        raise RuntimeError("the stored snapshot cannot be opened")
    visitor_index.of(data)
    return data


if __name__ == "__main__":
    step = {"store": store, "show": show}[sys.argv[1]]
    print(json.dumps(step(int(sys.argv[2]))))
