"""Setting the status of many agents: guarded one by one, verified by lists, resumed, cancelled and undone."""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from livechat.comm100.client import Client
from livechat.comm100.credentials import Bearer, RenewingBearer
from livechat.control import bulk, bulk_worker
from livechat.control.bulk import Pick
from livechat.lib import background, clock
from livechat.live import budget, intervals, lease, sources, token_renewal
from livechat.live.sources import client_for
from livechat.models import BulkItem, BulkRun, Change, Connection, Outcome, Role, Site, Snapshot
from livechat.models.notes import Code
from livechat.record import audit
from livechat.sites import connections
from tests.support.chatserver import ChatServer

pytestmark = pytest.mark.django_db
PUT, GET, LIST = "PUT /v4/livechat/agents/{id}", "GET /v4/livechat/agents/{id}", "GET /v4/livechat/agents"
Result, State = Outcome.Result, BulkItem.State


@pytest.fixture
def chatserver(request: pytest.FixtureRequest) -> Any:
    """Sixty agents, or as many as a test asks for, all online."""
    with ChatServer(agents=getattr(request, "param", 60)) as server:
        for key in server.world.agent_ids():
            server.world.set_agent(key, status="Online")
        yield server


@pytest.fixture
def connection(site: Site, supervisor: User) -> Connection:
    """The supervisor's."""
    found = sources.own(site, supervisor)
    assert found
    return found


@pytest.fixture
def set_status(supervisor: User, connection: Connection) -> Callable[..., BulkRun]:
    """Starts a bulk change for agents that were seen online."""

    def make(*ids: str, status: str = "Meeting", expected: str = "Online", nonce: str = "") -> BulkRun:
        picks = [Pick(key, f"Agent {key[:4]}", expected, status) for key in ids]
        return bulk.start(supervisor, connection, picks, nonce=nonce or secrets.token_hex(8), reason="All hands")

    return make


def told(run: BulkRun) -> dict[str, str]:
    """Each agent's outcome, or why there is none."""
    return {
        str(item.agent_id): audit.standing(item.change)[0] if item.change else f"{item.state} {item.words}".strip()
        for item in run.items.all()
    }


@pytest.mark.parametrize("chatserver", [200], indirect=True)
def test_two_hundred_agents_cost_as_many_puts_and_a_handful_of_reads(
    chatserver: ChatServer, set_status: Callable[..., BulkRun]
) -> None:
    ids = chatserver.world.agent_ids()
    run = set_status(*ids)
    run.refresh_from_db()
    assert set(told(run).values()) == {Result.CONFIRMED}
    assert run.ended
    assert chatserver.calls(PUT) == 200
    assert chatserver.calls(GET) == 0
    assert chatserver.calls(LIST) <= 2 * 8 + 1, "a guard and a verification for each batch"
    assert budget.used() == chatserver.calls(), "the limit of 300 holds for all of it"
    assert Change.objects.filter(reason="All hands", actor_name="sue").count() == 200


