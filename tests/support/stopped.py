"""The system's clock stands still for all tests of a module."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine


def stopped_at(moment: datetime) -> Any:
    """A fixture that a module gives a name: `_at_noon = stopped_at(NOON)`."""

    @pytest.fixture(autouse=True)
    def stopped() -> Iterator[None]:
        with time_machine.travel(moment, tick=False):
            yield

    return stopped
