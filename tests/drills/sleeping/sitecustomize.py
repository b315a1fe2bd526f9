"""Sleeps for processes under libfaketime, put in place at Python's start by PYTHONPATH.

Python sleeps until a monotonic moment (clock_nanosleep with TIMER_ABSTIME), and libfaketime 0.9.10 makes that fail with
EINVAL even if it is told to leave monotonic clocks alone. select waits for a duration, which it leaves as it is.
"""

import select
import time
from typing import SupportsFloat, SupportsIndex


def sleep(seconds: SupportsFloat | SupportsIndex) -> None:
    """Wait so many seconds."""
    select.select((), (), (), float(seconds))


time.sleep = sleep
