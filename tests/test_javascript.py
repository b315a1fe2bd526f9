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


def test_a_fragment_is_one_element_that_begins_with_its_id() -> None:
    """By this the pages' scripts (answers.js) tell the dashboard's own answers from those of somebody else."""
    templates = Path(__file__).parent.parent / "templates"
    wholes = ["walls/links.html", "directory/agent.html", "directory/department.html", "agents/toast.html"]
    wholes += ["visitors/variable_row.html"]
    fragments = [re.sub(r"\{#.*?#\}", "", (templates / name).read_text()) for name in wholes]
    for path in templates.rglob("*.html"):
        fragments += re.findall(r"\{% partialdef \w+ inline %\}(.*?)\{% endpartialdef", path.read_text(), re.DOTALL)
    assert len(fragments) > len(wholes) + 10
    for fragment in fragments:
        assert re.fullmatch(r'\s*<(\w+) id="[^>]*>.*</\1>\s*', fragment, re.DOTALL), fragment[:200]
