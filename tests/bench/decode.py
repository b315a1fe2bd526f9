"""How long 10,000 visitors take from Comm100's JSON to records, into a snapshot's bytes and back, and their memory.

`python -m tests.bench.decode [VISITORS]` prints a table; it asserts and writes nothing.
"""

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from livechat.chatserver.options import Options
from livechat.chatserver.world import World
from livechat.comm100 import decode
from livechat.comm100.records import decode_visitors, encode

RUNS = 5
SHAPES: dict[str, Callable[[bytes], bytes]] = {
    "as documented": lambda body: body,
    "every text escaped": lambda body: body.replace(b"&", b"\\u0026").replace(b"://", b":\\/\\/"),
    "older API (status is a number)": lambda body: body.replace(b'"status":"', b'"status":3,"_":"'),
}


def median(work: Callable[[], Any]) -> float:
    """The median time of some runs, in milliseconds."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def main(visitors: int) -> None:
    """Print the table."""
    body = World(Options(agents=24, visitors=visitors, freeze=True)).visitors_body()
    stored = encode(decode.visitors(body))
    print(
        f"{visitors} visitors, {len(body) / 1e6:.1f} MB of JSON, {len(stored) / 1e6:.1f} MB stored; medians of {RUNS}"
    )
    for shape, change in SHAPES.items():
        changed = change(body)
        listing = decode.visitors(changed)
        took = median(lambda changed=changed: decode.visitors(changed))
        print(
            f"decode, {shape}: {took:.0f} ms ({len(listing.rows)} rows, {listing.odd} odd, {listing.dropped} dropped)"
        )
    print(f"encode for storage: {median(lambda: encode(decode_visitors(stored))):.0f} ms, decoding included")
    print(f"decode from storage: {median(lambda: decode_visitors(stored)):.0f} ms")
    tracemalloc.start()
    kept = decode_visitors(stored)
    print(f"memory of one listing: {tracemalloc.get_traced_memory()[0] / 1e6:.0f} MB ({len(kept.rows)} rows)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
