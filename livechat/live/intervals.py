"""How often each feed is refreshed, so that all of them together stay inside the call budget."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from livechat.lib.ttl_cache import TtlValue
from livechat.live import budget
from livechat.models import BulkItem, Snapshot

LISTS = ("agents", "visitors")
BASE = {"agents": 5.0, "visitors": 5.0}
DETAIL = 10.0
RECORD = 60.0
LOOKED = timedelta(seconds=90)  # the slowest wall polls every 60 s
LEAST = 30.0  # calls in 5 minutes that refreshing keeps whatever else is done
FRESH = 5.0  # how long one count of the active feeds serves a process


@dataclass(frozen=True, slots=True)
class _Load:
    """How many connections are active, and by which factor their intervals are stretched."""

    connections: int
    stretch: float


def _read() -> _Load:
    now = timezone.now()
    looked = Snapshot.objects.filter(looked__range=(now - LOOKED, now + LOOKED))
    active = looked.values_list("fingerprint", "kind")
    connections = max(1, len({fingerprint for fingerprint, _ in active}))
    wanted = sum(budget.WINDOW / base(kind) for _, kind in active)
    # One call in ten is left free: renewals, a person's "try again", refreshes that just ended.
    free = (budget.LIMIT - budget.FOR_WRITES) * 0.9
    # A bulk change goes first, but for a call every ten seconds.
    queued = BulkItem.objects.filter(run__ended=None, state=BulkItem.State.WAITING).count()
    return _Load(connections, max(1.0, wanted / max(LEAST, free - queued)))


_load = TtlValue(FRESH, _read)


def base(kind: str) -> float:
    """The interval of a kind in seconds while somebody looks and the budget suffices."""
    return BASE.get(kind, DETAIL)


def looked_at(looked: datetime | None) -> bool:
    """Whether somebody looked of late. A time ahead of the clock is from before it was set back."""
    return looked is not None and abs(timezone.now() - looked) <= LOOKED


def interval(kind: str, looked: datetime | None) -> tuple[float, int]:
    """The interval now in force, in seconds, and how many connections share the limit."""
    if not looked_at(looked):
        return RECORD, 1
    load = _load.now()
    return base(kind) * load.stretch, load.connections if load.stretch > 1 else 1


def forget() -> None:
    """Count the active feeds anew at the next call."""
    _load.forget()
