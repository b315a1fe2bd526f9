"""What machines ask of the web process."""

from collections.abc import Callable

import pytest
from django.test import Client

from livechat.models import Connection
from tests.support.pages import text

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
