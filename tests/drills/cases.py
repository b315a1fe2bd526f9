"""The row of all cases: every test with every case, of which `make test` leaves some out."""

import os
import re
import subprocess
import sys

from tests.bench.table import Row
from tests.drills.house import ROOT, Size
from tests.support import chromium, nginx, node, postgres, promtool
from tests.support.cases import EVERY_CASE

NEEDS = (chromium.ensure, node.ensure, postgres.ensure, nginx.ensure, promtool.ensure)  # what `make test` installs
SHOWN_LINES = 60  # of what pytest said, if a case failed


def row(_size: Size) -> Row:
    """Run them all."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    found = subprocess.run(
        command, env=os.environ | {EVERY_CASE: "1"}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    summary = found.stdout.strip().splitlines()[-1] if found.stdout.strip() else "nothing was printed"
    if found.returncode:
        sys.stderr.write("\n".join(found.stdout.splitlines()[-SHOWN_LINES:]) + "\n")
    return Row(
        "every case of every test",
        re.sub(r"[=\s]+", " ", summary).strip(),
        "none fails",
        found.returncode == 0,
        "",
    )
