"""How soon a demo on a new machine shows its pages, and has yesterday and today behind it."""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.table import Row, Scale
from tests.support.demo import Demo, wait_until

NAMES = ("start",)
PAST_SECONDS = 20.0
LONGEST = 300.0  # seconds that a start may take before this gives up
DONE = "simulated: 2 of 14 days"


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """The table's rows."""
    if "start" not in wanted:
        return
    starts = [_start() for _ in range(scale.runs)]
    pages, past = (statistics.median(one) for one in zip(*starts, strict=True))
    how = "an empty folder: keys, tables, static files; a zone in which the day is nearly over, so both days are whole"
    yield Row("A demo shows its pages", f"{pages:.1f} s after its start", "-", True, how)
    yield Row(
        "A demo has yesterday and today behind it",
        f"{past:.1f} s after its start ({', '.join(f'{one[1]:.1f}' for one in starts)})",
        f"≤ {PAST_SECONDS:.0f} s",
        past <= PAST_SECONDS,
        "the same start",
    )


def _start() -> tuple[float, float]:
    """Seconds from the command until it says where its pages are, and until two days are there."""
    with TemporaryDirectory(prefix="bench-start-") as folder:
        demo = Demo(Path(folder), DEMO_PAST="14", TIME_ZONE=_late())
        began = time.monotonic()
        with demo:
            pages = time.monotonic() - began
            wait_until(lambda: DONE in demo.stderr, LONGEST, "the past was not there")
            return pages, time.monotonic() - began


def _late() -> str:
    """A zone in which it is between 23:00 and midnight. West of Greenwich is + in these names."""
    west = (datetime.now(UTC).hour - 23) % 24
    return f"Etc/GMT+{west}" if west <= 12 else f"Etc/GMT-{24 - west}"
