"""Snapshots: one call for everyone, one refresh at a time, within the budget, with a true age."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connections as databases
from django.db.models import F
from django.test import Client
from django.utils import timezone

from livechat.comm100.credentials import ApiKey, Bearer
from livechat.lib import clock, vault
from livechat.lib.epoch import milliseconds
from livechat.lib.ttl_cache import TtlCache
from livechat.live import budget, intervals, lease, refresh, snapshot_cache, snapshot_data, sources, token_renewal
from livechat.live.snapshot_view import single
from livechat.live.sources import Feed
from livechat.models import Budget, Connection, Contact, Site, Snapshot, Span, Wall
from livechat.sites import connections
from livechat.walls import links
from tests.support.chatserver import ChatServer
from tests.support.demo import wait_until
from tests.support.pages import figures, poll, text
from tests.support.spans import gaps, spans

pytestmark = pytest.mark.django_db
LIST = "GET /v4/livechat/agents"
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"


def row(feed: Feed, kind: str = "agents") -> Snapshot:
    """The snapshot of a feed."""
    return Snapshot.objects.get(site_id=feed.site_id, fingerprint=feed.fingerprint, kind=kind)


def test_equal_data_is_no_new_version(feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    first = row(feed)
    refresh.refresh(feed, "agents")
    again = row(feed)
    assert (again.version, again.checks) == (first.version, first.checks + 1)


def test_a_body_is_sealed_and_bound_to_its_row(feed: Feed) -> None:
    refresh.refresh(feed, "visitors")
    snapshot = row(feed, "visitors")
    assert b"Hangzhou" not in bytes(snapshot.body.sealed)
    snapshot.fingerprint = "0" * 64
    assert snapshot_data.unpack(snapshot) is None


def test_different_credentials_never_share_a_snapshot_and_equal_ones_do(
    site: Site, chatserver: ChatServer, make_user: Callable[..., User]
) -> None:
    first, same, other = (make_user(name, connected=False) for name in ("a", "b", "c"))
    made = [
        connections.store(site, first, Bearer(chatserver.token)),
        connections.store(site, same, Bearer(chatserver.token)),
        connections.store(site, other, Bearer("another-token")),
    ]
    assert made[0].fingerprint == made[1].fingerprint
    assert made[0].fingerprint != made[2].fingerprint


def test_equal_credentials_are_one_in_memory_whoever_looks(
    feed: Feed, chatserver: ChatServer, make_user: Callable[..., User]
) -> None:
    refresh.refresh(feed, "agents")
    other = Feed(feed.site_id, feed.fingerprint, make_user("b").connections.get().pk, feed.shared)
    assert snapshot_cache.get(feed, "agents").data is snapshot_cache.get(other, "agents").data is not None
    Connection.objects.filter(pk=feed.connection_id).delete()
    calls = chatserver.calls(LIST)
    monotonic = clock.steady() + intervals.BASE_SECONDS["agents"] + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "steady", lambda: monotonic)
        snapshot_cache.get(other, "agents")
    assert chatserver.calls(LIST) == calls + 1, "by the remaining connection"


def test_no_call_of_a_feed_leaves_by_another_credential(
    site: Site, supervisor: User, feed: Feed, chatserver: ChatServer
) -> None:
    connections.store(site, supervisor, Bearer("another-token"))
    assert refresh.refresh(feed, "agents") is False
    assert chatserver.calls(LIST) == 0
    assert row(feed).holder == ""


def test_while_one_holds_the_lease_nobody_else_calls(feed: Feed, chatserver: ChatServer) -> None:
    snapshot = Snapshot.get_or_create(feed.site_id, feed.fingerprint, "agents")
    assert lease.acquire(snapshot) == 1
    calls = chatserver.calls(LIST)
    assert refresh.refresh(feed, "agents") is False
    assert chatserver.calls(LIST) == calls


def test_a_killed_holder_is_succeeded_judged_by_a_lease_that_stands_still(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.steady()
    monkeypatch.setattr(clock, "steady", lambda: now)
    assert lease.acquire(Snapshot.get_or_create(feed.site_id, feed.fingerprint, "agents")) == 1
    assert not refresh.refresh(feed, "agents"), "it may still be at work"
    now += lease.TAKEOVER_SECONDS - 0.1
    assert not refresh.refresh(feed, "agents")
    now += 0.2
    assert refresh.refresh(feed, "agents")


def test_a_row_that_nobody_has_asked_for_in_an_hour_is_not_watched_any_more(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.steady()
    monkeypatch.setattr(clock, "steady", lambda: now)
    monkeypatch.setattr(lease, "_seen", TtlCache(100, lease.WATCH_SECONDS))
    rows = [Snapshot.get_or_create(feed.site_id, feed.fingerprint, kind) for kind in ("agents", "visitors", "outcomes")]
    for snapshot in rows:
        assert lease.acquire(snapshot)
        snapshot.refresh_from_db()
    for snapshot, seconds in zip(rows, (lease.WATCH_SECONDS / 2, lease.WATCH_SECONDS / 2 + 1, 0), strict=True):
        assert lease.acquire(snapshot) is None
        now += seconds
    assert [pk for _model, pk in lease._seen] == [rows[1].pk, rows[2].pk]
    assert lease.acquire(rows[1]), "it has stood still"


def test_a_late_holder_cannot_store(feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    snapshot = row(feed)
    late = lease.acquire(snapshot)
    assert late is not None
    Snapshot.objects.filter(pk=snapshot.pk).update(lease=late + 1)
    client = token_renewal.client(Connection.objects.get())
    assert refresh.store(feed, "agents", client.agents(), late, timezone.now()) is False
    assert row(feed).checks == snapshot.checks


def test_a_refresh_that_another_process_has_just_done_is_not_due(feed: Feed, chatserver: ChatServer) -> None:
    refresh.refresh(feed, "agents")
    calls = chatserver.calls(LIST)
    assert refresh.refresh(feed, "agents", seen=0) is False
    assert chatserver.calls(LIST) == calls


def test_no_more_than_300_calls_leave_in_five_minutes_and_60_are_kept_for_writes(db: None) -> None:
    for _ in range(240):
        budget.take()
    with pytest.raises(budget.BudgetExhausted) as spent:
        budget.take()
    assert 0 < spent.value.wait <= 300
    for _ in range(60):
        budget.take(write=True)
    with pytest.raises(budget.BudgetExhausted):
        budget.take(write=True)
    assert budget.used() == 300


def test_the_budget_is_not_bent_by_the_systems_clock(db: None) -> None:
    for _ in range(240):
        budget.take()
    for days in (1, -1):
        with time_machine.travel(timezone.now() + timedelta(days=days)), pytest.raises(budget.BudgetExhausted):
            budget.take()


def test_calls_counted_before_a_reboot_still_count(db: None) -> None:
    Budget.objects.create(pk=1, calls=[clock.shared() + 1e6] * 240)
    with pytest.raises(budget.BudgetExhausted):
        budget.take()


def test_calls_counted_before_a_reboot_are_forgotten_five_minutes_after_the_first_look(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.shared()
    monkeypatch.setattr(clock, "shared", lambda: now)
    Budget.objects.create(pk=1, calls=[now + 1e6] * 300)
    for write in (False, True):
        with pytest.raises(budget.BudgetExhausted):
            budget.take(write=write)
    now += budget.WINDOW_SECONDS + 1
    budget.take()
    assert budget.used() == 1


def test_a_wait_from_before_a_reboot_is_none_and_does_not_hide_a_new_one(db: None) -> None:
    Budget.objects.create(pk=1, closed_until=clock.shared() + 1e6)
    budget.take()
    budget.close(120)
    with pytest.raises(budget.BudgetExhausted) as spent:
        budget.take(write=True)
    assert spent.value.wait == pytest.approx(120, abs=2)


def test_a_short_wait_does_not_cut_a_longer_one(db: None) -> None:
    budget.close(120)
    budget.close(1)
    with pytest.raises(budget.BudgetExhausted) as spent:
        budget.take(write=True)
    assert spent.value.wait == pytest.approx(120, abs=2)


def test_many_feeds_stretch_the_interval_and_the_page_says_so(
    web: Client, site: Site, feed: Feed, renew: Callable[[], None]
) -> None:
    for number in range(5):
        for kind in intervals.LISTS:
            Snapshot.objects.create(site=site, fingerprint=f"{number:064}", kind=kind, looked=timezone.now())
    web.get("/agents/")
    intervals.forget()
    every, sharing = intervals.interval("agents", timezone.now())
    assert sharing >= 5
    assert 12 * budget.WINDOW_SECONDS / every <= budget.CALL_LIMIT - budget.WRITE_RESERVE
    renew()
    note = figures(web.get("/agents/"))["note"]
    assert f"{sharing} connections share Comm100's limit" in note


@pytest.mark.parametrize("sharing", [1, 2])
@pytest.mark.parametrize("dropped", [0, 1, 2])
@pytest.mark.parametrize("repeated", [0, 1, 2])
def test_every_sentence_that_applies_is_said_to_boards_and_to_walls(
    web: Client,
    site: Site,
    supervisor: User,
    feed: Feed,
    chatserver: ChatServer,
    renew: Callable[[], None],
    sharing: int,
    dropped: int,
    repeated: int,
) -> None:
    ids = chatserver.world.agent_ids()
    for number in range(dropped):
        chatserver.world.put_agent_record({"id": f"no id {number}", "status": "Online"})
    for number in range(repeated):
        chatserver.world.put_agent_record({"id": f" {{{ids[number].upper()}}} ", "status": "Online"})
    for kind in intervals.LISTS if sharing > 1 else ():  # what another connection is used for
        Snapshot.objects.create(site=site, fingerprint="0" * 64, kind=kind, looked=timezone.now())
    for path in ("/agents/", "/visitors/"):
        web.get(path)
    intervals.forget()
    renew()
    _link, secret = links.make_link(Wall.objects.create(site=site, title="TV", language="de"), supervisor, "TV", days=1)
    unread = {0: "", 1: "1 record could not be read.", 2: "2 records could not be read."}
    twice = {
        0: "",
        1: "1 record is left out: another one has its id.",
        2: "2 records are left out: others have their ids.",
    }
    shared = {1: "", 2: "Every 5 s: 2 connections share Comm100's limit."}
    wanted = " ".join(filter(None, (shared[sharing], unread[dropped], twice[repeated])))
    board = figures(web.get("/agents/"))["note"]
    assert re.sub(r"Every \d+ s", "Every 5 s", board) == wanted
    german = figures(Client().get(f"/wall/{secret}/"))["note"]
    assert german.count(".") == wanted.count(".")
    assert ("lesbar" in german, "weggelassen" in german) == (bool(dropped), bool(repeated))


def test_a_change_of_what_is_left_out_reaches_an_open_page(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    tag = poll(web, "/agents/")["HX-PTag"]
    key = chatserver.world.put_agent_record({"id": f"{{{SAMPLE}}}", "status": "Online"})
    renew()
    told = poll(web, "/agents/", tag)
    assert told.status_code == 200
    assert "another one has its id" in figures(told)["note"]
    chatserver.world.remove_agent(key)
    renew()
    assert figures(poll(web, "/agents/", told["HX-PTag"]))["note"] == ""


def test_the_slow_pace_of_figures_nobody_looked_at_ends_with_a_look(feed: Feed, web: Client) -> None:
    Snapshot.objects.update(looked=None)
    refresh.refresh(feed, "agents")
    assert row(feed).every == intervals.IDLE_SECONDS
    snapshot_cache.forget()
    assert figures(web.get("/agents/"))["every"] == intervals.BASE_SECONDS["agents"]


def test_figures_that_nobody_looked_at_for_a_while_are_renewed_before_they_are_shown(
    feed: Feed, web: Client, renew: Callable[[], None]
) -> None:
    renew()
    before = timezone.now() - timedelta(seconds=45)
    Snapshot.objects.update(checked=before, tried=before, looked=None)
    answer = web.get("/agents/")
    assert figures(answer)["age"] < 10
    assert 'data-age="fresh"' in text(answer)


def test_a_snapshot_deleted_under_a_process_is_fetched_anew(feed: Feed, web: Client) -> None:
    assert web.get("/agents/").status_code == 200
    Snapshot.objects.all().delete()
    snapshot_cache.mark_stale(feed.site_id)
    assert web.get("/agents/").status_code == 200
    wait_until(lambda: f'id="agent-{SAMPLE}"' in text(web.get("/agents/")), 10, "it was not fetched anew")


def test_a_clock_set_back_leaves_nothing_that_lies_in_the_future_or_ends_before_it_began(
    feed: Feed, chatserver: ChatServer
) -> None:
    refresh.refresh(feed, "agents")
    refresh.refresh(feed, "visitors")
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    for key in list(chatserver.world.visitor_ids()):
        chatserver.world.remove_visitor(key)
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=True):
        refresh.refresh(feed, "agents")
        refresh.refresh(feed, "visitors")
        then = timezone.now()
    assert spans(SAMPLE).filter(status__name="Meeting", ended=None).exists()
    assert not Span.objects.filter(began__gt=milliseconds(then)).exists()
    for model in (Span, Contact):
        assert not model.objects.filter(ended__lt=F("began")).exists()


def test_throttling_stops_every_call_for_as_long_as_comm100_asks(feed: Feed, chatserver: ChatServer) -> None:
    chatserver.faults.answer(429, retry_after=120)
    refresh.refresh(feed, "agents")
    assert row(feed).error == "throttled"
    assert row(feed).pause == pytest.approx(120, abs=1)
    with pytest.raises(budget.BudgetExhausted) as spent:
        budget.take(write=True)
    assert spent.value.asked
    assert spent.value.wait == pytest.approx(120, abs=2)


@pytest.mark.parametrize("retry_after", [None, 0])
def test_where_comm100_does_not_say_for_how_long_nothing_leaves_for_a_while(
    feed: Feed, chatserver: ChatServer, retry_after: int | None
) -> None:
    chatserver.faults.answer(429, retry_after=retry_after)
    refresh.refresh(feed, "agents")
    with pytest.raises(budget.BudgetExhausted) as spent:
        budget.take(write=True)
    assert spent.value.wait == pytest.approx(budget.DEFAULT_WAIT_SECONDS, abs=2)


def test_a_site_that_is_down_for_maintenance_does_not_stop_the_others(feed: Feed, chatserver: ChatServer) -> None:
    chatserver.faults.answer(503, retry_after=120)
    refresh.refresh(feed, "agents")
    assert row(feed).pause == pytest.approx(120, abs=1)
    budget.take()


def test_failures_back_off_up_to_a_minute(feed: Feed, chatserver: ChatServer) -> None:
    chatserver.faults.answer(500)
    pauses = []
    for _ in range(8):
        refresh.refresh(feed, "agents")
        pauses.append(row(feed).pause)
    assert pauses[0] < pauses[3] <= 60
    assert pauses[-1] <= 60
    assert row(feed).failures == 8


def test_transitions_become_spans_and_waits_become_contacts(feed: Feed, chatserver: ChatServer) -> None:
    chatserver.world.set_agent(SAMPLE, status="Online")
    visitor = chatserver.world.put_visitor({"id": "00000000-0000-4000-8000-000000000001", "status": "inSite"})
    for kind in intervals.LISTS:
        refresh.refresh(feed, kind)
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    chatserver.world.put_visitor({"id": visitor, "status": "waitingForChat"})
    for kind in intervals.LISTS:
        refresh.refresh(feed, kind)
    assert [(s.status.name, s.began_slack is not None, s.ended is None) for s in spans(SAMPLE)] == [
        ("Online", False, False),
        ("Meeting", True, True),
    ]
    contact = Contact.objects.get(visitor=visitor)
    assert contact.began_slack is not None
    assert contact.answered is None
    chatserver.world.put_visitor({"id": visitor, "status": "chatting"})
    refresh.refresh(feed, "visitors")
    contact.refresh_from_db()
    assert contact.answered
    assert contact.ended is None


def test_a_status_spelled_in_another_case_is_the_same_status(feed: Feed, chatserver: ChatServer) -> None:
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    refresh.refresh(feed, "agents")
    since = mark(feed)
    with time_machine.travel(timezone.now() + timedelta(seconds=100), tick=True):  # no write from here explains it
        chatserver.world.set_agent(SAMPLE, status="meeting")
        refresh.refresh(feed, "agents")
        assert (row(feed).error, mark(feed)) == ("", since)
        chatserver.world.set_agent(SAMPLE, status="MEETING")
        refresh.refresh(feed, f"agent:{SAMPLE}")
        listed, own = (snapshot_cache.get(feed, kind) for kind in ("agents", f"agent:{SAMPLE}"))
        shown = single(listed, own, SAMPLE).data
    assert shown
    assert (shown.rows[0].status, shown.since[SAMPLE]) == ("MEETING", since), "the list knows when it began"
    span = spans(SAMPLE).get()
    assert (span.status.name, span.ended, span.outside) == ("Meeting", None, False)


def mark(feed: Feed) -> tuple[int, bool]:
    """When the sample agent's status began, as the list has it."""
    data = snapshot_data.unpack(row(feed))
    assert data
    return data.since[SAMPLE]


