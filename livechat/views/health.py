"""Endpoints for machines: is the process alive, is it ready, and its metrics."""

import time

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from livechat.lib import outages
from livechat.live import budget, heartbeats, intervals, readiness
from livechat.models import Snapshot

STARTED = time.monotonic()


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers. Uses no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 if migrations and sealing keys are in order, else 503. The body has a word for each part of the server.

    A database that fails later takes no node out: each still serves its walls, and another one would do no better.
    """
    ready, words = readiness.look()
    return JsonResponse(words | _degraded(), status=200 if ready else 503)


def _degraded() -> dict[str, str]:
    """A word for writing and one for the collector."""
    failure = heartbeats.write_failure()
    return {"write": f"degraded: {failure}" if failure else readiness.OK, "collector": _collector()}


def _collector() -> str:
    try:
        age = heartbeats.collector_age()
        stopped = heartbeats.collector_stopped()
    except Error:
        return "not known while the database fails"
    if age is None:
        return "degraded: none has run"
    return f"degraded: not heard of for {age:.0f} s" if stopped else readiness.OK


@login_not_required
@never_cache
@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """For Prometheus: the call budget, age and failures of each site's shared feed, what is degraded. No personal data.

    Other feeds are left out: they have no label of their own and would count as the site's. While the database fails,
    only what this process knows by itself is told.
    """
    registry = CollectorRegistry()
    Gauge("livechat_up_seconds", "Seconds since this process started", registry=registry).set(
        time.monotonic() - STARTED
    )
    parts = {"database": False, **{name: word.startswith("degraded") for name, word in _degraded().items()}}
    try:
        _measure(registry)
    except Error as error:
        outages.note(error, "the metrics")
        parts["database"] = True
    degraded = Gauge("livechat_degraded", "Whether a part does not work", ["part"], registry=registry)
    for part, failing in parts.items():
        degraded.labels(part).set(failing)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _measure(registry: CollectorRegistry) -> None:
    """What the database knows."""
    calls, heard = budget.used(), heartbeats.collector_age()
    now = timezone.now()
    shared = Snapshot.objects.filter(fingerprint=F("site__shared__fingerprint"), kind__in=intervals.LISTS)
    rows = list(shared.only("site_id", "kind", "checked", "failures"))
    Gauge("livechat_calls_5m", "Comm100 calls in the last 5 minutes", registry=registry).set(calls)
    if heard is not None:
        Gauge("livechat_collector_age_seconds", "Since a collector was heard of", registry=registry).set(heard)
    age = Gauge("livechat_snapshot_age_seconds", "Age of figures", ["site", "kind"], registry=registry)
    failing = Gauge("livechat_snapshot_failures", "Failed refreshes in a row", ["site", "kind"], registry=registry)
    for row in rows:
        if row.checked:
            age.labels(row.site_id, row.kind).set((now - row.checked).total_seconds())
        failing.labels(row.site_id, row.kind).set(row.failures)
