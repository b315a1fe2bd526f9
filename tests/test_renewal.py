"""Credentials that renew themselves."""

import threading
import time
from collections.abc import Callable

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from livechat.comm100.credentials import RenewingBearer
from livechat.live import connecting, feeds, refresh, renewal
from livechat.live.feeds import Feed
from livechat.models import Connection, Role, Site, Snapshot
from tests.support.chatserver import ChatServer
from tests.support.pages import text

pytestmark = pytest.mark.django_db
TOKEN_CALL = "POST /oauth/token"


def granted(chatserver: ChatServer) -> RenewingBearer:
    """A credential as Comm100 gives one out."""
    answer = chatserver.door.issue()
    options = chatserver.options
    return RenewingBearer(
        answer["access_token"], answer["refresh_token"], options.client_id, options.client_secret, time.time() + 43199
    )


@pytest.fixture
def user(make_user: Callable[..., User]) -> User:
    return make_user("rita", Role.ADMINISTRATOR, connected=False)


@pytest.fixture
def connection(site: Site, user: User, chatserver: ChatServer) -> Connection:
    """A stored credential that renews itself, the site's shared one."""
    return connecting.store(site, user, granted(chatserver))


@pytest.fixture
def renewing(site: Site, connection: Connection) -> Feed:
    site.refresh_from_db()
    return feeds.of(site, connection)


def about_to_end(connection: Connection) -> None:
    """Let the stored access token end in a minute."""
    credential = connection.credential()
    assert isinstance(credential, RenewingBearer)
    renewal.store(connection, msgspec.structs.replace(credential, expires_at=time.time() + 60))


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
    assert stored.fingerprint == renewing.fingerprint, "it stays the same source"


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
    chatserver.door.revoke_all()
    refresh.refresh(renewing, "agents")
    row = Snapshot.objects.get(kind="agents")
    assert row.error == "refused-credential"
    assert row.pause == refresh.FOR_GOOD


def test_a_credential_the_user_replaced_meanwhile_is_not_overwritten(
    connection: Connection, site: Site, user: User, chatserver: ChatServer
) -> None:
    other = granted(chatserver)
    connecting.store(site, user, other)
    old = connection.credential()
    assert isinstance(old, RenewingBearer)
    renewal.store(connection, old)
    assert Connection.objects.get().credential() == other


def test_the_connection_page_takes_a_refresh_token_and_tries_it_at_once(
    client: Client, user: User, chatserver: ChatServer
) -> None:
    client.force_login(user)
    credential = granted(chatserver)
    data = {
        "site": Site.objects.get().pk,
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


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_many_at_once_renew_once(connection: Connection, chatserver: ChatServer) -> None:
    about_to_end(connection)
    Snapshot.meet(connection.site_id, connection.fingerprint, renewal.KIND)
    chatserver.faults.latency = 0.2
    gate = threading.Barrier(6)

    def race() -> None:
        mine = Connection.objects.select_related("site").get()
        gate.wait()
        renewal.client(mine)
        connections.close_all()

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert chatserver.calls(TOKEN_CALL) == 1