def test_a_gap_in_the_watching_is_written_down(feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        refresh.refresh(feed, "agents")
    ((began, ended),) = gaps()
    assert ended - began > 59 * 60_000


def test_since_survives_a_new_credential(site: Site, supervisor: User, feed: Feed, chatserver: ChatServer) -> None:
    chatserver.world.set_agent(SAMPLE, status="Online")
    refresh.refresh(feed, "agents")
    chatserver.world.set_agent(SAMPLE, status="Away")
    refresh.refresh(feed, "agents")
    began = spans(SAMPLE).get(ended=None).began
    spans(SAMPLE).filter(ended=None).update(began=began - 7_200_000)
    email = chatserver.world.agent_email(SAMPLE)
    options = chatserver.options
    connections.store(site, supervisor, ApiKey(email, options.api_key, options.site_id))
    site.refresh_from_db()
    new = sources.Access(site, supervisor).board
    assert new
    assert new.fingerprint != feed.fingerprint
    refresh.refresh(new, "agents")
    data = snapshot_data.unpack(row(new))
    assert data
    assert data.since[SAMPLE][0] == began - 7_200_000


@pytest.mark.parametrize(("lasting", "pause"), [(True, refresh.REFUSED_RETRY_SECONDS), (False, refresh.NEVER_SECONDS)])
def test_a_key_that_is_refused_in_passing_is_tried_again_and_a_token_that_has_ended_is_not(
    site: Site, supervisor: User, feed: Feed, chatserver: ChatServer, lasting: bool, pause: float
) -> None:
    if lasting:
        email, options = chatserver.world.agent_email(SAMPLE), chatserver.options
        connections.store(site, supervisor, ApiKey(email, options.api_key, options.site_id))
        site.refresh_from_db()
    board = sources.Access(site, supervisor).board
    assert board
    chatserver.faults.answer(401, on=LIST, times=1)
    refresh.refresh(board, "agents")
    assert (row(board).error, row(board).pause) == ("refused-credential", pause)
    refresh.refresh(board, "agents")
    assert row(board).error == ""


def test_a_feed_that_is_not_shared_writes_no_history(
    site: Site, make_user: Callable[..., User], feed: Feed, chatserver: ChatServer
) -> None:
    own = Feed(feed.site_id, feed.fingerprint, feed.connection_id, shared=False)
    refresh.refresh(own, "agents")
    assert not Span.objects.exists()


def test_ages_are_not_bent_by_the_systems_clock(feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    first = snapshot_cache.get(feed, "agents")
    assert first.age is not None
    for days in (1, -1):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            age = snapshot_cache.get(feed, "agents").age
            assert age is not None
            assert abs(age - first.age) < 30


def test_a_snapshot_no_key_opens_is_fetched_anew(feed: Feed, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh.refresh(feed, "agents")
    monkeypatch.setattr(vault, "unseal", _closed)
    assert snapshot_data.unpack(row(feed)) is None


def _closed(sealed: bytes, bound: str) -> bytes:
    raise vault.CannotOpen("no key")


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_while_comm100_hangs_pages_answer_from_memory(
    chatserver: ChatServer, site: Site, supervisor: User, feed: Feed, renew: Callable[[], None]
) -> None:
    renew()
    web = Client()
    web.force_login(supervisor)
    web.get("/agents/")
    chatserver.faults.hang()
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=True):
        snapshot_cache.forget()
        for number in range(10):
            assert web.get("/agents/").status_code == 200
            assert number > 2 or _at_work(), "it waited for the call, which has not ended yet"
    chatserver.faults.clear()
    _join()


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_only_the_first_view_waits_two_seconds_at_most_and_then_fills_itself(
    chatserver: ChatServer, site: Site, supervisor: User, web: Client
) -> None:
    chatserver.faults.hang()
    started = clock.steady()
    cold = web.get("/agents/")
    assert clock.steady() - started > 1.5
    assert _at_work(), "it waited for the call, which has not ended yet"
    assert figures(cold)["loading"]
    assert "Loading the agents" in text(cold)
    chatserver.faults.clear()
    _join()
    filled = poll(web, "/agents/", tag=cold["HX-PTag"])
    assert not figures(filled)["loading"]
    assert f'id="agent-{SAMPLE}"' in text(filled)


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_eight_threads_that_find_a_refresh_due_make_one_call(chatserver: ChatServer, feed: Feed) -> None:
    Snapshot.get_or_create(feed.site_id, feed.fingerprint, "agents")
    before = chatserver.calls(LIST)
    chatserver.faults.latency = 0.3
    gate = threading.Barrier(8)

    def race() -> None:
        gate.wait()
        refresh.refresh(feed, "agents", seen=0)
        databases.close_all()

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert chatserver.calls(LIST) - before == 1


def _at_work() -> list[threading.Thread]:
    """The background refreshes that have not ended."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("background")]


def _join() -> None:
    """Wait for background refreshes to end before the test's database is removed."""
    for thread in _at_work():
        thread.join(10)
