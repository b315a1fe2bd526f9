"""The rows of a year of 200 agents: how large it is, and what it costs to look at it, to go on and to delete of it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench.house import ROOT
from tests.bench.table import Row, Scale
from tests.support import postgres, prepared

NAMES = ("year", "year-postgresql")
QUIET_MS = 73.0  # for 5 million additions: what the machine of the README's figures takes on a quiet day
DAYS, QUICK_DAYS = 365, 40
MB, PAGE_MS, PLOT_MS, RECORD_MS, RULES_MS, TURN_MS = 200, 60, 40, 0.3, 0.6, 200


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """The rows of a year on each database."""
    for name in NAMES:
        if name in wanted:
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="livechat-year-")))
                url = stack.enter_context(postgres.server()) if name == "year-postgresql" else ""
                days = DAYS if scale == Scale() else QUICK_DAYS
                yield from told(name, days, measured(folder, url, days, scale.runs))


def measured(folder: Path, url: str, days: int, runs: int) -> dict[str, Any]:
    """What two processes find out, one that makes the year and one that looks at it."""
    database = {"DATABASE_URL": url} if url else {}
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env = {**keep, **prepared.KEYS, **database, "DATA_DIR": str(folder), "ENV_FILE": "", "LOG_LEVEL": "ERROR"}
    found: dict[str, Any] = {}
    for step in ("make", "look"):
        command = [sys.executable, "-m", "tests.bench.year_house", step, str(days), str(runs)]
        answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise RuntimeError(answer.stderr[-2000:])
        found |= json.loads(answer.stdout.splitlines()[-1])
    return found


def told(name: str, days: int, found: dict[str, Any]) -> Iterator[Row]:
    """The figures as rows."""
    made = f"{name}: {days} days of 200 agents, 20 changes each a day, 2,000 contacts a day"
    size = found["size"]
    bound = MB if name == "year" else 0  # PostgreSQL's rows are larger, and nobody has promised how large
    how = "with sums and chats minute by minute, without the WAL"
    yield Row(made, f"{size:.0f} MB", f"≤ {bound} MB" if bound else "-", not bound or size <= bound, how)
    for kind, of in (("pages", ""), ("longest", " of a whole year")):
        yield from _pages(found[kind], f"its slowest page{of}")
    recorded, bare = found["recorded"]
    more = recorded - bare
    how = f"CPU of storing a list of 200 agents without a change: {bare:.2f} ms, {recorded:.2f} if it is recorded"
    yield Row("a refresh without a change, recorded", f"{more:+.2f} ms", f"≤ {RECORD_MS} ms", more <= RECORD_MS, how)
    with_rules, without = found["evaluated"]
    more = with_rules - without
    how = (
        f"CPU of storing lists of 200 agents and 50 who wait without a change: {without:.2f} ms, {with_rules:.2f} with"
    )
    row = "a refresh without a change, with the nine standard rules"
    yield Row(row, f"{more:+.2f} ms", f"≤ {RULES_MS} ms", more <= RULES_MS, how)
    turns, longest, median = found["purged"]
    how = f"CPU of the longest of {turns:.0f} transactions, median {median:.1f} ms"
    yield Row("a month of it is deleted", f"{longest:.0f} ms", f"≤ {TURN_MS} ms", longest <= TURN_MS, how)
    median, longest = found["sums"]
    how = f"CPU, made once when the day is over; the longest {longest:.0f} ms"
    yield Row("the sums of a day", f"{median:.0f} ms", "-", True, how)


def _pages(pages: dict[str, list[float]], slowest: str) -> Iterator[Row]:
    quiet = f"CPU, if 5 million additions take {QUIET_MS:.0f} ms"
    for at, what, bound, how in (
        (0, "the whole answer", PAGE_MS, quiet),
        (1, "query and plot", PLOT_MS, quiet),
        (2, "the whole answer as it was taken", PAGE_MS, "CPU, however busy the machine was"),
        (3, "query and plot as it was taken", PLOT_MS, "the same"),
    ):
        each = ", ".join(f"{page} {taken[at]:.0f}" for page, taken in pages.items())
        most = max(taken[at] for taken in pages.values())
        yield Row(f"{slowest}, {what}", f"{most:.0f} ms", f"≤ {bound} ms", most <= bound, f"{how}: {each}")
