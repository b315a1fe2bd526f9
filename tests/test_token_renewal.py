"""Credentials that renew themselves."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db import connections as databases
from django.test import Client
from django.utils import timezone

from livechat.comm100.credentials import RenewingBearer
from livechat.lib import clock
from livechat.live import budget, intervals, lease, refresh, sources, token_renewal
from livechat.live.sources import Feed
from livechat.models import Connection, Role, Site, Snapshot
from livechat.sites import connections
from tests.support.chatserver import ChatServer
from tests.support.pages import text

pytestmark = pytest.mark.django_db
TOKEN_CALL = "POST /oauth/token"
LIST = "GET /v4/livechat/agents"


def granted(chatserver: ChatServer) -> RenewingBearer:
    """A credential as Comm100 issues it."""
    answer = chatserver.auth.issue()
    options = chatserver.options
    return RenewingBearer(
        answer.access_token, answer.refresh_token, options.client_id, options.client_secret, time.time() + 43199
    )


@pytest.fixture
def user(make_user: Callable[..., User]) -> User:
    return make_user("rita", Role.ADMINISTRATOR, connected=False)


@pytest.fixture
def connection(site: Site, user: User, chatserver: ChatServer) -> Connection:
    """A stored credential that renews itself: the site's shared one."""
    return connections.store(site, user, granted(chatserver))


@pytest.fixture
def renewing(site: Site, connection: Connection) -> Feed:
    site.refresh_from_db()
    return sources.of(site, connection)


def about_to_end(connection: Connection) -> None:
    """Let the stored access token end in a minute."""
    credential = connection.credential()
    assert isinstance(credential, RenewingBearer)
    token_renewal.store(connection, msgspec.structs.replace(credential, expires_at=time.time() + 60))


def ended(connection: Connection, chatserver: ChatServer, *, known: bool = True) -> None:
    """Let the stored access token have ended at Comm100; `known`: its stored time says so."""
    answer, options = chatserver.auth.issue(0), chatserver.options
    until = time.time() + (-60 if known else 43199)
    held = RenewingBearer(answer.access_token, answer.refresh_token, options.client_id, options.client_secret, until)
    token_renewal.store(connection, held)


def test_it_is_renewed_before_it_ends_and_the_new_refresh_token_is_stored(
    connection: Connection, renewing: Feed, chatserver: ChatServer
) -> None:
    old = connection.credential()
    about_to_end(connection)
    assert refresh.refresh(renewing, "agents")
    stored = Connection.objects.get()
    new = stored.credential()
    assert isinstance(new, RenewingBearer)
    assert isinstance(old, RenewingBearer)
    assert new.access_token != old.access_token
    assert new.refresh_token != old.refresh_token
    assert new.expires_at > time.time() + 3600
    assert stored.fingerprint == renewing.fingerprint, "the source is the same"


def test_a_token_refused_in_between_is_renewed_at_once(renewing: Feed, chatserver: ChatServer) -> None:
    chatserver.faults.answer(401, on="GET /v4/livechat/agents", times=1)
    refresh.refresh(renewing, "agents")
    row = Snapshot.objects.get(kind="agents")
    assert row.error == ""
    assert row.checked
    assert chatserver.calls(TOKEN_CALL) == 1


def test_a_refresh_token_that_is_spent_is_told_and_not_tried_again(
    connection: Connection, renewing: Feed, chatserver: ChatServer
) -> None:
    about_to_end(connection)
    chatserver.auth.revoke_all()
    refresh.refresh(renewing, "agents")
    row = Snapshot.objects.get(kind="agents")
    assert row.error == "refused-credential"
    assert row.pause == refresh.NEVER_SECONDS


def test_a_token_that_is_refused_although_it_was_just_renewed_is_tried_again_after_a_while(
    renewing: Feed, chatserver: ChatServer
) -> None:
    chatserver.faults.answer(401, on=LIST, times=2)
    refresh.refresh(renewing, "agents")
    row = Snapshot.objects.get(kind="agents")
    assert (row.error, row.pause) == ("refused-credential", refresh.REFUSED_RETRY_SECONDS)
    assert 0 < refresh.REFUSED_RETRY_SECONDS <= 3600
    refresh.refresh(renewing, "agents")
    assert Snapshot.objects.get(kind="agents").error == ""


def test_a_renewed_token_starts_what_was_stopped_because_the_old_one_was_refused(
    connection: Connection, renewing: Feed, chatserver: ChatServer
) -> None:
    row = Snapshot.get_or_create(connection.site_id, connection.fingerprint, "visitors")
    about_to_end(connection)
    Snapshot.objects.filter(pk=row.pk).update(
        error="refused-credential", pause=refresh.NEVER_SECONDS, tried=timezone.now()
    )
    refresh.refresh(renewing, "agents")
    row.refresh_from_db()
    assert (row.pause, row.tried) == (0, None)


