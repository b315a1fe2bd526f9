"""The endpoints for machines."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from livechat.models import Connection, Site, Snapshot
from tests.support.pages import text
from tests.support.people import make_connection, make_site, make_user

pytestmark = pytest.mark.django_db


def test_healthz_answers_without_a_login(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, text(answer)) == (200, "ok\n")


def test_readyz_says_what_is_in_order(client: Client, web: Client) -> None:
    assert client.get("/readyz").json() == {"database": "ok", "migrations": "ok", "keys": "ok"}


def test_readyz_fails_when_the_keys_do_not_open_what_is_stored(client: Client, web: Client) -> None:
    Connection.objects.update(sealed=b"v1.gone.0123456789")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "cannot be opened" in answer.json()["keys"]


def test_metrics_are_prometheus_text_without_personal_data(client: Client, renew: Callable[[], None]) -> None:
    renew()
    answer = client.get("/metrics")
    page = text(answer)
    assert "livechat_calls_5m" in page
    assert 'livechat_snapshot_age_seconds{kind="agents"' in page
    assert "Hangzhou" not in page


@pytest.fixture
def shared() -> Connection:
    """A site's shared connection, without figures yet."""
    return make_connection(make_site(), make_user(), shared=True)


def told(client: Client, name: str) -> list[str]:
    """The values of one metric, without its labels."""
    return re.findall(rf"^{name}{{[^}}]*}} (.+)$", text(client.get("/metrics")), re.M)


def test_metrics_describe_the_shared_feed_and_not_one_that_was_replaced(client: Client, shared: Connection) -> None:
    now, site = timezone.now(), Site.objects.get()
    Snapshot.objects.create(site=site, fingerprint=shared.fingerprint, kind="agents", checked=now)
    late = now - timedelta(hours=20)
    Snapshot.objects.create(site=site, fingerprint="replaced", kind="agents", checked=late, failures=99)
    assert told(client, "livechat_snapshot_failures") == ["0.0"]
    assert [float(age) < 60 for age in told(client, "livechat_snapshot_age_seconds")] == [True]


def test_metrics_tell_the_failures_of_a_feed_that_never_succeeded(client: Client, shared: Connection) -> None:
    Snapshot.objects.create(site=shared.site, fingerprint=shared.fingerprint, kind="visitors", failures=7)
    assert told(client, "livechat_snapshot_failures") == ["7.0"]
    assert told(client, "livechat_snapshot_age_seconds") == []


def test_the_proxy_sample_keeps_metrics_and_readiness_from_outside() -> None:
    sample = (Path(__file__).resolve().parent.parent / "config" / "deploy" / "nginx.conf").read_text()
    denied = re.search(r"location ~ (\S+) \{\s*return 404;", sample)
    assert denied
    assert [path for path in ("/metrics", "/readyz", "/healthz", "/agents/") if re.search(denied[1], path)] == [
        "/metrics",
        "/readyz",
    ]
