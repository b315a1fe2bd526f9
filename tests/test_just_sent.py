"""A status that was just sent stays on the boards while Comm100's list still holds the old one, and no longer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from livechat.control import guarded
from livechat.control.statuses import StatusWrite
from livechat.lib import background
from livechat.live import lease, refresh, snapshot_data, sources, token_renewal
from livechat.live.sources import Feed
from livechat.models import Change, Connection, Outcome, Site, Snapshot, Span
from livechat.record import audit
from tests.support.changes import decided
from tests.support.chatserver import ChatServer

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"


@pytest.fixture
def chatserver(request: pytest.FixtureRequest) -> Iterator[ChatServer]:
    """Shows what is written at once, or after so many seconds as a test asks for."""
    with ChatServer(visibility_delay=getattr(request, "param", 0.0)) as server:
        server.world.set_agent(SAMPLE, status="Online")
        yield server


@pytest.fixture
def write_request(site: Site, supervisor: User) -> guarded.WriteRequest:
    """The supervisor's, with the supervisor's own connection."""
    connection = sources.own(site, supervisor)
    assert connection
    return guarded.WriteRequest(supervisor, connection, "n")


def away() -> StatusWrite:
    return StatusWrite(SAMPLE, "Ann", "away", "Online")


def shown(feed: Feed) -> str:
    """The agent's status, as the boards have it."""
    row = Snapshot.objects.get(site_id=feed.site_id, fingerprint=feed.fingerprint, kind="agents")
    data = snapshot_data.unpack(row)
    assert data
    return str(data.by_id[SAMPLE].status).casefold()


@pytest.mark.parametrize("chatserver", [3600.0], indirect=True)
def test_after_a_slow_put_the_old_status_does_not_come_back(
    feed: Feed, write_request: guarded.WriteRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = StatusWrite.send
    monkeypatch.setattr(background, "start", lambda key, work: None)
    with time_machine.travel(timezone.now(), tick=True) as clock:

        def send(*arguments: Any) -> None:
            real(*arguments)
            clock.shift(7.5)

        monkeypatch.setattr(StatusWrite, "send", send)
        refresh.refresh(feed, "agents")
        guarded.perform(away(), write_request)
        clock.shift(4.5)
        refresh.refresh(feed, "agents")
        assert shown(feed) == "away"
        assert not Span.objects.filter(outside=True).exists()
        clock.shift(2)
        refresh.refresh(feed, "agents")
        assert shown(feed) == "online", "a list is believed again that must have it by now"


def test_a_list_that_was_asked_for_before_the_change_showed_does_not_bring_the_old_status_back(
    feed: Feed, write_request: guarded.WriteRequest
) -> None:
    refresh.refresh(feed, "agents")
    token = lease.acquire(Snapshot.objects.get(kind="agents"))
    assert token
    asked = timezone.now()
    client = token_renewal.client(Connection.objects.get())
    old = client.agents()
    guarded.perform(away(), write_request)
    assert audit.standing(Change.objects.get())[0] == Outcome.Result.CONFIRMED
    assert refresh.store(feed, "agents", old, token, asked)
    assert shown(feed) == "away"
    assert not Span.objects.filter(outside=True).exists()


def test_a_change_of_ours_is_as_sure_as_its_put_was_short(
    feed: Feed, write_request: guarded.WriteRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = StatusWrite.send
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def send(*arguments: Any) -> None:
            real(*arguments)
            clock.shift(2)

        monkeypatch.setattr(StatusWrite, "send", send)
        refresh.refresh(feed, "agents")
        clock.shift(20)
        guarded.perform(away(), write_request)
    began = Span.objects.get(agent__agent_id=SAMPLE, ended=None)
    assert (began.began_slack, Span.objects.get(agent__agent_id=SAMPLE, ended=began.began).ended_slack) == (
        2_000,
        2_000,
    )


def test_after_a_change_showed_every_list_is_believed(
    feed: Feed, write_request: guarded.WriteRequest, chatserver: ChatServer
) -> None:
    refresh.refresh(feed, "agents")
    guarded.perform(away(), write_request)
    chatserver.world.set_agent(SAMPLE, status="Online")
    refresh.refresh(feed, "agents")
    assert shown(feed) == "online"
    assert Span.objects.get(outside=True).was.name.casefold() == "away"


def test_of_two_changes_just_sent_the_newer_holds(site: Site, supervisor: User) -> None:
    for status in ("away", "Meeting"):
        audit.outcome(decided(site, supervisor, status), Outcome.Result.SENT)
    now = timezone.now()
    assert audit.just_sent(site.pk, now) == {SAMPLE: "Meeting"}
    assert audit.just_sent(site.pk, now + timedelta(seconds=7)) == {}


def test_a_status_whose_put_was_answered_by_an_error_is_not_shown_before_comm100_shows_it(
    feed: Feed, write_request: guarded.WriteRequest, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "start", lambda key, work: None)  # it is not verified yet
    chatserver.faults.answer(503, on="PUT /v4/livechat/agents/{id}")
    change = guarded.perform(away(), write_request)
    assert audit.standing(change)[0] == Outcome.Result.SENT
    assert audit.just_sent(feed.site_id, timezone.now()) == {}
