"""Which tests and cases run: most in `make test`, fewer in `make quick`, all in the drill `cases`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cases import EVERY_CASE, every, left_out, some

ROOT = Path(__file__).resolve().parent.parent


def test_some_cases_are_every_so_many_th_and_all_if_all_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(EVERY_CASE, raising=False)
    assert some(range(7), 3) == [0, 3, 6]
    monkeypatch.setenv(EVERY_CASE, "1")
    assert some(range(7), 3) == list(range(7))


def functions() -> Iterator[ast.FunctionDef]:
    """Every test as it is written."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node


def sibling(test: ast.FunctionDef) -> str:
    """The sibling of a test that only the drill runs; empty for any other."""
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.long":
            return str(ast.literal_eval(decorator.keywords[0].value))
    return ""


def test_every_long_test_has_a_sibling_that_is_always_run() -> None:
    tests = list(functions())
    always = {test.name for test in tests if not sibling(test)}
    assert {test.name: sibling(test) for test in tests if sibling(test) and sibling(test) not in always} == {}


def test_long_tests_are_left_out_unless_all_are_asked_for(request: pytest.FixtureRequest) -> None:
    ran = {item.name.partition("[")[0] for item in request.session.items if item.get_closest_marker("long")}
    assert bool(ran) <= every()


def test_of_many_cases_those_tried_are_spread_evenly_with_the_first_and_the_last() -> None:
    names = ["a.py::test_one", *(f"a.py::test_numbers[{number}]" for number in range(9)), "b.py::test_numbers[0]"]
    assert left_out(names, 2) == {f"a.py::test_numbers[{number}]" for number in range(1, 8)}
    assert left_out(names, 3) == {f"a.py::test_numbers[{number}]" for number in (1, 2, 3, 5, 6, 7)}
    assert left_out(names, 9) == set()
