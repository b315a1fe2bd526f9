"""`python -m tests.soak [--quick] [ROW ...]`: kills, silences, jumps of the clock and crowds of writers, for an hour.

Prints a table, a row as soon as it is known, and writes nothing else. Ends with 1 where a row is missed.
"""

import argparse
import signal
import sys
import time
from contextlib import ExitStack
from types import FrameType

from tests.bench.house import alone
from tests.soak import clock, conflicts, gap, orders, polls, takeover, wall, writers
from tests.soak.house import QUICK, Size

ROWS = {
    "takeover": takeover.row,
    "gap": gap.row,
    "polls": polls.row,
    "clock": clock.row,
    "writers": writers.row,
    "wall": wall.row,
    "conflicts": conflicts.row,
    "orders": orders.row,
}


def main() -> int:
    """Run what was asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"only these rows: {' '.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help="shorter runs, to try things out; not for the record")
    given = parser.parse_args()
    unknown = set(given.rows) - set(ROWS)
    if unknown:
        parser.error(f"there is no row {' '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, stop)
    with ExitStack() as stack:
        try:
            stack.enter_context(alone())  # two at once might take the same ports
        except OSError as error:
            sys.exit(f"another soak or a bench is running, or its port is taken: {error}")
        return run(QUICK if given.quick else Size(), given.rows or list(ROWS))


def run(size: Size, wanted: list[str]) -> int:
    """Print the table, each row as soon as it is known; the exit status."""
    began, missed = time.monotonic(), []
    say("| what | measured | must reach | | how |\n| --- | --- | --- | --- | --- |")
    for name, measure in ROWS.items():
        if name in wanted:
            found = measure(size)
            say(str(found))
            missed += [] if found.met else [name]
    say(f"\nTook {(time.monotonic() - began) / 60:.1f} minutes{'; missed: ' if missed else ''}{' '.join(missed)}.")
    return 1 if missed else 0


def say(text: str) -> None:
    """Print at once, so that a row is seen when it is known."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def stop(number: int, frame: FrameType | None) -> None:
    """End in order, with every process that was started."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
