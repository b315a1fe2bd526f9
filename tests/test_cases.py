"""Which cases of a test run: some in `make test`, fewer in `make quick`, all in the drill `cases`."""

from pathlib import Path

import pytest

from tests.drills import cases as drill
from tests.support.cases import EVERY_CASE, left_out, some

ROOT = Path(__file__).resolve().parent.parent


def test_some_cases_are_every_so_many_th_and_all_if_all_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(EVERY_CASE, raising=False)
    assert some(range(7), 3) == [0, 3, 6]
    monkeypatch.setenv(EVERY_CASE, "1")
    assert some(range(7), 3) == list(range(7))


def test_the_drill_runs_each_file_that_chooses() -> None:
    assert {"tests/test_spellings.py", "tests/test_page_faults.py"} <= set(drill.files())
    assert all((ROOT / name).is_file() for name in drill.files())


def test_quick_runs_every_test_and_of_many_cases_the_first_and_the_last() -> None:
    names = ["a.py::test_one", *(f"a.py::test_numbers[{number}]" for number in range(9)), "b.py::test_numbers[0]"]
    assert left_out(names) == {f"a.py::test_numbers[{number}]" for number in range(1, 8)}
