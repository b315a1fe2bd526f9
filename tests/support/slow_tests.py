"""Which tests take long, so that `make quick` leaves them out: `slow_tests.txt` names them, one a line.

`python -m tests.support.slow_tests` makes it anew, in ten minutes on a quiet machine: it runs the first case of every
test that needs no browser, database server or process, and names those that take longer than LIMIT_SECONDS.
"""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.cases import FEW_CASES

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_suffix(".txt")
LIMIT_SECONDS = 0.2
ELSEWHERE = "not (browser or postgres or demo or nginx or processes)"
ASIDE = ("-p", "no:playwright", "-p", "no:schemathesis", "--ignore", "tests/browser")


@cache
def names() -> frozenset[str]:
    """All of them, as "test_agents.py::test_a_name_is_shown"."""
    return frozenset(LIST.read_text().split())


def is_slow(item: pytest.Item) -> bool:
    """Whether a collected test is one of them."""
    return f"{item.path.name}::{item.name.partition('[')[0]}" in names()


def measured() -> list[str]:
    """Those that take long on this machine now, in order."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", *ASIDE, "-m", ELSEWHERE, f"--junitxml={report}"]
        subprocess.run(command, cwd=ROOT, env=os.environ | {FEW_CASES: "1"}, check=True)
        cases = list(ElementTree.parse(report).iter("testcase"))
    slow = {
        f"{case.attrib['classname'].rpartition('.')[2]}.py::{case.attrib['name'].partition('[')[0]}"
        for case in cases
        if float(case.attrib["time"]) > LIMIT_SECONDS
    }
    return sorted(slow)


if __name__ == "__main__":
    LIST.write_text("\n".join(measured()) + "\n")
