"""Sums as metrics: calls, answers, waits. They are those of the database, so they are the same from every process."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily as Counter
from prometheus_client.core import HistogramMetricFamily, Metric

from livechat.lib import measures
from livechat.lib.measures import COUNT, Histogram
from livechat.live import budget, metric_sums
from livechat.live.metric_sums import Sums
from livechat.models import Site


def families() -> Iterator[Metric]:
    """All of them; 0 for a site that has counted nothing yet. Raises django.db.Error."""
    sums = metric_sums.read()
    sites = dict(Site.objects.values_list("pk", "name"))
    names = {str(key): name for key, name in sites.items()}
    for metric, told in (
        (measures.ANSWERED_TOTAL, "Visitors who were seen to be answered"),
        (measures.LOST_TOTAL, "Visitors who were seen to leave without an answer"),
    ):
        yield _counter(metric, told, "site", sums[metric], names)
    waits = "Waits of those who were answered, as seen"
    yield _histogram(measures.WAITS, waits, ["site"], sums[measures.WAITS.name], names)
    calls, called = sums[measures.CALLS_TOTAL], "Calls to Comm100 by how they ended"
    yield _counter(measures.CALLS_TOTAL, called, "outcome", calls, _same({budget.ANSWERED, *calls}))
    yield _histogram(measures.CALLS, "Calls to Comm100", [], sums[measures.CALLS.name], {"": ""})
    views = sums[measures.REQUESTS.name]
    yield _histogram(measures.REQUESTS, "Answers to requests by view", ["view"], views, _same(views))


def _same(labels: Iterable[str]) -> dict[str, str]:
    return {label: label for label in sorted(labels)}


def _counter(metric: str, told: str, label: str, sums: Sums, names: Mapping[str, str]) -> Metric:
    """`names`: what the label of each sum is called. Others are left out."""
    family = Counter(metric.removesuffix("_total"), told, labels=[label])
    for key, name in names.items():
        family.add_metric([name], sums.get(key, {}).get(COUNT, 0.0))
    return family


def _histogram(histogram: Histogram, told: str, labels: list[str], sums: Sums, names: Mapping[str, str]) -> Metric:
    family = HistogramMetricFamily(histogram.name, told, labels=labels)
    for key, name in names.items():
        parts = sums.get(key, {})
        running = accumulate(parts.get(part, 0.0) for part in histogram.parts)
        buckets = list(zip(histogram.parts, running, strict=True))
        family.add_metric([name] if labels else [], buckets, parts.get(measures.SUM, 0.0))
    return family
