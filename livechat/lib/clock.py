"""Clocks that a change of the system's time does not bend."""

import time

from django.conf import settings
from django.db import connection

# CLOCK_BOOTTIME runs on while the machine sleeps; a figure from before the sleep must not look young.
_BOOT = getattr(time, "CLOCK_BOOTTIME", None)


def steady() -> float:
    """Seconds that only ever grow, the same for every process of this machine, from an arbitrary zero."""
    return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


def shared() -> float:
    """Seconds on a clock that every process of the installation shares.

    SQLite lives on one machine: its steady clock. PostgreSQL may serve several: the database's clock.
    """
    if settings.SQLITE:
        return steady()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0])
