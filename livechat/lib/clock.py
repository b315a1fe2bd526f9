"""Clocks that do not jump when the system's time is set."""

import time
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

# CLOCK_BOOTTIME runs on while the machine sleeps: a snapshot from before the sleep must not look new.
_BOOT = getattr(time, "CLOCK_BOOTTIME", None)


def steady() -> float:
    """Seconds since an arbitrary moment. They never go back, and are the same in every process of this machine."""
    return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


def since(moment: datetime | None, longest: float) -> float | None:
    """The seconds since a moment by the system's clock, but at least 0 and at most `longest`; None for None."""
    if moment is None:
        return None
    return min(max((timezone.now() - moment).total_seconds(), 0.0), longest)


def shared() -> float:
    """Seconds on a clock that every process of the installation shares.

    With SQLite it is the machine's steady clock. PostgreSQL may serve several machines, so it is the database's clock.
    """
    if settings.SQLITE:
        return steady()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0])