def test_after_a_wait_for_the_call_limit_the_list_is_read_again_before_the_next_agent_is_set(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, moved, last = chatserver.world.agent_ids()[:3]
    real, steady, taken = budget.take, clock.steady, []

    def take(*, write: bool = False) -> None:
        taken.append(write)
        if len(taken) == 3:  # the list, the first, and now the second waits
            chatserver.world.set_agent(moved, status="Training")
            monkeypatch.setattr(clock, "steady", lambda: steady() + bulk_worker.GUARD_SECONDS)
        real(write=write)

    monkeypatch.setattr(budget, "take", take)
    run = set_status(first, moved, last)
    assert list(told(run).values()) == [Result.CONFIRMED, "skipped Changed meanwhile: Training.", Result.CONFIRMED]
    assert chatserver.calls(PUT) == 2


def test_a_bulk_change_waits_as_often_as_comm100_asks_for_fewer_calls(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_worker, "PAUSE_SECONDS", 0.01)
    chatserver.faults.answer(429, on=LIST, times=2 * bulk_worker.MAX_TRIES, retry_after="0.01")
    assert list(told(set_status(*chatserver.world.agent_ids()[:2])).values()) == [Result.CONFIRMED] * 2
    assert chatserver.calls(LIST) == 2 * bulk_worker.MAX_TRIES + 2


def test_a_bulk_change_is_given_up_if_comm100_does_not_answer(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_worker, "PAUSE_SECONDS", 0.01)
    chatserver.faults.answer(503, on=LIST, retry_after="0.01")
    (why,) = told(set_status(chatserver.world.agent_ids()[0])).values()
    assert why.startswith("skipped Comm100 did not answer, so nothing was sent.")
    assert chatserver.calls(LIST) == bulk_worker.MAX_TRIES


def test_after_a_429_to_a_put_the_next_put_leaves_when_comm100s_wait_is_over(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, waits = budget.take, []

    def take(*, write: bool = False) -> None:
        try:
            real(write=write)
        except budget.BudgetExhausted as spent:
            waits.append((spent.asked, chatserver.calls(PUT)))
            raise

    monkeypatch.setattr(budget, "take", take)
    monkeypatch.setattr(bulk_worker, "PAUSE_SECONDS", 0.01)
    chatserver.faults.answer(429, on=PUT, times=1, retry_after="0.2")
    assert list(told(set_status(*chatserver.world.agent_ids()[:2])).values()) == [Result.REFUSED, Result.CONFIRMED]
    assert set(waits) == {(True, 1)}, "the second waited"


def test_a_bulk_change_whose_token_is_to_be_renewed_waits_for_the_call_that_renews_it(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, spent = bulk_worker.token_renewal.client, [budget.BudgetExhausted(0.01, asked=True)]

    def client(connection: Connection) -> Any:
        if spent:
            raise spent.pop()
        return real(connection)

    monkeypatch.setattr(bulk_worker.token_renewal, "client", client)
    assert list(told(set_status(chatserver.world.agent_ids()[0])).values()) == [Result.CONFIRMED]


def test_a_process_that_has_lost_the_bulk_change_to_another_decides_nothing(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = bulk_worker.StatusWrite.asked

    def asked(self: Any, state: Any) -> Any:
        BulkRun.objects.update(lease=99, holder="another")
        return real(self, state)

    monkeypatch.setattr(bulk_worker.StatusWrite, "asked", asked)
    run = set_status(*chatserver.world.agent_ids()[:2])
    assert [item.state for item in run.items.all()] == [State.WAITING] * 2
    assert (chatserver.calls(PUT), Change.objects.count()) == (0, 0)


def test_each_agent_is_guarded_by_the_status_that_the_preview_showed(
    chatserver: ChatServer, set_status: Callable[..., BulkRun]
) -> None:
    first, moved, there, gone = [*chatserver.world.agent_ids()[:3], secrets.token_hex(16)]
    chatserver.world.set_agent(moved, status="Training")
    chatserver.world.set_agent(there, status="meeting")
    assert list(told(set_status(first, moved, there, gone)).values()) == [
        Result.CONFIRMED, "skipped Changed meanwhile: Training.", "skipped In that status already.",
        "skipped Not at this site any more.",
    ]  # fmt: skip
    assert chatserver.calls(PUT) == 1


def test_a_form_sent_twice_makes_one_bulk_change(chatserver: ChatServer, set_status: Callable[..., BulkRun]) -> None:
    ids = chatserver.world.agent_ids()[:3]
    assert set_status(*ids, nonce="once").pk == set_status(*ids, nonce="once").pk
    assert chatserver.calls(PUT) == 3


def test_a_refusal_is_one_agents_outcome_and_the_others_are_set(
    chatserver: ChatServer, set_status: Callable[..., BulkRun]
) -> None:
    ids = chatserver.world.agent_ids()[:3]
    chatserver.faults.answer(400, on=PUT, times=1)
    assert list(told(set_status(*ids)).values()) == [Result.REFUSED, Result.CONFIRMED, Result.CONFIRMED]


def test_a_refused_credential_ends_the_bulk_change_and_nothing_is_sent(
    chatserver: ChatServer, set_status: Callable[..., BulkRun]
) -> None:
    chatserver.faults.answer(401)
    run = set_status(*chatserver.world.agent_ids()[:3])
    run.refresh_from_db()
    assert run.ended
    assert all(text.startswith("skipped ") for text in told(run).values())
    assert (chatserver.calls(PUT), Change.objects.count()) == (0, 0)


def test_after_a_cancellation_no_other_agent_is_set_and_what_was_sent_is_verified(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, sent = bulk_worker.guarded.send, []

    def send(*arguments: Any) -> bool:
        sent.append(arguments)
        if len(sent) == 2:
            BulkRun.objects.update(cancelled=True)
        return real(*arguments)

    monkeypatch.setattr(bulk_worker.guarded, "send", send)
    run = set_status(*chatserver.world.agent_ids()[:5])
    assert list(told(run).values()) == [Result.CONFIRMED] * 2 + ["cancelled"] * 3
    assert chatserver.calls(PUT) == 2


@pytest.mark.parametrize("end", ["removed", "demoted", "closed"])
def test_a_bulk_change_ends_with_its_persons_access(
    chatserver: ChatServer,
    set_status: Callable[..., BulkRun],
    supervisor: User,
    monkeypatch: pytest.MonkeyPatch,
    end: str,
) -> None:
    real = bulk_worker.guarded.send

    def send(*arguments: Any) -> bool:
        if end == "removed":
            supervisor.memberships.all().delete()
        elif end == "demoted":
            supervisor.memberships.update(role=Role.VIEWER)
        else:
            User.objects.update(is_active=False)
        return real(*arguments)

    monkeypatch.setattr(bulk_worker.guarded, "send", send)
    run = set_status(*chatserver.world.agent_ids()[:3])
    run.refresh_from_db()
    why = "skipped The person who started this may not write here any more."
    assert list(told(run).values()) == [Result.CONFIRMED, why, why]
    assert run.ended
    assert chatserver.calls(PUT) == 1


@pytest.mark.parametrize("end", ["removed", "replaced", "own instead of shared", "shared no more"])
def test_a_bulk_change_ends_with_its_credential(
    chatserver: ChatServer,
    site: Site,
    connection: Connection,
    make_user: Callable[..., User],
    monkeypatch: pytest.MonkeyPatch,
    end: str,
) -> None:
    real, actor, shared = bulk_worker.guarded.send, connection.user, " " in end
    if shared:
        Site.objects.update(shared_writes=True)
        actor = make_user("kim", connected=False)

    def send(*arguments: Any) -> bool:
        if end == "removed":
            connections.remove(site, connection)
        elif end == "shared no more":
            Site.objects.update(shared_writes=False)
        else:
            connections.store(site, actor, Bearer("another-token"))
        return real(*arguments)

    monkeypatch.setattr(bulk_worker.guarded, "send", send)
    picks = [Pick(key, "", "Online", "Meeting") for key in chatserver.world.agent_ids()[:3]]
    run = bulk.start(actor, Connection.objects.get(), picks, nonce="n")
    run.refresh_from_db()
    why = "skipped The credential this was started with was removed or replaced, or may not be used for it any more."
    assert list(told(run).values()) == [Result.CONFIRMED, why, why]
    assert run.ended
    assert chatserver.calls(PUT) == 1


def test_a_bulk_change_goes_on_when_its_credential_renews_itself(
    chatserver: ChatServer, site: Site, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = RenewingBearer(chatserver.token, "renewal", "id", "secret", time.time() + 3600)
    made = connections.store(site, supervisor, credential)
    real = bulk_worker.guarded.send

    def send(*arguments: Any) -> bool:
        token_renewal.store(made, RenewingBearer("newer", "renewal", "id", "secret", time.time() + 7200))
        return real(*arguments)

    monkeypatch.setattr(bulk_worker.guarded, "send", send)
    picks = [Pick(key, "", "Online", "Meeting") for key in chatserver.world.agent_ids()[:2]]
    run = bulk.start(supervisor, Connection.objects.get(), picks, nonce="n")
    assert list(told(run).values()) == [Result.CONFIRMED] * 2


def test_undo_restores_every_agent_except_those_that_changed_since_and_those_that_were_offline(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], supervisor: User, site: Site, connection: Connection
) -> None:
    back, moved, off = chatserver.world.agent_ids()[:3]
    first = set_status(back, moved)
    chatserver.world.set_agent(off, status="Offline")
    second = set_status(off, status="Meeting", expected="Offline")
    chatserver.world.set_agent(moved, status="Training")
    undone = told(bulk.undo(first, supervisor, connection, nonce="u1"))
    assert undone == {back: Result.CONFIRMED, moved: "skipped Changed meanwhile: Training."}
    assert told(bulk.undo(second, supervisor, connection, nonce="u2")) == {off: f"skipped {Code.WAS_OFFLINE.label}"}
    assert client_for(site, connection.credential()).agent(back).status == "Online"


def test_a_bulk_change_is_undone_once(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], supervisor: User, connection: Connection
) -> None:
    run = set_status(*chatserver.world.agent_ids()[:2])
    assert bulk.undo(run, supervisor, connection, nonce="a").pk == bulk.undo(run, supervisor, connection, nonce="b").pk
    assert chatserver.calls(PUT) == 4


def test_a_bulk_change_whose_process_was_killed_goes_on_and_sends_nothing_twice(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = chatserver.world.agent_ids()[:4]
    with monkeypatch.context() as patch:
        patch.setattr(bulk_worker.guarded, "send", _killed_after(2))
        with pytest.raises(SystemExit):
            set_status(*ids)
    run = BulkRun.objects.get()
    assert [item.state for item in run.items.all()] == [State.TAKEN] * 3 + [State.WAITING]
    bulk.go_on_with_all()
    assert chatserver.calls(PUT) == 2, "the lease is held until it has stood still for long enough"

    steady = clock.steady
    monkeypatch.setattr(clock, "steady", lambda: steady() + lease.LONG_TAKEOVER_SECONDS)
    bulk.go_on_with_all()
    run.refresh_from_db()
    assert run.ended
    assert list(told(run).values()) == [Result.CONFIRMED, Result.CONFIRMED, Result.UNKNOWN, Result.CONFIRMED]
    assert chatserver.calls(PUT) == 3, "the third was decided, and may have left: it is looked at, not sent"


def _killed_after(number: int) -> Callable[..., bool]:
    """A process that is killed when it has decided to send one more."""
    real, sent = bulk_worker.guarded.send, []

    def send(*arguments: Any) -> bool:
        if len(sent) == number:
            raise SystemExit
        sent.append(arguments)
        return real(*arguments)

    return send


def test_a_bulk_change_is_given_up_after_as_many_reads_however_many_processes_are_killed_at_it(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_worker, "PAUSE_SECONDS", 0.01)
    chatserver.faults.answer(500, on=LIST, times=99)
    steady, real = clock.steady, bulk_worker.listed
    read: list[Client] = []  # by the process of now

    def killed_at_its_second_read(client: Client) -> Any:
        if read:
            raise SystemExit
        read.append(client)
        return real(client)

    monkeypatch.setattr(bulk_worker, "listed", killed_at_its_second_read)
    with pytest.raises(SystemExit):
        set_status(*chatserver.world.agent_ids()[:2])
    for number in range(1, bulk_worker.MAX_TRIES + 3):
        now = steady() + number * 2 * lease.LONG_TAKEOVER_SECONDS
        monkeypatch.setattr(clock, "steady", lambda now=now: now)
        read.clear()
        with suppress(SystemExit):
            bulk.go_on_with_all()
    run = BulkRun.objects.get()
    assert run.ended
    assert chatserver.calls(LIST) == bulk_worker.MAX_TRIES
    assert {item.state for item in run.items.all()} == {State.SKIPPED}


def test_another_process_leaves_a_bulk_change_alone_for_longer_than_its_longest_step(
    set_status: Callable[..., BulkRun], chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bulk_worker.guarded, "send", _killed_after(0))
        with pytest.raises(SystemExit):
            set_status(*chatserver.world.agent_ids()[:2])
    bulk.go_on_with_all()
    steady, longest = clock.steady, token_renewal.RENEWAL_WAIT_SECONDS + 2 * settings.COMM100_DEADLINE
    monkeypatch.setattr(clock, "steady", lambda: steady() + longest)
    bulk.go_on_with_all()
    assert BulkRun.objects.get().ended is None


def test_a_late_holder_of_a_bulk_change_stops(
    chatserver: ChatServer, set_status: Callable[..., BulkRun], monkeypatch: Any
) -> None:
    real = bulk_worker.guarded.send

    def send(*arguments: Any) -> bool:
        BulkRun.objects.update(lease=99, holder="another")
        return real(*arguments)

    monkeypatch.setattr(bulk_worker.guarded, "send", send)
    run = set_status(*chatserver.world.agent_ids()[:5])
    assert chatserver.calls(PUT) == 1
    assert [item.state for item in run.items.all()] == [State.TAKEN] + [State.WAITING] * 4


def test_it_waits_for_the_call_budget_and_refreshing_yields_to_it(
    site: Site, supervisor: User, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "start", lambda key, work: None)
    feed = sources.of(site, connection)
    for kind in intervals.LISTS:
        Snapshot.get_or_create(feed.site_id, feed.fingerprint, kind)
    Snapshot.objects.update(looked=timezone.now())
    intervals.forget()
    usual, _ = intervals.interval("agents", timezone.now())
    picks = [Pick(f"{n:032x}", "", "Online", "Away") for n in range(1, 201)]
    bulk.start(supervisor, connection, picks, nonce="n")
    intervals.forget()
    stretched, _ = intervals.interval("agents", timezone.now())
    assert usual == intervals.BASE_SECONDS["agents"]
    reads = 2 * budget.WINDOW_SECONDS / stretched
    assert 200 + reads <= budget.CALL_LIMIT - budget.WRITE_RESERVE + 30
