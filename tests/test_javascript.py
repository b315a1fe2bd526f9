"""The scripts of pages and walls, tested by Node.js itself: one file of tests/js after the other."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support import node

FOLDER = Path(__file__).parent / "js"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.test.mjs")), ids=lambda path: path.name)
def test_its_tests_pass_in_node(path: Path) -> None:
    command = [node.executable(), "--test", "--test-reporter=tap", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), "it holds no tests"
    assert "# skipped 0\n# todo 0\n" in done.stdout
