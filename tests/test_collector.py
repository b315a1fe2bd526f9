"""The collector: the record goes on while no one looks, and what is left behind is cleaned up."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import Error, InterfaceError, OperationalError, ProgrammingError, connection
from django.utils import timezone

from livechat.comm100.records import Listing
from livechat.control import bulk, recovery
from livechat.lib import clock
from livechat.lib.epoch import milliseconds
from livechat.live import intervals, lease, refresh, snapshot_cache
from livechat.live.sources import Feed
from livechat.models import BulkItem, BulkRun, Contact, Site, Snapshot, Span, Watch
from livechat.ops import collector, upkeep
from livechat.record import contacts, history
from livechat.sites import sessions
from tests.support.changes import decided
from tests.support.chatserver import ChatServer
from tests.support.cleaning import clean_up
from tests.support.links import later
from tests.support.scheduler import keep_connection, rounds
from tests.support.spans import make_span, spans

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"


def test_it_refreshes_the_shared_feed_of_every_site(feed: Feed, chatserver: ChatServer) -> None:
    before = chatserver.calls()
    collector.refresh_due()
    assert chatserver.calls() == before + len(intervals.LISTS)
    snapshot_cache.forget()
    collector.refresh_due()
    assert chatserver.calls() == before + len(intervals.LISTS), "not due yet"


@pytest.mark.parametrize("trouble", [OperationalError, InterfaceError, ProgrammingError])
def test_it_goes_on_when_the_database_answers_again(
    feed: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch, trouble: type[Error]
) -> None:
    real, asked = collector.refresh_due, []

    def fails_once() -> None:
        asked.append(1)
        if len(asked) == 1:
            raise trouble("gone")
        real()

    keep_connection(monkeypatch)
    monkeypatch.setattr(collector, "refresh_due", fails_once)
    before = chatserver.calls()
    collector.run(rounds(2))
    assert chatserver.calls() == before + len(intervals.LISTS)


@pytest.mark.parametrize("run", [collector.run, upkeep.run])
def test_what_fails_as_nobody_had_thought_of_stops_nothing_else_and_is_tried_again_after_a_minute(
    feed: Feed,
    chatserver: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    run: Callable[[threading.Event], None],
) -> None:
    keep_connection(monkeypatch)
    session("old", -1)
    tried = []

    def wrap(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if 'FROM "livechat_bulkrun" WHERE' in sql or 'FROM "livechat_walllink"' in sql:
            tried.append(sql)
            raise KeyError("nobody thought of it")
        return execute(sql, *rest)

    seconds = iter([0, 1, 60, 0])
    with connection.execute_wrapper(wrap):
        run(rounds(3, lambda: later(next(seconds), monkeypatch)))
    assert len(tried) == 4, "both at the first tick and at the third"
    assert not Session.objects.exists(), "the jobs after them were done"
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 4


def test_while_nobody_looks_the_pace_is_a_minute(feed: Feed) -> None:
    collector.refresh_due()
    row = Snapshot.objects.get(kind="agents")
    assert row.every == intervals.IDLE_SECONDS
    snapshot_cache.get(feed, "agents")
    refresh.refresh(feed, "agents")
    row.refresh_from_db()
    assert row.every == intervals.BASE_SECONDS["agents"]


def test_a_site_without_a_shared_connection_is_left_alone(site: Site, chatserver: ChatServer) -> None:
    collector.refresh_due()
    assert chatserver.calls() == 0


def test_snapshots_nobody_used_for_a_day_are_deleted(feed: Feed) -> None:
    for kind in ("agents", f"visitor:{SAMPLE}"):
        Snapshot.get_or_create(feed.site_id, feed.fingerprint, kind)
    old = timezone.now() - timedelta(days=2)
    Snapshot.objects.update(looked=old, tried=old)
    Snapshot.objects.filter(kind="agents").update(tried=timezone.now())
    clean_up()
    assert list(Snapshot.objects.values_list("kind", flat=True)) == ["agents"]


@pytest.mark.parametrize("tried", [True, False])
def test_what_somebody_looked_at_goes_after_a_day_though_its_process_was_killed(feed: Feed, tried: bool) -> None:
    row = Snapshot.get_or_create(feed.site_id, feed.fingerprint, f"visitor:{SAMPLE}")
    old = timezone.now() - timedelta(days=2)
    Snapshot.objects.update(looked=old, tried=old if tried else None)
    row.refresh_from_db()
    assert lease.acquire(row)
    clean_up()
    assert not Snapshot.objects.exists()


def test_without_a_collector_the_web_tidies_up(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_connection(monkeypatch)
    Snapshot.get_or_create(feed.site_id, feed.fingerprint, f"visitor:{SAMPLE}")
    old = timezone.now() - timedelta(days=2)
    Snapshot.objects.update(looked=old, tried=old)
    upkeep.run(rounds(1))
    assert not Snapshot.objects.exists()


def test_lists_that_are_fed_survive_a_long_silence_so_that_their_gap_is_told(feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    Snapshot.objects.update(looked=None, tried=timezone.now() - timedelta(days=3))
    clean_up()
    assert Snapshot.objects.filter(kind="agents").exists()


def test_a_snapshot_that_is_being_fetched_for_the_first_time_is_left_alone(feed: Feed) -> None:
    row = Snapshot.get_or_create(feed.site_id, feed.fingerprint, "agents")
    assert lease.acquire(row)
    clean_up()
    assert Snapshot.objects.filter(pk=row.pk).exists()


def test_figures_whose_credential_was_removed_meanwhile_are_dropped(feed: Feed) -> None:
    token = lease.acquire(Snapshot.get_or_create(feed.site_id, feed.fingerprint, "agents"))
    assert token
    Snapshot.objects.all().delete()
    assert refresh.store(feed, "agents", Listing(()), token, timezone.now()) is False


@pytest.mark.parametrize(("now", "results"), [("Meeting", ["sent", "confirmed"]), ("Online", ["unknown"])])
def test_a_write_left_by_a_stopped_process_is_settled_by_looking_never_by_sending(
    site: Site, supervisor: User, chatserver: ChatServer, now: str, results: list[str]
) -> None:
    chatserver.world.set_agent(SAMPLE, status=now)
    change = decided(site, supervisor, "Meeting")
    assert recovery.settle_left() == 0, "it may still be working"
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        assert recovery.settle_left() == 1
    assert [outcome.result for outcome in change.outcomes.all()] == results
    assert chatserver.calls("PUT /v4/livechat/agents/{id}") == 0
    assert recovery.settle_left() == 0


def past(site: Site, began: int, ended: int | None) -> None:
    """A span and a contact of so many days ago; if they have ended, a watch and a bulk change too."""
    times = {"began": ago(began), "ended": None if ended is None else ago(ended)}
    make_span(site, uuid4(), "Online", **times)
    moments = {name: moment and milliseconds(moment) for name, moment in times.items()}
    Contact.objects.create(site=site, visitor=None if ended else uuid4(), **moments)
    bulk_change(site, ended)
    if ended is not None:
        Watch.objects.create(site=site, list="agents", looks=1, **moments)


def bulk_change(site: Site, ended: int | None, undoes: BulkRun | None = None) -> BulkRun:
    """A bulk change of one agent that ended so many days ago."""
    run = BulkRun.objects.create(
        site=site, actor_name="sue", nonce=uuid4().hex, undoes=undoes, ended=None if ended is None else ago(ended)
    )
    BulkItem.objects.create(
        run=run, agent_id=uuid4(), name="Kim", expected="Online", status="Away", state=BulkItem.State.SKIPPED
    )
    return run


def ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


def counts() -> list[int]:
    return [model.objects.count() for model in (Span, Contact, Watch, BulkRun, BulkItem)]


def test_what_was_goes_by_age_and_what_still_is_stays(site: Site, settings: Any) -> None:
    past(site, 40, 31)
    past(site, 40, 29)
    past(site, 40, None)
    clean_up()
    assert counts() == [3, 3, 2, 3, 3], "by default they are kept for ever"
    settings.RECORD_DAYS = settings.HISTORY_DAYS = 30
    clean_up()
    assert counts() == [2, 2, 2, 2, 2], "when it was watched is kept for ever: the sums rest on it"
    assert Contact.objects.filter(ended=None).exists()
    for rows, before in ((Span.objects, milliseconds(ago(30))), (BulkRun.objects, ago(30))):
        assert rows.filter(ended=None).exists()
        assert not rows.filter(ended__lt=before).exists()


def test_what_was_goes_some_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PURGE_BATCH", 2)
    monkeypatch.setattr(contacts, "PURGE_BATCH", 2)
    monkeypatch.setattr(bulk, "PURGE_BATCH", 2)
    for _ in range(3):
        past(site, 40, 31)
    age, before = timedelta(days=30), milliseconds(ago(30))
    assert [history.expire(site, before), contacts.expire(site, before), bulk.expire(age)] == [2, 2, 2]
    assert counts() == [1, 1, 3, 1, 1]
    assert [history.expire(site, before), contacts.expire(site, before), bulk.expire(age)] == [1, 1, 1]
    assert counts() == [0, 0, 3, 0, 0]


def test_a_bulk_change_that_was_undone_stays_as_long_as_what_undid_it(site: Site) -> None:
    first = bulk_change(site, 31)
    undone = bulk_change(site, 29, undoes=first)
    assert bulk.expire(timedelta(days=30)) == 0
    BulkRun.objects.filter(pk=undone.pk).update(ended=ago(31))
    assert bulk.expire(timedelta(days=30)) == 1
    assert BulkRun.objects.get() == first
    assert bulk.expire(timedelta(days=30)) == 1


def test_after_a_gap_longer_than_the_record_all_that_lasts_goes_on(feed: Feed, settings: Any) -> None:
    settings.RECORD_DAYS = settings.HISTORY_DAYS = 30
    refresh.refresh(feed, "agents")
    checked = Snapshot.objects.get(kind="agents").checked
    began = spans(SAMPLE).get().began
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=True):
        clean_up()
        refresh.refresh(feed, "agents")
        clean_up()
        assert Watch.objects.get(list="agents", ended=None).began > milliseconds(checked + timedelta(days=39))
        assert spans(SAMPLE).get(ended=None).began == began


def session(key: str, days: int) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days))


def test_expired_sessions_are_deleted_once_an_hour(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    session("old", -1)
    session("good", 1)
    clean_up()
    assert [row.pk for row in Session.objects.all()] == ["good"]
    session("later", -1)
    clean_up()
    assert Session.objects.count() == 2
    steady = clock.steady
    monkeypatch.setattr(clock, "steady", lambda: steady() + sessions.CLEAR_SECONDS)
    clean_up()
    assert [row.pk for row in Session.objects.all()] == ["good"]


def test_many_expired_sessions_go_some_each_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "CLEAR_BATCH", 2)
    for number in range(5):
        session(str(number), -1)
    assert [sessions.clear_expired() for _ in range(4)] == [2, 2, 1, 0]
