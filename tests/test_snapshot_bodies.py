"""The body of a snapshot is a row of its own: written when it changed, and read with what belongs to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from livechat.live import refresh, snapshot_cache, snapshot_entry
from livechat.live.sources import Feed
from livechat.models import Site, Snapshot, SnapshotBody
from livechat.sites import connections
from tests.support.chatserver import ChatServer

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
LISTS = ("agents", "visitors")


@pytest.fixture
def chatserver(request: pytest.FixtureRequest) -> Iterator[ChatServer]:
    """With as many visitors as a test asks for."""
    with ChatServer(visitors=getattr(request, "param", 20)) as server:
        yield server


def bodies_written(captured: CaptureQueriesContext) -> list[str]:
    """The statements that wrote a body, wherever it is."""
    table = SnapshotBody._meta.db_table
    written = [query["sql"] for query in captured if not query["sql"].startswith("SELECT")]
    return [sql for sql in written if f'"{table}"' in sql or '"body"' in sql]


def test_while_nothing_changes_no_body_is_written(feed: Feed) -> None:
    for kind in LISTS:
        refresh.refresh(feed, kind)
    before = list(Snapshot.objects.order_by("kind").values_list("kind", "version", "checks"))
    with CaptureQueriesContext(database) as captured:
        for _ in range(10):
            for kind in LISTS:
                assert refresh.refresh(feed, kind)
    assert bodies_written(captured) == []
    assert list(Snapshot.objects.order_by("kind").values_list("kind", "version", "checks")) == [
        (kind, version, checks + 10) for kind, version, checks in before
    ]


def test_a_change_writes_one_body_once(feed: Feed, chatserver: ChatServer) -> None:
    for kind in LISTS:
        refresh.refresh(feed, kind)
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    with CaptureQueriesContext(database) as captured:
        for kind in LISTS:
            assert refresh.refresh(feed, kind)
    (sql,) = bodies_written(captured)
    assert sql.startswith("UPDATE")


def test_a_version_that_is_stored_between_two_reads_is_shown_with_what_belongs_to_it(
    feed: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh.refresh(feed, "agents")
    real = snapshot_entry.Entry._decode

    def decode(*arguments: Any) -> None:
        monkeypatch.undo()
        chatserver.world.set_agent(SAMPLE, status="Meeting")
        assert refresh.refresh(feed, "agents")
        real(*arguments)

    monkeypatch.setattr(snapshot_entry.Entry, "_decode", decode)
    view = snapshot_cache.get(feed, "agents", wait=0)
    row = Snapshot.objects.get()
    assert view.data
    assert view.data.by_id[SAMPLE].status == "Meeting"
    assert (view.data.version, view.version, view.checked) == (2, (row.pk, 2), row.checked)


def test_a_body_of_another_version_is_not_taken_for_the_rows(feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    SnapshotBody.objects.update(version=7)
    assert snapshot_cache.get(feed, "agents", wait=0).data is None
    assert refresh.refresh(feed, "agents"), "it is fetched anew, though it is the same"
    snapshot_cache.forget()
    assert snapshot_cache.get(feed, "agents", wait=0).data


def test_a_body_is_deleted_with_its_snapshot(feed: Feed, site: Site) -> None:
    for kind in LISTS:
        refresh.refresh(feed, kind)
    assert SnapshotBody.objects.count() == 2
    assert site.shared
    connections.remove(site, site.shared)
    assert not Snapshot.objects.exists()
    assert not SnapshotBody.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chatserver", [3_000], indirect=True)
def test_a_new_version_writes_its_body_to_sqlites_log_and_not_the_pages_of_the_one_before(
    feed: Feed, chatserver: ChatServer
) -> None:
    if database.vendor != "sqlite":
        return  # it has another log
    for _ in range(2):
        chatserver.world.remove_visitor(list(chatserver.world.visitor_ids())[-1])
        with database.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert refresh.refresh(feed, "visitors")
    size = len(SnapshotBody.objects.get().sealed)
    assert size > 100_000
    assert Path(f"{database.settings_dict['NAME']}-wal").stat().st_size < 1.5 * size
