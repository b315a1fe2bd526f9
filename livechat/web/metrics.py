"""All metrics, in Prometheus' text format."""

import time
from collections.abc import Iterator
from typing import cast

from django.db import Error
from django.db.models import Count, F, Q
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric

from livechat.lib import outages
from livechat.live import budget, heartbeats, intervals
from livechat.models import Alert, Delivery, Rule, Snapshot
from livechat.web import site_metrics, sum_metrics
from livechat.web.health_words import degraded

STARTED = time.monotonic()


def as_text() -> bytes:
    """The answer to a scrape. If the database fails, it holds what this process knows, and says so."""
    families = list(_families())
    return generate_latest(cast(CollectorRegistry, _Collected(families)))


class _Collected:
    """Families for `generate_latest`, which only collects."""

    def __init__(self, families: list[Metric]) -> None:
        self.collect = lambda: families


def _families() -> Iterator[Metric]:
    yield Gauge("livechat_up_seconds", "Since this process started", value=time.monotonic() - STARTED)
    sites = site_metrics.of_all()
    yield from sites.families()
    answers = sites.answers
    if answers:
        try:
            yield from [*_of_database(), *sum_metrics.families(), *_of_alerts()]
        except Error as error:
            outages.note(error, "to give the metrics")
            answers = False
    seen = heartbeats.collector_seen()
    if seen is not None:
        name = "livechat_collector_last_round_timestamp_seconds"
        yield Gauge(name, "When a collector last said that it goes on", value=seen.timestamp())
    parts = {"database": not answers, **{name: word.startswith("degraded") for name, word in degraded().items()}}
    family = Gauge("livechat_degraded", "Whether a part does not work", labels=["part"])
    for part, failing in parts.items():
        family.add_metric([part], failing)
    yield family


def _of_database() -> Iterator[Metric]:
    """The call budget, the collector's age and the failures of the sites' lists. Raises django.db.Error.

    Only lists of shared connections count: others have no label of their own and would count as the site's.
    """
    yield Gauge("livechat_calls_5m", "Comm100 calls in the last 5 minutes", value=budget.used())
    heard = heartbeats.collector_age()
    if heard is not None:
        yield Gauge("livechat_collector_age_seconds", "Since a collector was heard of", value=heard)
    failing = Gauge("livechat_snapshot_failures", "Failed refreshes in a row", labels=["site", "kind"])
    shared = Snapshot.objects.filter(fingerprint=F("site__shared__fingerprint"), kind__in=intervals.LISTS)
    for name, kind, failures in shared.values_list("site__name", "kind", "failures"):
        failing.add_metric([name, kind], failures)
    yield failing


def _of_alerts() -> Iterator[Metric]:
    """What rings by rules that are switched on, by their kind, and the messages that are to be sent."""
    firing = Gauge("livechat_alerts_firing", "Alerts that fire, by the kind of rule", labels=["site", "rule"])
    rules = Rule.objects.filter(enabled=True, removed=None).order_by()
    fires = Count("alerts", filter=Q(alerts__state=Alert.State.FIRING, alerts__ended=None))
    for site, kind, count in rules.values_list("site__name", "kind").annotate(count=fires):
        firing.add_metric([site, kind], count)
    yield firing
    pending = Delivery.objects.filter(done=None).count()
    yield Gauge("livechat_deliveries_pending", "Messages about alerts that are still to be sent", value=pending)
