"""Retiring a sealing key: `manage.py rotate_keys`."""

import base64
import time
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone

from livechat.alerts import channels
from livechat.comm100.credentials import AnyCredential, ApiKey, Bearer, RenewingBearer
from livechat.lib import vault
from livechat.live import lease, refresh, snapshot_cache, snapshot_data, sources, token_renewal
from livechat.models import Channel, Connection, Site, Snapshot, SnapshotBody, Span
from livechat.ops import key_rotation
from livechat.record.link_events import By
from tests.support.chatserver import ChatServer
from tests.support.pages import text
from tests.support.people import PASSWORD, make_connection, make_site, make_user
from tests.support.spans import gaps

pytestmark = pytest.mark.django_db

OLD = "old:" + base64.urlsafe_b64encode(b"o" * 32).decode()
NEW = "new:" + base64.urlsafe_b64encode(b"n" * 32).decode()
CREDENTIALS = [
    Bearer("a-token-of-some-length"),
    RenewingBearer("access", "refresh", "id", "secret", 2e9),
    ApiKey("kim@example.org", "a-key-of-some-length", "1000"),
]


@pytest.fixture(autouse=True)
def _sealed_by_the_old_key(settings: Any) -> None:
    settings.SEALING_KEYS = [OLD]


@pytest.fixture
def rotated(settings: Any, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Puts a new key first, rotates, and takes the old key away. Returns what the command printed."""

    def rotate() -> str:
        settings.SEALING_KEYS = [NEW, OLD]
        call_command("rotate_keys")
        settings.SEALING_KEYS = [NEW]
        return capsys.readouterr().out

    return rotate


def with_second_factor(name: str = "sue") -> tuple[User, str, list[str]]:
    """A user with an authenticator app and recovery codes; the secret of the app; the codes."""
    user = make_user(name, password=PASSWORD)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return user, secret, RecoveryCodes.activate(user).get_unused_codes()


def second_step(client: Client, code: str, name: str = "sue") -> Any:
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def now_shown(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("credential", CREDENTIALS, ids=lambda credential: type(credential).__name__)
def test_each_kind_of_connection_opens_without_the_old_key(
    credential: AnyCredential, rotated: Callable[[], str]
) -> None:
    stored = Connection(site=make_site(), user=make_user())
    stored.store(credential)
    assert "connections 1, second factors 0, snapshots 0" in rotated()
    assert Connection.objects.get().credential() == credential
    assert "connections 0, second factors 0, snapshots 0" in rotated()


def test_an_app_and_recovery_codes_let_in_without_the_old_key(client: Client, rotated: Callable[[], str]) -> None:
    _, secret, codes = with_second_factor()
    assert "second factors 2" in rotated()
    assert second_step(client, now_shown(secret)).status_code == 302
    assert second_step(Client(), codes[0]).status_code == 302
    assert second_step(Client(), codes[0]).status_code == 200, "a code works once"
    assert "second factors 0" in rotated()


def test_channels_open_without_the_old_key(rotated: Callable[[], str], settings: Any) -> None:
    site, secret = make_site(), channels.new_secret()
    channels.make(site, "webhook", "Own", address="https://hooks.example.org/", secret=secret, by=By())
    channels.make(site, "mail", "Lea", address="lea@example.org", secret="", by=By())
    assert "channels 2" in rotated()
    found = {made.kind: (made.address, made.secret) for made in Channel.objects.all()}
    assert found == {"webhook": ("https://hooks.example.org/", secret), "mail": ("lea@example.org", "")}
    assert "channels 0" in rotated()
    settings.SEALING_KEYS = [OLD]
    left = {(row.name, row.opened) for row in key_rotation.rotate()}
    assert left == {("Own at Shop", False), ("Lea at Shop", False)}


def test_recovery_codes_that_came_from_elsewhere_are_sealed_anew(rotated: Callable[[], str]) -> None:
    user, _, _ = with_second_factor()
    row = Authenticator.objects.get(user=user, type="recovery_codes")
    factor = key_rotation.allauth_adapters.SealedMFAAdapter()
    row.data = {"migrated_codes": [factor.encrypt("one"), factor.encrypt("two")]}
    row.save()
    rotated()
    row.refresh_from_db()
    assert RecoveryCodes(row).get_unused_codes() == ["one", "two"]


@pytest.mark.parametrize("code", ["123456", "12345678"])
def test_a_second_step_that_no_key_opens_is_refused_with_a_sentence(client: Client, settings: Any, code: str) -> None:
    with_second_factor()
    settings.SEALING_KEYS = [NEW]
    answer = second_step(client, code)
    assert answer.status_code == 403
    assert "put that key back into SEALING_KEYS" in text(answer)
    assert client.get("/agents/").status_code == 302, "and no one is let in"


def test_recovery_codes_that_no_key_opens_are_refused_with_a_sentence(client: Client, settings: Any) -> None:
    user, secret, codes = with_second_factor()
    Authenticator.objects.filter(user=user, type="totp").delete()
    settings.SEALING_KEYS = [NEW]
    totp.TOTP.activate(user, secret)
    assert second_step(client, codes[0]).status_code == 403
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/recovery-codes/")
    assert page.status_code == 403
    assert "SEALING_KEYS" in text(page)


def test_equal_credentials_stored_before_and_after_are_one_feed(settings: Any, rotated: Callable[[], str]) -> None:
    site = make_site()
    make_connection(site, make_user("ann"), shared=True)
    make_connection(site, make_user("ben"))
    settings.SEALING_KEYS = [NEW, OLD]
    make_connection(site, make_user("cy"))
    assert Connection.objects.values("fingerprint").distinct().count() == 2
    rotated()
    assert Connection.objects.values("fingerprint").distinct().count() == 1


def test_the_figures_and_the_history_go_on_from_the_check_before(
    site: Site, renew: Callable[[], None], rotated: Callable[[], str], chatserver: ChatServer
) -> None:
    renew()
    before = {row.kind: (snapshot_data.unpack(row), row.version) for row in Snapshot.objects.all()}
    spans = list(Span.objects.values_list())
    rotated()
    site.refresh_from_db()
    assert site.shared
    feed = sources.of(site, site.shared)
    assert {row.kind: (snapshot_data.unpack(row), row.version) for row in Snapshot.objects.all()} == before
    assert set(Snapshot.objects.values_list("fingerprint", flat=True)) == {feed.fingerprint}
    renew_calls = chatserver.calls("GET /v4/livechat/agents")
    assert refresh.refresh(feed, "agents")
    assert chatserver.calls("GET /v4/livechat/agents") == renew_calls + 1
    assert list(Span.objects.values_list()) == spans
    assert not gaps()
    assert snapshot_cache.get(feed, "agents").data


def test_of_two_feeds_that_become_one_the_shared_ones_figures_go_on(
    site: Site, feed: sources.Feed, chatserver: ChatServer, settings: Any, rotated: Callable[[], str]
) -> None:
    assert refresh.refresh(feed, "agents")
    kept = Snapshot.objects.get()
    settings.SEALING_KEYS = [NEW, OLD]
    later = Connection(site=site, user=make_user("cy", site))
    later.store(Bearer(chatserver.token))
    assert refresh.refresh(sources.of(site, later), "agents")
    rotated()
    row = Snapshot.objects.get()
    assert (row.pk, row.fingerprint) == (kept.pk, later.fingerprint)
    assert row.version > kept.version, "or a process that holds the other's data would not read it"


def test_who_refreshes_while_the_fingerprint_moves_stores_nothing_and_holds_nobody_up(
    site: Site, feed: sources.Feed, renew: Callable[[], None], rotated: Callable[[], str]
) -> None:
    renew()
    row = Snapshot.objects.get(kind="agents")
    token = lease.acquire(row)
    assert token
    rotated()
    listing = refresh.fetch(token_renewal.client(Connection.objects.get()), "agents")
    assert not refresh.store(feed, "agents", listing, token, timezone.now())
    assert lease.acquire(Snapshot.objects.get(kind="agents"))


def test_a_token_renewed_while_its_row_is_sealed_anew_is_not_lost(settings: Any) -> None:
    site = make_site()
    Connection(site=site, user=make_user()).store(CREDENTIALS[1])
    held = Connection.objects.get()
    renewed = RenewingBearer("access-2", "refresh-2", "id", "secret", 2e9)
    fingerprint = held.fingerprint
    settings.SEALING_KEYS = [NEW, OLD]
    assert [row.opened for row in key_rotation.rotate()] == [True]
    token_renewal.store(held, renewed)
    assert Connection.objects.get().credential() == renewed
    assert Connection.objects.get().fingerprint == fingerprint


@pytest.mark.parametrize("steps", range(6))
def test_ended_half_way_nothing_is_lost_and_a_second_run_finishes(
    steps: int, site: Site, renew: Callable[[], None], rotated: Callable[[], str], settings: Any, chatserver: ChatServer
) -> None:
    renew()
    Connection(site=site, user=make_user("rita", site)).store(CREDENTIALS[1])
    with_second_factor("tim")
    settings.SEALING_KEYS = [NEW, OLD]
    assert len(list(islice(key_rotation.rotate(), steps))) == min(steps, 4)
    assert all(one.credential() for one in Connection.objects.all())
    assert all(snapshot_data.unpack(row) for row in Snapshot.objects.all())
    rotated()
    assert all(one.credential() for one in Connection.objects.all())
    assert all(snapshot_data.unpack(row) for row in Snapshot.objects.all())
    assert "connections 0, second factors 0, snapshots 0" in rotated()


def rows() -> list[list[Any]]:
    return [list(model.objects.values_list()) for model in (Connection, Snapshot, SnapshotBody)]


def test_ended_within_a_row_that_row_is_as_it_was(renew: Callable[[], None], settings: Any) -> None:
    renew()
    before = rows()
    settings.SEALING_KEYS = [NEW, OLD]

    def end(instance: Snapshot, **_: Any) -> None:
        if instance.kind == "visitors":  # the second of two that move with their connection
            raise KeyboardInterrupt

    pre_save.connect(end, sender=Snapshot)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(key_rotation.rotate())
    finally:
        pre_save.disconnect(end, sender=Snapshot)
    assert rows() == before


def test_rows_that_no_key_opens_are_named_and_left_and_the_others_are_done(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site()
    lost = make_connection(site, make_user("ann"))
    with_second_factor("tim")
    settings.SEALING_KEYS = [NEW]
    sealed = bytes(lost.sealed)
    make_connection(site, make_user("ben"))
    with pytest.raises(CommandError, match="not in SEALING_KEYS"):
        call_command("rotate_keys")
    told = capsys.readouterr()
    for name in ("connection of ann at Shop", "second factor of tim, TOTP Authenticator", "of tim, Recovery codes"):
        assert name in told.err
    assert "ben" not in told.err
    assert "not needed" not in told.out
    assert bytes(Connection.objects.get(user__username="ann").sealed) == sealed
    settings.SEALING_KEYS = [NEW, OLD]
    call_command("rotate_keys")
    assert "connections 1, second factors 2" in capsys.readouterr().out


def test_figures_that_no_key_opens_are_fetched_anew_though_they_are_the_same(
    site: Site, feed: sources.Feed, renew: Callable[[], None], settings: Any
) -> None:
    renew()
    row = Snapshot.objects.get(kind="agents")
    SnapshotBody.objects.filter(snapshot=row).update(sealed=b"v1.gone." + vault.seal(b"x", row.seal_row)[7:])
    list(key_rotation.rotate())
    assert refresh.refresh(feed, "agents")
    assert snapshot_data.unpack(Snapshot.objects.get(kind="agents"))
