"""The row of decoding: how long 10,000 visitors take to become an index, and how much memory they hold.

Measured in child processes of their own (`decoding`).
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from livechat.chatserver.options import Options
from livechat.chatserver.world import World
from tests.bench.house import ROOT, STARTING
from tests.bench.table import Row, Scale

NAMES = ("decode",)
VISITORS = 10_000


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """What each web process does at every new version; what the one that made the call does is told beside it."""
    if not wanted & set(NAMES):
        return
    body = World(Options(visitors=VISITORS, freeze=True)).visitors_body()
    with tempfile.TemporaryDirectory(prefix="livechat-bench-") as folder:
        found = child(folder, "store", scale.runs, body) | child(folder, "show", scale.runs, b"")
    shapes = ", ".join(f"{name} {took:.0f}" for name, took in found["json"].items())
    took, held = found["open"] + found["index"], found["memory"] / 1e6
    yield Row(
        f"decode + index of {VISITORS} visitors",
        f"{took:.0f} ms, {held:.0f} MB",
        "≤ 150 ms, ≤ 60 MB",
        took <= 150 and held <= 60,
        f"CPU of a web process at a new version: open {found['open']:.0f} ms, index {found['index']:.0f} ms; "
        f"resident memory after the first, {found['later'] / 1e6:.0f} MB after {scale.runs} more; "
        f"the process that made the call, ms: JSON ({len(body) / 1e6:.1f} MB) {shapes}; "
        f"store {found['store']:.0f}, {found['stored'] / 1e6:.1f} MB",
    )


def child(folder: str, step: str, runs: int, given: bytes) -> dict[str, Any]:
    """Run a step of `decoding`."""
    env = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DATA_DIR": folder, "BUILD": "bench", "LOG_LEVEL": "WARNING"}
    argv = [sys.executable, "-m", "tests.bench.decoding", step, str(runs)]
    done = subprocess.run(argv, input=given, env=env, cwd=ROOT, capture_output=True, timeout=STARTING, check=False)
    if done.returncode:
        raise RuntimeError(f"decoding failed:\n{done.stderr.decode()[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
