"""`python -m tests.bench [--quick] [ROW ...]`: measures, prints the table of figures, writes nothing else.

All rows by default.
"""

import argparse
import signal
import sys
import time
from contextlib import ExitStack
from types import FrameType

from tests.bench import decode, displays, fortnight, news, polls, start, table, visitors, weight, writes, year
from tests.bench.house import alone

GROUPS = (polls, displays, visitors, decode, weight, writes, news, fortnight, year, start)
NAMES = tuple(name for group in GROUPS for name in group.NAMES)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"only these rows: {' '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="shorter runs, to try things out; not for the record")
    given = parser.parse_args()
    unknown = set(given.rows) - set(NAMES)
    if unknown:
        parser.error(f"there is no row {' '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, stop)
    scale = table.QUICK if given.quick else table.Scale()
    with ExitStack() as stack:
        try:
            stack.enter_context(alone())
        except OSError as error:
            sys.exit(f"another bench is running, or its port is taken: {error}")
        measure(scale, set(given.rows or NAMES))


def measure(scale: table.Scale, wanted: set[str]) -> None:
    """Print the table, each row as soon as it is known."""
    began = time.monotonic()
    print(table.head(scale), flush=True)
    for group in GROUPS:
        for row in group.rows(scale, wanted):
            print(row, flush=True)
    print(f"\nTook {(time.monotonic() - began) / 60:.1f} minutes.")


def stop(number: int, frame: FrameType | None) -> None:
    """End in order, with every process that was started."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
