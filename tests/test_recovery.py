"""Writes that a stopped process left open: settled once, by looking, whatever process does it and however many do."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError, connections
from django.utils import timezone

from livechat.control import bulk, bulk_worker, recovery
from livechat.control.bulk import Pick
from livechat.control.statuses import StatusWrite
from livechat.lib import clock
from livechat.live import lease, sources
from livechat.models import BulkRun, Change, Outcome, Site, Snapshot
from livechat.models.notes import Code, note
from livechat.ops import upkeep
from livechat.record import audit, change_log
from tests.support.changes import decided
from tests.support.chatserver import ChatServer
from tests.support.scheduler import keep_connection, rounds

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
PUT = "PUT /v4/livechat/agents/{id}"
Result = Outcome.Result


@contextmanager
def later(minutes: float = 2) -> Iterator[None]:
    """A while after what was done before."""
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
        yield


@pytest.fixture
def left(site: Site, supervisor: User, chatserver: ChatServer) -> Change:
    """A change whose process was stopped after the PUT had left: Comm100 shows it."""
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    return decided(site, supervisor, "Meeting")


def results(change: Change) -> list[str]:
    """The outcomes of a change, in order."""
    return [outcome.result for outcome in change.outcomes.all()]


def test_what_comm100_shows_is_recorded_as_sent_too_so_that_puts_and_sent_changes_are_equal_in_number(
    left: Change,
) -> None:
    with later():
        assert recovery.settle_left() == 1
    assert results(left) == [Result.SENT, Result.CONFIRMED]


def test_the_first_outcome_that_settles_a_change_holds(left: Change) -> None:
    assert audit.outcome(left, Result.UNKNOWN)
    assert audit.outcome(left, Result.CONFIRMED) is None
    assert audit.outcome(left, Result.REFUSED) is None
    assert results(left) == [Result.UNKNOWN]


def test_a_late_note_that_it_was_sent_does_not_open_a_settled_change_again(left: Change, site: Site) -> None:
    audit.outcome(left, Result.UNKNOWN, why=note(Code.ERROR, error="The server stopped."))
    audit.outcome(left, Result.SENT)
    assert audit.standing(left) == (Result.UNKNOWN, "The server stopped.")
    assert change_log.read(site, change_log.Filter(outcome=Result.UNKNOWN)).count() == 1
    assert change_log.read(site, change_log.Filter(outcome=change_log.OPEN)).count() == 0


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_of_many_processes_that_settle_at_once_one_asks_comm100(
    left: Change, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, over, real = threading.Barrier(4), threading.Semaphore(0), StatusWrite.read

    def read_when_the_others_are_done(self: StatusWrite, client: Any) -> Any:
        for _ in range(3):
            assert over.acquire(timeout=10), "another one is still at it"
        return real(self, client)

    def settle(_: int) -> int:
        meeting.wait(30)
        try:
            return recovery.settle_left()
        finally:
            over.release()
            connections.close_all()

    monkeypatch.setattr(StatusWrite, "read", read_when_the_others_are_done)
    monkeypatch.setattr(recovery, "ABANDONED_AFTER", timedelta(0))
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(settle, range(4))) == 1
    assert results(left) == [Result.SENT, Result.CONFIRMED]
    assert chatserver.calls("GET /v4/livechat/agents/{id}") == 1


def test_if_the_process_that_settles_is_killed_another_goes_on_after_the_longest_step(
    left: Change, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lease.acquire(Snapshot.get_or_create(site.pk, "", recovery.LEASE_KIND))
    steady = clock.steady
    with later():
        assert recovery.settle_left() == 0
        monkeypatch.setattr(clock, "steady", lambda: steady() + lease.LONG_TAKEOVER_SECONDS)
        assert recovery.settle_left() == 1


def test_while_comm100_does_not_answer_a_change_stays_open_for_a_quarter_of_an_hour(
    left: Change, chatserver: ChatServer
) -> None:
    chatserver.stop()
    with later():
        assert recovery.settle_left() == 0
    assert results(left) == []
    with later(16):
        assert recovery.settle_left() == 1
    assert results(left) == [Result.UNKNOWN]


def test_the_rest_is_left_for_later_if_comm100_asks_for_fewer_calls(left: Change, chatserver: ChatServer) -> None:
    copy_of(left, "another")
    chatserver.faults.answer(429, times=1, retry_after=120)
    with later():
        assert recovery.settle_left() == 0
    assert chatserver.calls("GET /v4/livechat/agents/{id}") == 1
    assert Outcome.objects.count() == 0


def test_the_whole_record_is_looked_through_once_an_hour_and_what_is_recent_each_time(
    left: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    with later(60 * 24):
        assert recovery.settle_left() == 1, "at the first look, however old it is"
    old = copy_of(left, "old")
    with later(60 * 24):
        young = copy_of(left, "young")
        with later():
            assert recovery.settle_left() == 1
        assert (results(old), results(young)) == ([], [Result.SENT, Result.CONFIRMED])
        now = clock.steady() + recovery.FULL_LOOK_SECONDS
        monkeypatch.setattr(clock, "steady", lambda: now)
        assert recovery.settle_left() == 1
    assert results(old) == [Result.SENT, Result.CONFIRMED]


def copy_of(change: Change, nonce: str) -> Change:
    """Another change like it, decided now."""
    return Change.objects.create(
        site=change.site, kind=change.kind, target=change.target, target_name="Ada", actor=change.actor,
        actor_name="sue", before=change.before, asked=change.asked, nonce=nonce,
    )  # fmt: skip


@pytest.fixture
def killed(
    left: Change, site: Site, supervisor: User, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> BulkRun:
    """A bulk change whose process was killed when it had decided to set the first of two agents."""
    ids = [key for key in chatserver.world.agent_ids() if key != SAMPLE][:2]
    for key in ids:
        chatserver.world.set_agent(key, status="Online")

    def kill(*arguments: object) -> bool:
        raise SystemExit

    connection, picks = sources.own(site, supervisor), [Pick(key, "", "Online", "Meeting") for key in ids]
    assert connection
    with monkeypatch.context() as patch:
        patch.setattr(bulk_worker.guarded, "send", kill)
        with pytest.raises(SystemExit):
            bulk.start(supervisor, connection, picks, nonce="bulk")
    return BulkRun.objects.get()


def test_what_a_bulk_change_has_under_way_is_left_to_the_bulk_change(killed: BulkRun, left: Change) -> None:
    with later():
        assert recovery.settle_left() == 1
    assert results(left) == [Result.SENT, Result.CONFIRMED]
    assert not Outcome.objects.filter(change__bulk_item__run=killed).exists()
    BulkRun.objects.update(ended=timezone.now())
    with later():
        assert recovery.settle_left() == 1


def test_the_web_alone_settles_what_was_left_and_goes_on_with_bulk_changes_whose_tab_was_closed(
    killed: BulkRun, left: Change, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_connection(monkeypatch)
    with later():
        upkeep.run(rounds(1))
        steady = clock.steady
        monkeypatch.setattr(clock, "steady", lambda: steady() + lease.LONG_TAKEOVER_SECONDS)
        upkeep.run(rounds(1))
    killed.refresh_from_db()
    assert killed.ended
    assert results(left) == [Result.SENT, Result.CONFIRMED]
    told = [audit.standing(item.change)[0] for item in killed.items.all() if item.change]
    assert told == [Result.UNKNOWN, Result.CONFIRMED]
    assert chatserver.calls(PUT) == 1, "the first had been decided, and may have left"


@pytest.mark.parametrize("trouble", [OperationalError("gone"), KeyError("unexpected")])
def test_the_web_goes_on_when_the_database_comes_back_and_after_an_unexpected_error(
    left: Change, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    real, asked = bulk.go_on_with_all, []

    def fails_once() -> None:
        asked.append(1)
        if len(asked) == 1:
            raise trouble
        real()

    keep_connection(monkeypatch)
    monkeypatch.setattr(bulk, "go_on_with_all", fails_once)
    with later():
        upkeep.run(rounds(2))
    assert [str(trouble) in f"{record.message}{record.exc_text}" for record in caplog.records] == [True]
    assert results(left) == [Result.SENT, Result.CONFIRMED]
