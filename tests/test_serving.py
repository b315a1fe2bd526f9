"""What `manage.py serve` checks before it starts anything."""

import runpy
import socket
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from livechat.ops import serving
from tests.support.ports import free_port

GUNICORN = Path(__file__).resolve().parent.parent / "config" / "gunicorn.py"


@pytest.mark.parametrize("host", ["nobody.invalid", "192.0.2.1", "a" * 64, "::ffff:nobody", "2001:db8::1"])
def test_a_host_that_is_not_this_machine_is_named_and_not_the_port(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HOST", host)
    with pytest.raises(CommandError, match="is no address of this machine") as refused:
        call_command("serve")
    assert str(refused.value).startswith(repr(host))
    assert str(refused.value).endswith("Set HOST.")


def test_a_taken_port_is_named_and_not_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        with pytest.raises(CommandError, match=r"is taken or not allowed \(.+\)\. Set PORT\.$"):
            call_command("serve")


@pytest.mark.parametrize("port", ["99999", "65536", "0", "-1"])
def test_a_port_that_none_can_be_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match=f"^PORT is '?{port}'?; it must be a "):
        call_command("serve")


@pytest.mark.parametrize(
    ("host", "bound"),
    [("::1", "[::1]:8123"), ("[::1]", "[::1]:8123"), ("", "127.0.0.1:8123"), ("0.0.0.0", "0.0.0.0:8123")],
)
def test_serve_looks_at_the_address_that_gunicorn_takes(monkeypatch: pytest.MonkeyPatch, host: str, bound: str) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", "8123")
    assert runpy.run_path(str(GUNICORN))["bind"] == bound
    assert serving.host() == bound.removesuffix(":8123").strip("[]")


@pytest.mark.parametrize("given", [{}, {"BEHIND_PROXY": ""}, {"BEHIND_PROXY": "0"}])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]"])
def test_serve_starts_nothing_that_clients_would_reach_without_a_proxy(
    monkeypatch: pytest.MonkeyPatch, host: str, given: dict[str, str]
) -> None:
    monkeypatch.delenv("BEHIND_PROXY", raising=False)
    for name, value in {"HOST": host, "PORT": str(free_port()), **given}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(serving, "prepare", lambda: pytest.fail("it prepares"))
    with pytest.raises(CommandError, match=r"would stop every page: .+, and set BEHIND_PROXY=1\.$"):
        call_command("serve")


@pytest.mark.parametrize(
    ("host", "given"), [("127.0.0.1", ""), ("127.0.0.9", ""), ("localhost", ""), ("::1", ""), ("0.0.0.0", "1")]
)
def test_the_loopback_needs_no_proxy_and_a_container_says_that_it_has_one(
    monkeypatch: pytest.MonkeyPatch, host: str, given: str
) -> None:
    monkeypatch.setenv("BEHIND_PROXY", given)
    serving.check_front(host)


@pytest.mark.django_db
def test_a_shared_database_that_is_not_migrated_is_not_served_and_told_as_readyz_tells_it(
    client: Client, settings: Any
) -> None:
    settings.SQLITE = False
    MigrationRecorder.Migration.objects.filter(app="livechat").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "pending: run migrate")
    with pytest.raises(CommandError, match="migrations are pending: run migrate"):
        serving.prepare()