def test_while_another_renews_a_token_that_has_ended_the_call_fails_for_now_and_not_for_good(
    connection: Connection, renewing: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(connection, chatserver)
    monkeypatch.setattr(token_renewal, "RENEWAL_WAIT_SECONDS", 0.0)
    assert lease.acquire(Snapshot.get_or_create(connection.site_id, connection.fingerprint, token_renewal.LEASE_KIND))
    refresh.refresh(renewing, "agents")
    row = Snapshot.objects.get(kind="agents")
    assert row.error == "unreachable"
    assert row.pause <= refresh.MAX_BACKOFF_SECONDS
    assert chatserver.calls() == 0, "neither with the old token nor for a new one"


def test_a_renewal_whose_process_was_killed_is_taken_over_by_who_waits_for_it(
    connection: Connection, renewing: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(connection, chatserver)
    assert lease.acquire(Snapshot.get_or_create(connection.site_id, connection.fingerprint, token_renewal.LEASE_KIND))
    now = clock.steady()

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(clock, "steady", lambda: now)
    monkeypatch.setattr(token_renewal, "time", SimpleNamespace(time=time.time, sleep=sleep))
    refresh.refresh(renewing, "agents")
    assert Snapshot.objects.get(kind="agents").error == ""
    assert chatserver.calls(TOKEN_CALL) == 1


def test_a_site_whose_address_was_taken_off_the_list_is_told_and_sent_no_refresh_token(
    connection: Connection, renewing: Feed, site: Site, chatserver: ChatServer
) -> None:
    about_to_end(connection)
    Site.objects.filter(pk=site.pk).update(api_base="https://gone.example")
    refresh.refresh(renewing, "agents")
    row = Snapshot.objects.get(kind="agents")
    assert (row.error, row.error_text) == ("refused", sources.NOT_LISTED)


def test_a_credential_the_user_replaced_meanwhile_is_not_overwritten(
    connection: Connection, site: Site, user: User, chatserver: ChatServer
) -> None:
    other = granted(chatserver)
    connections.store(site, user, other)
    old = connection.credential()
    assert isinstance(old, RenewingBearer)
    token_renewal.store(connection, old)
    assert Connection.objects.get().credential() == other


def test_the_connection_page_takes_a_refresh_token_and_tries_it_at_once(
    client: Client, user: User, chatserver: ChatServer
) -> None:
    client.force_login(user)
    credential = granted(chatserver)
    data = {
        "address": chatserver.root,
        "kind": "renewing",
        "client_id": credential.client_id,
        "client_secret": credential.client_secret,
    }
    answer = client.post("/connection/", data | {"refresh_token": credential.refresh_token})
    assert answer.status_code == 302
    stored = Connection.objects.get().credential()
    assert isinstance(stored, RenewingBearer)
    assert stored.refresh_token != credential.refresh_token
    answer = client.post("/connection/", data | {"refresh_token": credential.refresh_token})
    assert answer.status_code == 422, "spent"
    assert credential.refresh_token not in text(answer)


@pytest.fixture
def typed(site: Site, chatserver: ChatServer) -> dict[str, Any]:
    """The form with a refresh token that Comm100 has just issued."""
    credential = granted(chatserver)
    return {
        "address": chatserver.root,
        "kind": "renewing",
        "refresh_token": credential.refresh_token,
        "client_id": credential.client_id,
        "client_secret": credential.client_secret,
    }


@pytest.mark.parametrize("status", [429, 500])
def test_a_refresh_token_that_was_spent_is_stored_renewed_though_the_agents_cannot_be_read_just_then(
    client: Client, user: User, site: Site, chatserver: ChatServer, typed: dict[str, Any], status: int
) -> None:
    client.force_login(user)
    chatserver.faults.answer(status, on=LIST, times=1, retry_after="0.01")
    page = text(client.post("/connection/", typed, follow=True))
    assert "was renewed and stored, sealed. The agents could not be read" in page
    site.refresh_from_db()
    assert refresh.refresh(sources.of(site, Connection.objects.get()), "agents")
    assert Snapshot.objects.get(kind="agents").error == ""


@pytest.mark.parametrize("status", [401, 403])
def test_a_renewed_token_that_may_not_read_the_agents_is_not_stored(
    client: Client, user: User, chatserver: ChatServer, typed: dict[str, Any], status: int
) -> None:
    client.force_login(user)
    chatserver.faults.answer(status, on=LIST, times=1)
    answer = client.post("/connection/", typed)
    assert answer.status_code == 422
    assert not Connection.objects.exists()


def test_a_refresh_token_is_not_spent_where_no_call_is_left_to_try_what_it_gives(
    client: Client, user: User, chatserver: ChatServer, typed: dict[str, Any]
) -> None:
    client.force_login(user)
    for _ in range(budget.CALL_LIMIT - 1):
        budget.take(write=True)
    assert "call limit is used up" in text(client.post("/connection/", typed))
    assert chatserver.calls(TOKEN_CALL) == 0


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_many_at_once_renew_once(connection: Connection, chatserver: ChatServer) -> None:
    about_to_end(connection)
    Snapshot.get_or_create(connection.site_id, connection.fingerprint, token_renewal.LEASE_KIND)
    chatserver.faults.latency = 0.2
    gate = threading.Barrier(6)

    def race() -> None:
        mine = Connection.objects.select_related("site").get()
        gate.wait()
        token_renewal.client(mine)
        databases.close_all()

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert chatserver.calls(TOKEN_CALL) == 1


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_two_lists_that_need_a_new_token_at_once_renew_it_once_and_both_go_on(
    connection: Connection, renewing: Feed, chatserver: ChatServer, known: bool
) -> None:
    ended(connection, chatserver, known=known)
    for kind in (*intervals.LISTS, token_renewal.LEASE_KIND):
        Snapshot.get_or_create(connection.site_id, connection.fingerprint, kind)
    chatserver.faults.delay(0.5, on=TOKEN_CALL)
    gate = threading.Barrier(2)

    def race(kind: str) -> None:
        gate.wait()
        refresh.refresh(renewing, kind)
        databases.close_all()

    threads = [threading.Thread(target=race, args=[kind]) for kind in intervals.LISTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(Snapshot.objects.filter(kind__in=intervals.LISTS).values_list("error", "checks")) == [("", 1)] * 2
    assert chatserver.calls(TOKEN_CALL) == 1
