"""Two people write to the same target at the same moment: one write is carried out, the other is a conflict."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from livechat.comm100.client import Client
from livechat.control import bulk, bulk_worker, guarded
from livechat.control.bulk import Pick
from livechat.control.statuses import StatusWrite
from livechat.control.variables import VariablesWrite
from livechat.lib import background
from livechat.live import budget, sources
from livechat.models import Change, Connection, Outcome, Site
from livechat.record import audit
from tests.support.chatserver import ChatServer

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
VISITOR = "3d59f909-24cd-43bc-89cb-00a320617c0a"
PUT, PUT_VISITOR = "PUT /v4/livechat/agents/{id}", "PUT /v4/livechat/visitors/{id}"
PAIRS = 100


@pytest.fixture
def chatserver() -> Iterator[ChatServer]:
    """An agent for every pair, all online."""
    with ChatServer(agents=PAIRS) as server:
        for key in server.world.agent_ids():
            server.world.set_agent(key, status="Online")
        yield server


@pytest.fixture
def write_request(site: Site, supervisor: User) -> Callable[[], guarded.WriteRequest]:
    """A new request for a write, with the supervisor's connection."""
    connection = sources.own(site, supervisor)
    assert connection

    def make() -> guarded.WriteRequest:
        return guarded.WriteRequest(supervisor, connection, secrets.token_hex(8))

    return make


def between(write: guarded.Write, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen after a write has read its target and before it is recorded."""
    real = write.read

    def read(client: Client) -> Any:
        state = real(client)
        monkeypatch.setattr(write, "read", real)
        act()
        return state

    monkeypatch.setattr(write, "read", read)


def test_a_person_who_read_a_status_before_another_wrote_it_gets_a_conflict(
    chatserver: ChatServer, write_request: Callable[[], guarded.WriteRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = StatusWrite(SAMPLE, "Ann", "Meeting", "Online")
    between(mine, lambda: guarded.perform(StatusWrite(SAMPLE, "Ann", "away", "Online"), write_request()), monkeypatch)
    with pytest.raises(guarded.Conflict) as told:
        guarded.perform(mine, write_request())
    assert (told.value.saw, told.value.now, told.value.asked) == ("Online", "away", "Meeting")
    assert chatserver.calls(PUT) == Change.objects.count() == 1


def settled(write_request: Callable[[], guarded.WriteRequest], status: str, expected: str) -> Change:
    """A change of the sample agent, carried out before."""
    return guarded.perform(StatusWrite(SAMPLE, "Ann", status, expected), write_request())


def test_the_cleanup_of_an_old_change_between_read_and_write_is_no_conflict(
    chatserver: ChatServer, write_request: Callable[[], guarded.WriteRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=40), tick=True):
        settled(write_request, "away", "Online")
    settled(write_request, "Meeting", "away")
    chatserver.world.set_agent(SAMPLE, status="Lunch")  # outside, and seen by the fresh read
    mine = StatusWrite(SAMPLE, "Ann", "Online", "Lunch")
    between(mine, lambda: audit.expire(timedelta(days=30)), monkeypatch)
    change = guarded.perform(mine, write_request())
    assert audit.standing(change)[0] == "confirmed"
    assert Change.objects.count() == 2


def test_a_write_between_read_and_write_is_a_conflict_also_while_the_cleanup_deletes_an_old_one(
    write_request: Callable[[], guarded.WriteRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=40), tick=True):
        settled(write_request, "away", "Online")

    def meanwhile() -> None:
        audit.expire(timedelta(days=30))
        settled(write_request, "Meeting", "away")

    mine = StatusWrite(SAMPLE, "Ann", "Online", "away")
    between(mine, meanwhile, monkeypatch)
    with pytest.raises(guarded.Conflict) as told:
        guarded.perform(mine, write_request())
    assert told.value.now == "Meeting"


def test_a_person_who_reads_while_anothers_put_is_under_way_gets_a_conflict(
    chatserver: ChatServer, write_request: Callable[[], guarded.WriteRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = StatusWrite(SAMPLE, "Ann", "away", "Online")
    met: list[guarded.Conflict] = []

    def meet(client: Client, asked: Any) -> None:
        with pytest.raises(guarded.Conflict) as told:
            guarded.perform(StatusWrite(SAMPLE, "Ann", "Meeting", "Online"), write_request())
        met.append(told.value)
        client.put_agent(SAMPLE, asked["status"])

    monkeypatch.setattr(first, "send", meet)
    guarded.perform(first, write_request())
    assert [conflict.now for conflict in met] == ["away"]
    assert chatserver.calls(PUT) == 1


def test_two_edits_of_one_visitor_at_once_lose_nothing(
    chatserver: ChatServer, write_request: Callable[[], guarded.WriteRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [
        {"name": "CARLZHOU222SHENTI", "value": "11123123123", "url": ""},
        {"name": "fccc", "value": "520", "url": ""},
    ]
    mine = VariablesWrite(VISITOR, "Leo", [{"name": "fccc", "value": "mine", "url": ""}], shown)
    theirs = VariablesWrite(VISITOR, "Leo", [{"name": "fccc", "value": "theirs", "url": ""}], shown)
    between(mine, lambda: guarded.perform(theirs, write_request()), monkeypatch)
    with pytest.raises(guarded.Conflict) as told:
        guarded.perform(mine, write_request())
    assert {"name": "fccc", "value": "theirs", "url": ""} in told.value.now
    assert chatserver.calls(PUT_VISITOR) == 1


def test_a_bulk_change_leaves_an_agent_alone_that_was_set_since_its_list_was_read(
    chatserver: ChatServer,
    write_request: Callable[[], guarded.WriteRequest],
    supervisor: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = chatserver.world.agent_ids()[:2]
    real, done = bulk_worker.guarded.send, []

    def send(write: Any, client: Any, change: Any) -> bool:
        if not done:
            done.append(True)
            guarded.perform(StatusWrite(ids[1], "Bea", "away", "Online"), write_request())
        return real(write, client, change)

    monkeypatch.setattr(bulk_worker.guarded, "send", send)
    picks = [Pick(key, "", "Online", "Meeting") for key in ids]
    run = bulk.start(supervisor, write_request().connection, picks, nonce="n")
    assert [item.words for item in run.items.all()] == ["", "Changed meanwhile: away."]
    assert chatserver.calls(PUT) == 2


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_pairs_at_the_same_moment_none_overwrites_the_other(
    chatserver: ChatServer, write_request: Callable[[], guarded.WriteRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "CALL_LIMIT", 100_000)
    monkeypatch.setattr(background, "start", lambda key, work: None)
    meeting = threading.Barrier(2)

    def one(number: int) -> list[str]:
        told = []
        for key in chatserver.world.agent_ids():
            write = StatusWrite(key, "", ("away", "Meeting")[number], "Online")
            mine = write_request()
            meeting.wait(60)
            try:
                guarded.perform(write, mine)
                told.append("sent")
            except guarded.Conflict:
                told.append("told")
        connections.close_all()
        return told

    with ThreadPoolExecutor(2) as threads:
        both = zip(*threads.map(one, range(2)), strict=True)
        assert Counter(tuple(sorted(pair)) for pair in both) == {("sent", "told"): PAIRS}
    assert chatserver.calls(PUT) == PAIRS
    assert Outcome.objects.filter(result="sent").count() == Connection.objects.count() * PAIRS
