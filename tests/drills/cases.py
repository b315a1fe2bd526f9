"""The row of all cases: the tests of which `make test` tries some of many similar cases, and those that take long."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.bench.table import Row
from tests.drills.house import ROOT, Size
from tests.support.cases import EVERY_CASE

USES = re.compile(
    r"^from tests\.support\.(?:cases import|every_page import .*\bchosen)|^ *@pytest\.mark\.long", re.MULTILINE
)
SHOWN_LINES = 60  # of what pytest said, if a case failed


def files() -> list[str]:
    """The test files that choose among their tests and cases."""
    tests = ROOT / "tests"
    return sorted(str(path.relative_to(ROOT)) for path in tests.rglob("test_*.py") if USES.search(path.read_text()))


def row(size: Size) -> Row:
    """Run them with all cases."""
    found = run(files(), ROOT)
    summary = found.stdout.strip().splitlines()[-1] if found.stdout.strip() else "nothing was printed"
    if found.returncode:
        sys.stderr.write("\n".join(found.stdout.splitlines()[-SHOWN_LINES:]) + "\n")
    return Row(
        "every case of the tests that try some",
        re.sub(r"[=\s]+", " ", summary).strip(),
        "none fails",
        found.returncode == 0,
        f"{len(files())} files",
    )


def run(names: list[str], root: Path) -> subprocess.CompletedProcess[str]:
    """The outcome of these files with all cases."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *names]
    return subprocess.run(command, env=os.environ | {EVERY_CASE: "1"}, cwd=root, capture_output=True, text=True)
