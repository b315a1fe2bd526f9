"""HEARTBEAT_URL: somebody outside hears that figures are renewed, once a minute and only then."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import values
from livechat.comm100 import wire
from livechat.live.sources import Feed
from livechat.models import Site
from livechat.ops import collector, heartbeat_url
from tests.support.chatserver import ChatServer
from tests.support.links import later
from tests.support.misbehaving import Misbehaving
from tests.support.scheduler import keep_connection, rounds
from tests.test_settings import manage

pytestmark = pytest.mark.django_db
SECRET = "0b7c8f9e-secret-of-the-watcher"


@pytest.fixture
def watcher(settings: Any) -> Iterator[Misbehaving]:
    """Somebody outside who listens. `calls` are what they heard."""
    with Misbehaving("well") as server:
        settings.HEARTBEAT_URL = f"{server.root}/ping/{SECRET}"
        yield server


@pytest.fixture
def tell(renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets a minute pass in which both lists are renewed, and tells."""

    def minute() -> None:
        later(61, monkeypatch)
        renew()
        heartbeat_url.tell_if_refreshed()

    heartbeat_url.tell_if_refreshed()  # it begins
    return minute


def test_it_is_told_once_a_minute_while_figures_are_renewed(
    watcher: Misbehaving, tell: Callable[[], None], renew: Callable[[], None]
) -> None:
    assert watcher.calls == []
    for number in (1, 2):
        tell()
        renew()
        heartbeat_url.tell_if_refreshed()
        assert watcher.calls == [("GET", f"/ping/{SECRET}")] * number, "a minute has not passed"


def test_it_hears_nothing_while_comm100_answers_no_list_and_again_when_it_does(
    watcher: Misbehaving, tell: Callable[[], None], chatserver: ChatServer, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell()
    chatserver.faults.answer(500)
    for _ in range(3):
        later(61, monkeypatch)
        collector.refresh_due()
        heartbeat_url.tell_if_refreshed()
    assert len(watcher.calls) == 1
    chatserver.faults.clear()
    tell()
    assert len(watcher.calls) == 2


def test_what_was_renewed_before_the_collector_started_is_not_told(
    watcher: Misbehaving, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew()
    for _ in range(3):
        heartbeat_url.tell_if_refreshed()
        later(61, monkeypatch)
    assert watcher.calls == []


@pytest.mark.parametrize("kind", ["500", "redirect", "hang-in-headers"])
def test_an_outage_of_the_watcher_is_logged_once_without_the_address_and_stops_nothing(
    watcher: Misbehaving,
    tell: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    monkeypatch.setattr(heartbeat_url, "LIMITS", wire.Limits(deadline=0.2))
    elsewhere = f"Location: {watcher.root}/elsewhere/x"
    redirect = lambda talk: talk.answer(b"", elsewhere, status="302 Found")  # noqa: E731
    for outage in (1, 2):
        watcher.kind = redirect if kind == "redirect" else kind
        for _ in range(3):
            tell()
        watcher.kind = "well"
        tell()
        told = [record.getMessage() for record in caplog.records if record.name == heartbeat_url.__name__]
        assert len(told) == 2 * outage
    assert set(watcher.calls) == {("GET", f"/ping/{SECRET}")}, "a redirect is not followed"
    assert SECRET not in caplog.text
    assert str(watcher.root) not in caplog.text


def test_the_environment_s_proxies_are_not_used(
    watcher: Misbehaving, tell: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    tell()
    assert len(watcher.calls) == 1


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_a_watcher_that_hangs_does_not_hold_the_collector(
    watcher: Misbehaving, tell: Callable[[], None], chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat_url, "LIMITS", wire.Limits(deadline=1.0))
    watcher.kind = "hang-in-headers"
    tell()
    assert "heartbeat-url" in heartbeat_url.background._running, "it goes on by itself"
    tell()
    assert len(watcher.calls) <= 1, "one at a time"


def test_the_collector_tells_it(watcher: Misbehaving, site: Site, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_connection(monkeypatch)
    collector.run(rounds(3, lambda: later(70, monkeypatch)))
    assert len(watcher.calls) == 1


def test_without_the_setting_nothing_is_read(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        heartbeat_url.tell_if_refreshed()


REFUSED = (
    f"http://watch.example.org/{SECRET}",
    f"http://127.0.0.1.example.org/{SECRET}",
    f"http://192.0.2.1/{SECRET}",
    f"ftp://localhost/{SECRET}",
    f"https:///{SECRET}",
    f"https://watch.example.org:port/{SECRET}",
    f"https://watch.example.org/a b{SECRET}",
    f"watch.example.org/{SECRET}",
    SECRET,
    "https://[::1",
)


def test_an_address_that_is_none_or_would_tell_the_network_is_refused_without_repeating_it() -> None:
    for url in REFUSED:
        with pytest.raises(ImproperlyConfigured, match="HEARTBEAT_URL is not an address") as refused:
            values.watcher("HEARTBEAT_URL", url)
        assert SECRET not in str(refused.value)
    for url in ("", "https://watch.example.org/x?y=z", "http://localhost:9/x", "http://127.0.0.1/", "http://[::1]:9/x"):
        assert values.watcher("HEARTBEAT_URL", url) == url


def test_a_refused_address_stops_every_command_with_the_sentence(tmp_path: Path) -> None:
    answer = manage(tmp_path, "check", HEARTBEAT_URL=REFUSED[0])
    assert answer.returncode == 1
    assert answer.stderr.strip().splitlines()[-1].startswith("Configuration: HEARTBEAT_URL is not an address")
    assert SECRET not in answer.stderr
