"""Which tests and cases a run tries: most in `make test`, fewer in `make quick`, all in the drill `cases`.

A test that takes long is marked `@pytest.mark.long(sibling="test_that_tries_the_same_in_small")`.
"""

import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeVar

Case = TypeVar("Case")
EVERY_CASE = "EVERY_CASE"
"""The environment variable that asks for all."""
FEW_CASES = "FEW_CASES"
"""The one that asks for the first and the last case of each test: `make quick` sets it."""


def every() -> bool:
    """Whether all cases are asked for."""
    return bool(os.environ.get(EVERY_CASE))


def some(cases: Iterable[Case], step: int) -> list[Case]:
    """Every so many-th case, the first among them."""
    return list(cases)[:: 1 if every() else step]


def left_out(names: Sequence[str]) -> set[str]:
    """Of the ids of collected tests, the cases of one test between its first and its last."""
    tests = (list(ids) for _test, ids in groupby(names, key=lambda name: name.partition("[")[0]))
    return {name for ids in tests for name in ids[1:-1]}
