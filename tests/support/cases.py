"""Which tests and cases a run tries: most in `make test`, fewer in `make quick`, all in the drill `cases`.

A test that takes long is marked `@pytest.mark.long(sibling="test_that_tries_the_same_in_small")`. Of many cases of one
test those tried are spread evenly over all; `@pytest.mark.all_cases` tries all.
"""

import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeVar

Case = TypeVar("Case")
EVERY_CASE = "EVERY_CASE"
"""The environment variable that asks for all."""
FEW_CASES = "FEW_CASES"
"""The one that asks for the first case of each test: `make quick` sets it."""
MOST_CASES = {"browser": 1, "demo": 1, "db": 6}
"""How many cases of a test are tried, by the first of these that it needs; if it needs none, all."""


def every() -> bool:
    """Whether all cases are asked for."""
    return bool(os.environ.get(EVERY_CASE))


def few() -> bool:
    """Whether a case of each test is enough."""
    return bool(os.environ.get(FEW_CASES))


def some(cases: Iterable[Case], step: int) -> list[Case]:
    """Every so many-th case, the first among them."""
    return list(cases)[:: 1 if every() else step]


def left_out(names: Sequence[str], most: int) -> set[str]:
    """Of the ids of collected tests, the cases beyond the so many of each test that are tried."""
    out: set[str] = set()
    for _test, ids in groupby(names, key=lambda name: name.partition("[")[0]):
        cases = list(ids)
        if len(cases) > most:
            out |= {*cases} - {cases[place * (len(cases) - 1) // max(1, most - 1)] for place in range(most)}
    return out
