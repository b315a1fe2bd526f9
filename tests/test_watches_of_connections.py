"""What was watched stays watched, whatever becomes of the connection by which it was."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from livechat.comm100.credentials import Bearer
from livechat.lib.epoch import milliseconds
from livechat.live import sources
from livechat.live.sources import Feed
from livechat.models import Connection, Site, Snapshot
from livechat.reports import observed
from livechat.sites import connections
from tests.test_contacts import looked, runs

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(seconds=60)
Change = Callable[[Site, User, User], Connection | None]


def share_another(site: Site, _owner: User, other: User) -> Connection:
    found = connections.store(site, other, Bearer("another"))
    connections.share(site, found)
    return found


def store_another_token(site: Site, owner: User, _other: User) -> Connection:
    return connections.store(site, owner, Bearer("renewed-by-hand"))


def remove_and_store(site: Site, owner: User, _other: User) -> Connection:
    remove(site)
    return connections.store(site, owner, Bearer("third"))


def remove(site: Site, *_people: User) -> None:
    assert site.shared
    connections.remove(site, site.shared)
    site.refresh_from_db()


def share_none(site: Site, *_people: User) -> None:
    connections.share(site, None)


@pytest.fixture
def watched(feed: Feed, site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site whose visitors were watched for a minute."""
    for second in range(0, 61, 5):
        Snapshot.objects.update(every=5, looked=START)
        looked(feed, START + timedelta(seconds=second), monkeypatch)
    return Site.objects.get(pk=site.pk)


def share(site: Site) -> float:
    """How much of that minute counts as watched."""
    began, ended = milliseconds(START), milliseconds(START + MINUTE)
    return observed.of(observed.runs(Site.objects.get(pk=site.pk), "visitors", began, ended), began, ended).share


@pytest.mark.parametrize("change", [share_another, store_another_token, remove_and_store, remove, share_none])
def test_a_change_of_the_shared_connection_takes_nothing_away(
    watched: Site, supervisor: User, make_user: Callable[..., User], change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert share(watched) == 1
    connection = change(watched, supervisor, make_user("ann", connected=False))
    assert share(watched) == 1, "before anybody looks again"
    if connection is None:
        return
    now = sources.Access(Site.objects.get(pk=watched.pk), connection.user).board
    assert now
    for second in (65, 70):
        looked(now, START + timedelta(seconds=second), monkeypatch)
    assert share(watched) == 1
    assert runs(watched) == [(0, 60, 13), (65, None, 0)]


def test_a_new_connection_after_the_clock_was_set_back_keeps_no_time_that_is_to_come(
    watched: Site, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = store_another_token(watched, supervisor, supervisor)
    now = sources.Access(Site.objects.get(pk=watched.pk), connection.user).board
    assert now
    looked(now, START + timedelta(seconds=30), monkeypatch)
    assert runs(watched) == [(0, 30, 13), (30, None, 0)]
