"""Whether the server can do all its work: the web's processes can write, and a collector runs.

Each process writes a heartbeat. One that cannot be written tells this process that the database takes no writes.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import Error
from django.utils import timezone

from livechat.lib import clock, outages, ttl_cache
from livechat.lib.ttl_cache import TtlValue
from livechat.models import Heartbeat

WEB, COLLECTOR = "web", "collector"
BEAT_SECONDS = 15.0
LATE_SECONDS = 60.0  # after which a collector counts as stopped
READ_SECONDS = 5.0


@dataclass
class _Memory:
    """What this process knows. Moments are of the steady clock, apart from `at`, which another machine may have set."""

    failure: str = ""  # of the last heartbeat; "" if it was written
    failed_at: float = float("-inf")
    at: datetime | None = None
    read_at: float = float("-inf")
    moved_at: float = float("-inf")


_memory = _Memory()


def beat(name: str) -> None:
    """Write that a process of this name lives. If the database fails, this process remembers why."""
    try:
        now = timezone.now()
        if not Heartbeat.objects.filter(name=name).update(at=now):
            Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now)], ignore_conflicts=True)
    except Error as error:
        outages.note(error, "to write a heartbeat")
        _memory.failure, _memory.failed_at = type(error).__name__, clock.steady()
    else:
        _memory.failure = ""


def write_failure() -> str:
    """Why this process could not write when it last tried, as the name of an error; "" if it could."""
    return _memory.failure


def collector_age() -> float | None:
    """The seconds since a collector was last heard of; None: never. Raises django.db.Error."""
    at, now = _collector.now(), clock.steady()
    if at != _memory.at:
        # It moved since the last read. The system's clock says when between, and cannot say more than that.
        age = 0.0 if at is None else (timezone.now() - at).total_seconds()
        _memory.at, _memory.moved_at = at, now - min(max(age, 0.0), now - _memory.read_at)
    _memory.read_at = now
    return None if at is None else now - _memory.moved_at


def collector_seen() -> datetime | None:
    """When a collector last said that it lives, as this process read it last; None: never, or not read yet."""
    return _collector.last


def collector_stopped() -> bool:
    """Whether a collector ran and is not heard of any more. Raises django.db.Error.

    While this process cannot write, and for as long afterwards as a collector may be silent, nothing is said of it.
    """
    age = collector_age()
    could_write = not _memory.failure and clock.steady() - _memory.failed_at > LATE_SECONDS
    return age is not None and age > LATE_SECONDS and could_write


@ttl_cache.forgets
def forget() -> None:
    """Forget what this process knows."""
    _memory.failure, _memory.at = "", None
    _memory.failed_at = _memory.read_at = _memory.moved_at = float("-inf")


def _read() -> datetime | None:
    return Heartbeat.objects.filter(name=COLLECTOR).values_list("at", flat=True).first()


_collector = TtlValue(READ_SECONDS, _read)
