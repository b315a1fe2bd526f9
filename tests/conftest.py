"""What tests share: a running chat server, a site over it, people with their seats."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from livechat.comm100.credentials import Bearer
from livechat.lib import background, ttl_cache
from livechat.live import refresh, snapshot_cache, sources
from livechat.live.sources import Feed
from livechat.models import Membership, Role, Site, append_only
from livechat.sites import connections
from tests.support.chatserver import ChatServer
from tests.support.fast_path import keep_connection

LONGEST = ("test_postgres.py", "test_chatserver_command.py", "test_demo.py", "test_killed.py", "test_every_page.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first: begun last, one worker would be at them long after the others ended."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def _fresh_memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing held from another test; background work runs in the test's own thread and transaction.

    Tests of the threads themselves are marked `threads` and get the real thing.
    """
    ttl_cache.forget_all()
    if "threads" not in request.keywords:
        monkeypatch.setattr(background, "start", lambda key, work: work())
    yield
    if "db" in request.fixturenames:
        cache.clear()


@pytest.fixture(autouse=True)
def _may_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with transactions of its own the database is emptied, the record too."""
    marker = request.node.get_closest_marker("django_db")
    emptied = marker is not None and marker.kwargs.get("transaction")
    if emptied:
        request.getfixturevalue("transactional_db")
    append_only._purging.set(False)
    yield
    append_only._purging.set(bool(emptied))


@pytest.fixture
def at_the_door(settings: Any) -> Iterator[None]:
    """For requests through the doors: Django's signals would close the test's connection at the end of each."""
    settings.ALLOWED_HOSTS = ["testserver"]
    keep_connection()
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def chatserver() -> Iterator[ChatServer]:
    """A small frozen chat server over real HTTP."""
    with ChatServer() as server:
        yield server


@pytest.fixture
def site(db: None, chatserver: ChatServer) -> Site:
    """A site over the chat server, without any connection."""
    return Site.objects.create(name="Shop", api_base=chatserver.root)


@pytest.fixture
def make_user(site: Site, chatserver: ChatServer) -> Callable[..., User]:
    """Makes a member of the site, by default a supervisor with a connection of his own."""

    def make(name: str, role: Role = Role.SUPERVISOR, *, connected: bool = True) -> User:
        user = User.objects.create_user(name)
        Membership.objects.create(user=user, site=site, role=role)
        if connected:
            connections.store(site, user, Bearer(chatserver.token))
        return user

    return make


@pytest.fixture
def supervisor(make_user: Callable[..., User]) -> User:
    """A supervisor with a connection, the site's shared one."""
    return make_user("sue")


@pytest.fixture
def web(client: Client, supervisor: User) -> Client:
    """A browser in which the supervisor is signed in."""
    client.force_login(supervisor)
    return client


@pytest.fixture
def feed(site: Site, supervisor: User) -> Feed:
    """The site's shared feed."""
    site.refresh_from_db()
    found = sources.board(site, supervisor)
    assert found
    return found


@pytest.fixture
def renew(feed: Feed) -> Callable[[], None]:
    """Fetches both lists now, and lets the next page read them."""

    def fetch() -> None:
        for kind in ("agents", "visitors"):
            assert refresh.refresh(feed, kind)
        snapshot_cache.forget()

    return fetch
