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

from livechat.lib import database, vault
from livechat.live import budget, intervals
from livechat.models import Connection, Snapshot

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
    """200 if database, migrations and sealing keys are in order, else 503. The body has a word for each."""
    checks = {"database": "ok", "migrations": "ok", "keys": "ok"}
    try:
        if mismatch := database.mismatch():
            checks["migrations"] = mismatch
        else:
            newest = Connection.objects.order_by("-stored").first()
            if newest:
                newest.credential()
    except vault.CannotOpen:
        checks["keys"] = "the newest credential cannot be opened"
    except Error as error:
        checks["database"] = type(error).__name__
    ready = set(checks.values()) == {"ok"}
    return JsonResponse(checks, status=200 if ready else 503)


@login_not_required
@never_cache
@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """For Prometheus: the call budget, and age and failures of each site's shared feed. No personal data.

    Other feeds are left out: they have no label of their own and would count as the site's.
    """
    registry = CollectorRegistry()
    Gauge("livechat_calls_5m", "Comm100 calls in the last 5 minutes", registry=registry).set(budget.used())
    Gauge("livechat_up_seconds", "Seconds since this process started", registry=registry).set(
        time.monotonic() - STARTED
    )
    age = Gauge("livechat_snapshot_age_seconds", "Age of figures", ["site", "kind"], registry=registry)
    failing = Gauge("livechat_snapshot_failures", "Failed refreshes in a row", ["site", "kind"], registry=registry)
    now = timezone.now()
    shared = Snapshot.objects.filter(fingerprint=F("site__shared__fingerprint"), kind__in=intervals.LISTS)
    for row in shared.only("site_id", "kind", "checked", "failures"):
        if row.checked:
            age.labels(row.site_id, row.kind).set((now - row.checked).total_seconds())
        failing.labels(row.site_id, row.kind).set(row.failures)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
