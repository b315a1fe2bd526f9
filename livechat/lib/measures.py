"""What this process has measured and not yet added to the database: counts, and times in histograms."""

import threading
from bisect import bisect_left
from collections.abc import Mapping

from livechat.lib import ttl_cache

Key = tuple[str, str, str]  # metric, label, and "" for a count or a part of a histogram
COUNT, SUM = "", "sum"


class Histogram:
    """The times of one metric. `bounds`: the upper bounds of its buckets in seconds, in order.

    A part of it is the bound of a bucket, as Prometheus writes it, or SUM. A bucket counts what is in no lower one.
    """

    def __init__(self, name: str, *bounds: float) -> None:
        self.name, self.bounds = name, bounds
        self.parts = (*(f"{bound:g}" for bound in bounds), "+Inf")

    def keys(self, label: str, seconds: float) -> tuple[Key, Key]:
        """The keys to which a time adds: 1 to its bucket, and the time to the sum."""
        return (self.name, label, self.parts[bisect_left(self.bounds, seconds)]), (self.name, label, SUM)


REQUESTS = Histogram("livechat_request_seconds", 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
CALLS = Histogram("livechat_comm100_request_seconds", 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8)
WAITS = Histogram("livechat_wait_seconds", 5, 10, 20, 30, 60, 120, 300, 600)
CALLS_TOTAL = "livechat_comm100_calls_total"
ANSWERED_TOTAL, LOST_TOTAL = "livechat_answered_total", "livechat_lost_total"

_lock = threading.Lock()
_sums: dict[Key, float] = {}


def count(metric: str, label: str) -> None:
    """Count one."""
    add({(metric, label, COUNT): 1.0})


def observe(histogram: Histogram, label: str, seconds: float) -> None:
    """Count a time."""
    bucket, total = histogram.keys(label, seconds)
    with _lock:
        _sums[bucket] = _sums.get(bucket, 0.0) + 1.0
        _sums[total] = _sums.get(total, 0.0) + seconds


def add(sums: Mapping[Key, float]) -> None:
    """Add sums, for instance those that were taken and could not be stored."""
    with _lock:
        for key, amount in sums.items():
            _sums[key] = _sums.get(key, 0.0) + amount


def take() -> dict[Key, float]:
    """What was measured since it was last taken."""
    with _lock:
        taken = dict(_sums)
        _sums.clear()
    return taken


@ttl_cache.forgets
def forget() -> None:
    """As if the process had measured nothing yet."""
    take()
