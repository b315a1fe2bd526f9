"""Counts contacts at the moment they are answered or lost, for metrics: the rows themselves are deleted one day."""

from collections import Counter
from collections.abc import Iterable

from livechat.lib import measures
from livechat.lib.measures import COUNT, Key
from livechat.models import Contact, MetricSum


def note(site_id: int, now: int, rows: Iterable[Contact], unseen: str) -> None:
    """Count the contacts that a look at `now`, in epoch ms, saw answered or lost.

    A contact that was answered, or ended with the outcome `unseen`, while nobody watched counts as neither. Call this
    in the transaction that writes the contacts.
    """
    sums: Counter[Key] = Counter()
    label = str(site_id)
    for row in rows:
        if row.answered == now and row.answered_slack is not None:
            sums[measures.ANSWERED_TOTAL, label, COUNT] += 1
            if row.began_slack is not None:
                seconds = (row.answered - row.began) / 1000
                bucket, total = measures.WAITS.keys(label, seconds)
                sums[bucket] += 1
                sums[total] += seconds  # type: ignore[assignment]
        elif row.answered is None and row.ended is not None and row.outcome != unseen:
            sums[measures.LOST_TOTAL, label, COUNT] += 1
    if sums:
        MetricSum.add(sums)
