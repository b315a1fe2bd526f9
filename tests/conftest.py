"""What tests share: a running chat server, a site over it, people with their seats."""

import gc
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache as django_cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.template.base import Template
from django.test import Client
from django.test.utils import _TestState, instrumented_test_render
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from livechat.comm100.credentials import Bearer
from livechat.lib import background, clock, ttl_cache
from livechat.live import refresh, snapshot_cache, sources
from livechat.live.sources import Feed
from livechat.models import Membership, Role, Site, Wall, append_only
from livechat.sites import connections
from tests.bench.house import House
from tests.support import cases, nginx, postgres, prepared, slow_tests
from tests.support.chatserver import ChatServer
from tests.support.demo import Demo
from tests.support.fast_path import keep_connection
from tests.support.workers import BROWSER, Scheduling

THREAD_SECONDS = 20.0  # for which background work of a test is waited for
LONGEST = ("browser", "postgres", "demo")  # marks
START = background.start

# How long an example takes says nothing on a machine that others share.
hypothesis_settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("shared")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """Our scheduler, if workers get whole files."""
    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by what it needs, and if it takes long, so that `make quick` can leave it out."""
    for name in set(needs(item)):
        item.add_marker(name)
    if slow_tests.is_slow(item):
        item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Keep objects made before the first test out of garbage collection: scanning them takes a tenth of a run."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that this run does not try. The longest come first: begun last, they would make a worker late."""
    out = set() if cases.every() else too_many(items)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
    items[:] = [item for item in items if item.nodeid not in out]
    items.sort(key=lambda item: [name not in item.keywords for name in LONGEST])


def too_many(items: list[pytest.Item]) -> set[str]:
    """The ids of the tests that take long, and of the cases of others that are more than this run tries."""
    out = {item.nodeid for item in items if item.get_closest_marker("long")}
    if cases.few():
        return out | cases.left_out(sorted(item.nodeid for item in items), 1)
    many = [item for item in items if not item.get_closest_marker("all_cases")]
    for name, most in cases.MOST_CASES.items():
        found = [item for item in many if name in item.keywords or name in getattr(item, "fixturenames", ())]
        out |= cases.left_out(sorted(item.nodeid for item in found), most)
        many = [item for item in many if item not in found]
    return out


def needs(item: pytest.Item) -> Iterator[str]:
    """What a test needs beside Python: told by its folder and by what its module imports."""
    if item.nodeid.startswith(BROWSER):
        yield "browser"
    for value in vars(item.getparent(pytest.Module).obj).values():
        if value is postgres:
            yield "postgres"
        elif value is nginx:
            yield "nginx"
        elif value is subprocess:
            yield "processes"
        elif isinstance(value, type) and issubclass(value, (Demo, House)):
            yield "demo"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """SQLite tests begin with a copy of a database that is migrated already; PostgreSQL's is made as ever."""
    if settings.SQLITE:
        prepared.copy_database(Path(settings.DATABASES["default"]["TEST"]["NAME"]))
    return bool(settings.SQLITE)


@pytest.fixture(scope="session", autouse=True)
def _templates_as_served(django_test_environment: None) -> Iterator[None]:
    """Django's test environment copies every template's context, which is a tenth of a page: see `_contexts`."""
    Template._render = _TestState.saved_data.template_render
    yield
    Template._render = instrumented_test_render


@pytest.fixture(autouse=True)
def _contexts(request: pytest.FixtureRequest) -> None:
    """The contexts of an answer's templates, for the modules that read `answer.context`."""
    served = _TestState.saved_data.template_render
    Template._render = instrumented_test_render if reads_contexts(request.path) else served


@cache
def reads_contexts(module: Path) -> bool:
    """Whether a module reads the contexts of answers."""
    return ".context[" in module.read_text() or ".context)" in module.read_text()


@pytest.fixture(autouse=True)
def _fresh_memory(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing held from another test; background work runs in the test's own thread and transaction.

    Tests of the threads themselves are marked `threads` and get the real thing. What is put there stays until the next
    test: a test may undo its own `monkeypatch` in its middle, and before or after that of a fixture.
    """
    ttl_cache.forget_all()
    start = START if "threads" in request.keywords else lambda key, work: work()
    pytest.MonkeyPatch().setattr(background, "start", start)
    yield
    if "db" in request.fixturenames:
        django_cache.clear()


@pytest.fixture(autouse=True)
def _may_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with transactions of its own the database is emptied, the record too."""
    marker = request.node.get_closest_marker("django_db")
    emptied = marker is not None and marker.kwargs.get("transaction")
    if emptied:
        request.getfixturevalue("transactional_db")
    append_only._purging.set(False)
    yield
    # What a test began in a thread may still write, or begin another: the database would not be the next test's alone.
    while "threads" in request.keywords and (running := [*background._running.values()]):
        running[0].join(THREAD_SECONDS)
        assert not running[0].is_alive(), f"{running[0].name} did not end"
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
    """Makes a member of the site: by default a supervisor who has their own connection."""

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
    found = sources.Access(site, supervisor).board
    assert found
    return found


@pytest.fixture
def stop_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Stops the steady clock, so that nothing is read again for being old, however long the test takes."""

    def stop() -> None:
        now = clock.steady()
        monkeypatch.setattr(clock, "steady", lambda: now)

    return stop


@pytest.fixture
def renew(feed: Feed) -> Callable[[], None]:
    """Fetches both lists now, and lets the next page read them."""

    def fetch() -> None:
        for kind in ("agents", "visitors"):
            assert refresh.refresh(feed, kind)
        snapshot_cache.forget()

    return fetch


@pytest.fixture
def wall(site: Site, renew: Callable[[], None]) -> Wall:
    """A wall of a site with figures."""
    renew()
    return Wall.objects.create(site=site, title="Support")
