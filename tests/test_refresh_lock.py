"""A refresh computes while everybody else may write, and keeps what they write meanwhile."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.db import connections as databases
from django.db.models import F
from django.utils import timezone

from livechat.control import guarded
from livechat.control.statuses import StatusWrite
from livechat.lib import background, vault
from livechat.live import drafts, lease, refresh, snapshot_data, sources, token_renewal
from livechat.live.sources import Feed
from livechat.models import Connection, Contact, Outcome, Site, Snapshot, Span
from livechat.record import audit, contacts
from tests.support.cases import some
from tests.support.changes import decided
from tests.support.chatserver import ChatServer
from tests.support.spans import spans

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
MANY = 10_000
LOCK_WAIT = {"sqlite": "PRAGMA busy_timeout=1000", "postgresql": "SET lock_timeout = '1s'"}
COMPUTED = {
    "digest": (snapshot_data, "digest"),
    "body before": (snapshot_data, "unpack"),
    "marks": (snapshot_data, "carry"),
    "body": (snapshot_data, "pack"),
    "seal": (vault, "seal"),
    "end of a wait": (contacts, "_follow"),
}


@pytest.fixture
def chatserver(request: pytest.FixtureRequest) -> Iterator[ChatServer]:
    """Shows what is written an hour later: every list is older than what was just sent."""
    with ChatServer(visibility_delay=3600.0, visitors=getattr(request, "param", 20)) as server:
        server.world.set_agent(SAMPLE, status="Online")
        yield server


def row(kind: str = "agents") -> Snapshot:
    return Snapshot.objects.select_related("body").get(kind=kind)


def shown() -> str:
    """The sample agent's status as the boards have it."""
    data = snapshot_data.unpack(row())
    assert data
    return str(data.by_id[SAMPLE].status).casefold()


def elsewhere(work: Callable[[], object]) -> None:
    """Do something by another connection, which waits for a lock for a second at most."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with database.cursor() as cursor:
                cursor.execute(LOCK_WAIT[database.vendor])
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised where the test sees it
            failures.append(error)
        finally:
            databases.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[], object], where: str = "body", *, times: int = 1
) -> list[str]:
    """Let something happen by another connection while a refresh computes. Returns a list with an entry a time."""
    module, name = COMPUTED[where]
    real, done = getattr(module, name), list[str]()
    here = threading.current_thread()

    def computing(*arguments: Any, **named: Any) -> Any:
        if threading.current_thread() is here and len(done) < times:
            done.append(where)
            elsewhere(work)
        return real(*arguments, **named)

    monkeypatch.setattr(module, name, computing)
    return done


def look(kind: str) -> int:
    """What a viewer's process writes into the row."""
    return Snapshot.objects.filter(kind=kind).update(looked=timezone.now())


@pytest.mark.parametrize("where", some(COMPUTED, 3))
@pytest.mark.parametrize("chatserver", [MANY], indirect=True)
def test_while_a_long_list_is_computed_others_write(
    where: str, feed: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh.refresh(feed, "visitors")
    for contact in Contact.objects.exclude(visitor=None):
        chatserver.world.remove_visitor(str(contact.visitor))
    before = row("visitors")
    done = meanwhile(monkeypatch, lambda: look("visitors"), where)
    assert refresh.refresh(feed, "visitors")
    assert done == [where]
    after = row("visitors")
    assert (after.version, after.body.version, after.error) == (before.version + 1, before.version + 1, "")
    assert after.looked, "what the other wrote is kept"
    assert not Contact.objects.filter(ended=None).exists()


@pytest.mark.parametrize("where", ["digest", "body before", "marks", "body", "seal"])
def test_while_a_sent_status_is_computed_others_write(
    where: str, feed: Feed, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh.refresh(feed, "agents")
    done = meanwhile(monkeypatch, lambda: look("agents"), where)
    refresh.write_through(site, SAMPLE, "Meeting")
    assert done
    assert (shown(), row().version) == ("meeting", 2)
    assert row().looked


def test_if_the_lease_is_lost_while_it_computes_nothing_is_stored(
    feed: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh.refresh(feed, "agents")
    before, known = row(), list(Span.objects.values_list())
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    token = lease.acquire(before)
    assert token
    listing = token_renewal.client(Connection.objects.get()).agents()
    done = meanwhile(monkeypatch, lambda: Snapshot.objects.update(lease=F("lease") + 1))
    assert refresh.store(feed, "agents", listing, token, timezone.now()) is False
    assert done
    after = row()
    assert (after.version, after.checks, after.digest) == (before.version, before.checks, before.digest)
    assert bytes(after.body.sealed) == bytes(before.body.sealed)
    assert list(Span.objects.values_list()) == known


def test_a_status_that_is_sent_while_a_list_is_computed_stays(
    feed: Feed, site: Site, supervisor: User, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh.refresh(feed, "agents")
    own = sources.own(site, supervisor)
    assert own
    monkeypatch.setattr(background, "start", lambda key, work: None)  # it is not verified yet
    chatserver.world.set_agent(chatserver.world.agent_ids()[1], status="Somewhere else")
    write = StatusWrite(SAMPLE, "Ann", "away", "Online")
    done = meanwhile(monkeypatch, lambda: guarded.perform(write, guarded.WriteRequest(supervisor, own, "n")))
    assert refresh.refresh(feed, "agents")
    assert done
    assert (shown(), row().version, row().body.version) == ("away", 3, 3)
    assert spans(SAMPLE).count() == 2
    assert not spans(SAMPLE).filter(outside=True).exists()


def test_a_status_that_was_noted_as_sent_meanwhile_is_shown_though_its_process_was_stopped_before_it_showed_it(
    feed: Feed, site: Site, supervisor: User, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh.refresh(feed, "agents")
    chatserver.world.set_agent(chatserver.world.agent_ids()[1], status="Somewhere else")

    def sent() -> None:
        audit.outcome(decided(site, supervisor, "away"), Outcome.Result.SENT)

    done = meanwhile(monkeypatch, sent)
    assert refresh.refresh(feed, "agents")
    assert done
    assert (shown(), row().version) == ("away", 2)


def test_a_list_that_is_stored_while_a_sent_status_is_computed_stays(
    feed: Feed, site: Site, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = chatserver.world.agent_ids()[1]
    refresh.refresh(feed, "agents")
    chatserver.world.set_agent(other, status="Somewhere else")
    done = meanwhile(monkeypatch, lambda: refresh.refresh(feed, "agents"))
    refresh.write_through(site, SAMPLE, "Meeting")
    assert done
    data = snapshot_data.unpack(row())
    assert data
    assert (data.version, data.by_id[SAMPLE].status, data.by_id[other].status) == (3, "Meeting", "Somewhere else")


def test_what_is_outrun_again_and_again_is_computed_under_the_lock_at_last(
    feed: Feed, site: Site, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh.refresh(feed, "agents")
    chatserver.world.set_agent(chatserver.world.agent_ids()[1], status="Somewhere else")
    statuses = iter(["Meeting", "Lunch", "Training"])
    done = meanwhile(monkeypatch, lambda: refresh.write_through(site, SAMPLE, next(statuses)), times=drafts.DRAFT_TRIES)
    assert refresh.refresh(feed, "agents")
    assert len(done) == drafts.DRAFT_TRIES
    assert (row().version, row().error) == (2 + drafts.DRAFT_TRIES, "")
    found = list(spans(SAMPLE))
    assert [span.status.name for span in found] == ["Online", "Meeting", "Lunch", "Online"]
    assert [span.ended for span in found] == [*(span.began for span in found[1:]), None], "none overlaps another"
