"""Adds what this process has measured to the sums of all processes, and reads these.

Metrics tell only sums of the database. So they are the same whichever process is asked, and none goes down when a
process ends; what it measured since its last addition is lost if it is killed.
"""

from collections import defaultdict

from django.db import Error

from livechat.lib import measures
from livechat.models import MetricSum

ADD_SECONDS = 5.0  # between two additions of a process

Sums = dict[str, dict[str, float]]  # by label, then by part


def add() -> None:
    """Add what was measured since the last time. Raises django.db.Error: then it is kept for the next time."""
    taken = measures.take()
    try:
        if taken:
            MetricSum.add(taken)
    except Error:
        measures.add(taken)
        raise


def read() -> dict[str, Sums]:
    """Every sum, by metric, label and part."""
    found: dict[str, Sums] = defaultdict(lambda: defaultdict(dict))
    for metric, label, part, total in MetricSum.objects.values_list("metric", "label", "part", "total"):
        found[metric][label][part] = total
    return found
