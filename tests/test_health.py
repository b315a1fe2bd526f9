"""The endpoints for machines."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from livechat.live import heartbeats
from livechat.models import Connection, Heartbeat
from livechat.ops import collector, upkeep
from tests.support import unwritable
from tests.support.links import later
from tests.support.metrics import allow, fails, parts
from tests.support.pages import text
from tests.support.scheduler import keep_connection, rounds

pytestmark = pytest.mark.django_db


def test_healthz_answers_without_a_login(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, text(answer)) == (200, "ok\n")


PARTS = ("database", "migrations", "keys", "write", "collector")


@pytest.fixture(autouse=True)
def _readable(settings: Any) -> None:
    allow(settings)


@pytest.fixture
def balancer() -> Client:
    """Asks without a cookie."""
    return Client()


@pytest.fixture
def collected() -> None:
    """A collector was heard of just now."""
    heartbeats.beat(heartbeats.COLLECTOR)


def test_readyz_says_what_is_in_order(client: Client, web: Client, collected: None) -> None:
    assert client.get("/readyz").json() == dict.fromkeys(PARTS, "ok")


def test_a_database_that_fails_is_degraded_and_takes_no_node_out_that_was_ready(
    balancer: Client, web: Client, collected: None
) -> None:
    assert balancer.get("/readyz").status_code == 200
    with connection.execute_wrapper(fails):
        answer = balancer.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["database"] == "degraded: OperationalError"


def test_a_node_that_starts_is_not_ready_before_the_database_said_that_it_fits(balancer: Client, web: Client) -> None:
    with connection.execute_wrapper(fails):
        answer = balancer.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "not known yet"


def test_a_node_with_a_wrong_key_is_not_ready_even_if_the_database_fails_afterwards(
    balancer: Client, web: Client
) -> None:
    Connection.objects.update(sealed=b"v1.gone.0123456789")
    assert balancer.get("/readyz").status_code == 503
    with connection.execute_wrapper(fails):
        assert balancer.get("/readyz").status_code == 503


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_is_degraded_and_said_on_every_page_until_it_takes_them(
    client: Client, web: Client, collected: None
) -> None:
    with unwritable.refusing():
        heartbeats.beat(heartbeats.WEB)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["write"]) == (200, "degraded: OperationalError")
        assert parts(client) == {"database": 0, "write": 1, "collector": 0}
        assert "takes no writes" in text(web.get("/walls/"))
    unwritable.join()
    heartbeats.beat(heartbeats.WEB)
    assert client.get("/readyz").json()["write"] == "ok"
    assert 'id="degraded"' not in text(web.get("/walls/"))


def test_a_collector_that_stopped_is_degraded_and_said_on_every_page(
    client: Client, web: Client, collected: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'id="degraded"' not in text(web.get("/walls/"))
    later(heartbeats.LATE_SECONDS + 1, monkeypatch)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["collector"].startswith("degraded: not heard of for 6")
    assert parts(client)["collector"] == 1
    assert "The collector has stopped" in text(web.get("/walls/"))


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_a_collector_that_cannot_write_either_is_not_said_to_have_stopped(
    client: Client, collected: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").json()["collector"] == "ok"
    later(heartbeats.LATE_SECONDS + 1, monkeypatch)
    with unwritable.refusing():
        heartbeats.beat(heartbeats.WEB)
    assert client.get("/readyz").json()["collector"] == "ok"
    heartbeats.beat(heartbeats.WEB)
    assert client.get("/readyz").json()["collector"] == "ok", "it has a moment to say that it lives"
    later(heartbeats.LATE_SECONDS + 1, monkeypatch)
    assert client.get("/readyz").json()["collector"].startswith("degraded")


def test_without_any_collector_pages_do_not_complain(client: Client, web: Client) -> None:
    assert client.get("/readyz").json()["collector"] == "degraded: none has run"
    assert 'id="degraded"' not in text(web.get("/walls/"))


@pytest.mark.parametrize("run", [collector.run, upkeep.run])
def test_web_and_collector_say_that_they_live(
    db: None, monkeypatch: pytest.MonkeyPatch, run: Callable[[threading.Event], None]
) -> None:
    keep_connection(monkeypatch)
    run(rounds(1))
    assert Heartbeat.objects.get().name in run.__module__.replace("upkeep", "web")


def test_readyz_fails_when_the_keys_do_not_open_what_is_stored(client: Client, web: Client) -> None:
    Connection.objects.update(sealed=b"v1.gone.0123456789")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "cannot be opened" in answer.json()["keys"]


def test_the_proxy_sample_keeps_metrics_and_readiness_from_outside() -> None:
    sample = (Path(__file__).resolve().parent.parent / "config" / "deploy" / "nginx.conf").read_text()
    denied = re.search(r"location ~ (\S+) \{\s*return 404;", sample)
    assert denied
    assert [path for path in ("/metrics", "/readyz", "/healthz", "/agents/") if re.search(denied[1], path)] == [
        "/metrics",
        "/readyz",
    ]
