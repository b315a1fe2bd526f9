"""Planned statuses: "Away until 13:00, then Online". Guarded at their time, sent once, cancelled, in the record."""

import base64
import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connections as databases
from django.test import Client
from django.utils import timezone

from livechat.boards import plans
from livechat.comm100.credentials import Bearer
from livechat.control import bulk, guarded, plan_worker, planning
from livechat.lib import background, local_times, ttl_cache
from livechat.live import budget
from livechat.models import BulkItem, Change, Connection, Membership, Outcome, Plan, PlanEvent, Role, Site, Wall
from livechat.models.append_only import allow_purge
from livechat.sites import connections
from tests.support.chatserver import ChatServer
from tests.support.links import make
from tests.support.pages import PARTIAL, poll, text
from tests.support.people import client_for

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
URL = f"/agents/{SAMPLE}/status/"
PUT, GET = "PUT /v4/livechat/agents/{id}", "GET /v4/livechat/agents/{id}"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
State = Plan.State
ZONE = ZoneInfo("Asia/Kolkata")  # its clocks never change
AT, LATER = (f"{datetime.now(ZONE) + ahead:%H:%M}" for ahead in (3 * HOUR, 4 * HOUR))

FIELDS = {"status": "away", "expected": "Online", "nonce": "n1", "until": AT, "then": "online", "late": "15"}


@pytest.fixture(autouse=True)
def _online(chatserver: ChatServer, renew: Callable[[], None], site: Site) -> None:
    Site.objects.update(time_zone=ZONE.key)
    chatserver.world.set_agent(SAMPLE, status="Online")
    renew()


def says(answer: Any, at: str = AT) -> bool:
    """Whether a page says until when; the day stands before it if that is tomorrow."""
    return re.search(rf"until (?:\w{{3}} )?{at}", text(answer)) is not None


def ask(web: Client, url: str = URL, **fields: str) -> Any:
    """Send the form of the agent's status."""
    return web.post(url, FIELDS | fields)


@pytest.fixture
def plan(site: Site, supervisor: User, chatserver: ChatServer) -> Plan:
    """An agent who is away, and online in three hours."""
    chatserver.world.set_agent(SAMPLE, status="Away")
    due = timezone.now() + 3 * HOUR
    until = planning.Until(due, "online", due + 15 * MINUTE)
    planning.make(supervisor, Connection.objects.get(), [planning.For(SAMPLE, "Kim", "away")], until, nonce="n0")
    return Plan.objects.get()


def come_due(plan: Plan, *, late: timedelta = timedelta(0), limit: timedelta = 15 * MINUTE) -> Plan:
    """Let the plan's time be over for so long, and the servers' job run."""
    due = timezone.now() - late
    Plan.objects.filter(pk=plan.pk).update(due=due, latest=due + limit)
    plan_worker.carry_out_due()
    plan.refresh_from_db()
    return plan


def there(chatserver: ChatServer) -> str:
    """The agent's status as the chat server has it."""
    status: str = json.loads(chatserver.world.agent_body(SAMPLE) or "")["status"]
    return status.lower()


def shown(moment: datetime) -> str:
    """A moment as the record shows it to somebody in this installation's zone."""
    return f"{timezone.localtime(moment):%-d %b %Y %H:%M}"


def told(web: Client) -> list[tuple[str, str]]:
    """What the record says of plans, oldest first: outcome and message."""
    lines = [item["line"] for item in web.get("/changes/?kind=plans").context["lines"]]
    return [(str(line.outcome_label), line.message) for line in reversed(lines)]


def test_a_planned_status_is_sent_at_its_time_by_the_one_who_planned_it(web: Client, chatserver: ChatServer) -> None:
    assert ask(web, reason="Lunch").status_code == 302
    plan = Plan.objects.get()
    assert (there(chatserver), plan.first) == ("away", Change.objects.get())
    plan_worker.carry_out_due()
    assert chatserver.calls(PUT) == 1, "not before its time"
    come_due(plan)
    assert (plan.state, there(chatserver)) == (State.SENT, "online")
    assert plan.change
    assert (plan.change.actor_name, plan.change.reason) == ("sue", "Lunch")
    assert plan.change.outcomes.last().result == Outcome.Result.CONFIRMED
    plan_worker.carry_out_due()
    assert chatserver.calls(PUT) == 2
    assert [label for label, _message in told(web)] == ["Planned", "Sent"]
    file = b"".join(web.get("/changes/csv/?kind=plans")).decode()
    assert file.count("Planned status") == 2
    assert web.get(f"/changes/?q={SAMPLE}").context["shown"] == 4


def test_a_plan_that_a_stopped_server_left_is_sent_late_within_its_limit_and_says_so(
    web: Client, plan: Plan, chatserver: ChatServer
) -> None:
    come_due(plan, late=10 * MINUTE)
    assert (plan.state, there(chatserver)) == (State.LATE, "online")
    assert told(web)[-1] == ("Sent late", "")


def test_a_plan_that_is_later_than_its_limit_sends_nothing_and_says_so(
    web: Client, plan: Plan, chatserver: ChatServer
) -> None:
    come_due(plan, late=16 * MINUTE)
    assert (plan.state, there(chatserver), chatserver.calls(PUT)) == (State.SKIPPED, "away", 0)
    sentence = f"No server was there to send it in time, and it may be sent until {shown(plan.latest)} only."
    assert told(web)[-1] == ("Skipped", f"{sentence} Nothing was sent.")


def test_nothing_is_sent_if_the_agent_is_no_longer_in_the_status_that_was_set(
    web: Client, plan: Plan, chatserver: ChatServer
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Training")
    come_due(plan)
    assert (there(chatserver), chatserver.calls(PUT)) == ("training", 0)
    assert told(web)[-1] == ("Skipped", "The agent was no longer in away: Training. Nothing was sent.")


def demoted(planner: User) -> None:
    Membership.objects.filter(user=planner).update(role=Role.VIEWER)


def deactivated(planner: User) -> None:
    User.objects.filter(pk=planner.pk).update(is_active=False)


def disconnected(planner: User) -> None:
    connections.remove(planner.memberships.get().site, Connection.objects.get(user=planner))


NO_RIGHT = "The person who started this may not write here any more."


@pytest.mark.parametrize(
    ("gone", "why"),
    [(demoted, NO_RIGHT), (deactivated, NO_RIGHT), (disconnected, "The credential this was")],
)
def test_a_plan_is_skipped_with_the_reason_if_the_person_the_role_or_the_credential_is_gone(
    make_user: Callable[..., User], web: Client, chatserver: ChatServer, gone: Callable[[User], Any], why: str
) -> None:
    planner = make_user("pat")
    assert ask(client_for(planner)).status_code == 302
    gone(planner)
    come_due(Plan.objects.get())
    assert chatserver.calls(PUT) == 1
    label, message = told(web)[-1]
    assert label == "Skipped"
    assert message.startswith(why)


def token(ends: datetime) -> str:
    """A JSON Web Token that ends then."""
    parts = ({"alg": "RS256"}, {"exp": int(ends.timestamp())}, {"sig": "x"})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


def test_a_plan_is_refused_if_the_planners_token_ends_sooner(
    web: Client, supervisor: User, chatserver: ChatServer
) -> None:
    stored = Connection.objects.get(user=supervisor)
    sealed = stored.sealed_form(Bearer(token(timezone.now() + HOUR)))
    Connection.objects.filter(pk=stored.pk).update(sealed=sealed)
    answer = ask(web)
    assert answer.status_code == 422
    assert "your access token ends before that" in text(answer)
    assert f'value="{AT}"' in text(answer), "what was typed is kept"
    answer = web.post(f"{URL}set/", FIELDS | {"nonce": "n2"}, headers=PARTIAL)
    assert answer.status_code == 422
    assert f'data-until="{AT}"' in text(answer), "the menu opens again with it"
    assert not Plan.objects.exists()
    assert chatserver.calls(PUT) == 0
    for endless in ("opaque", "a.b.c", token(datetime(2090, 1, 1, tzinfo=UTC))):
        stored.store(Bearer(endless))
        end = planning.token_end(stored)
        assert end is None or end > timezone.now() + 24 * HOUR


def test_a_process_that_was_killed_before_it_sent_is_followed_by_another_and_one_that_recorded_is_not(
    plan: Plan, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(guarded, "intend", killed)
        with pytest.raises(SystemExit):
            come_due(plan)
    plan.refresh_from_db()
    assert plan.state == State.CLAIMED
    plan_worker.carry_out_due()
    assert chatserver.calls(PUT) == 0, "the claim holds for a while"
    Plan.objects.update(claimed_until=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(guarded, "send", killed)
        with pytest.raises(SystemExit):
            plan_worker.carry_out_due()
    plan.refresh_from_db()
    assert plan.state == State.SENT
    assert plan.change
    assert plan.change.nonce == str(plan.uuid)
    plan_worker.carry_out_due()
    assert chatserver.calls(PUT) == 0, "what was recorded may have left: it is looked at, and never sent again"


def test_a_change_under_the_plans_own_nonce_is_found_and_not_sent_again(plan: Plan, chatserver: ChatServer) -> None:
    come_due(plan)
    with allow_purge():
        Plan.objects.update(state=State.CLAIMED, claimed_until=timezone.now(), ended=None, change=None)
    chatserver.world.set_agent(SAMPLE, status="Away")
    plan_worker.carry_out_due()
    plan.refresh_from_db()
    assert (plan.state, chatserver.calls(PUT)) == (State.SENT, 1)


@pytest.mark.parametrize("meanwhile", ["cancelled", "expired"])
def test_whoever_has_lost_the_claim_when_it_would_send_sends_nothing(
    web: Client, plan: Plan, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    real = guarded.intend

    def intend(*arguments: Any) -> Any:
        if meanwhile == "cancelled":
            web.post(f"/plans/{plan.pk}/")
        else:
            Plan.objects.update(claimed_until=timezone.now())
        return real(*arguments)

    monkeypatch.setattr(guarded, "intend", intend)
    come_due(plan)
    assert chatserver.calls(PUT) == 0
    assert Change.objects.count() == 0, "the change that was about to be sent is not in the record"
    assert plan.state in (State.CANCELLED, State.CLAIMED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.threads
def test_two_processes_at_once_send_once(plan: Plan, chatserver: ChatServer) -> None:
    due = timezone.now()
    Plan.objects.filter(pk=plan.pk).update(due=due, latest=due + HOUR)
    began = threading.Barrier(4)

    def carry_out() -> None:
        began.wait()
        plan_worker.carry_out(plan.pk)
        databases.close_all()

    threads = [threading.Thread(target=carry_out) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    plan.refresh_from_db()
    assert (plan.state, chatserver.calls(PUT)) == (State.SENT, 1)
    assert PlanEvent.objects.filter(what="sent").count() == 1
    for change in Change.objects.all():
        background.wait(("verify", change.pk), 10.0)


def test_a_plan_waits_for_comm100_until_its_limit_and_says_what_was_wrong(
    web: Client, plan: Plan, chatserver: ChatServer
) -> None:
    chatserver.faults.answer(500, on=GET, times=1)
    come_due(plan)
    assert plan.state == State.CLAIMED
    plan_worker.carry_out_due()
    assert chatserver.calls(PUT) == 0, "it is not asked again at once"
    Plan.objects.update(claimed_until=timezone.now())
    come_due(plan, late=HOUR)
    assert plan.state == State.SKIPPED
    assert told(web)[-1][1].startswith("It could not be sent until")


def test_a_plan_that_the_call_limit_holds_up_is_tried_again_until_its_limit_and_says_what_it_waited_for(
    web: Client, plan: Plan, chatserver: ChatServer
) -> None:
    budget.close(120)
    assert come_due(plan).state == State.CLAIMED
    held_up = f"It could not be sent until {shown(plan.latest)}: the call limit was used up. Nothing was sent."
    Plan.objects.update(claimed_until=timezone.now())
    come_due(plan, late=HOUR)
    assert (plan.state, chatserver.calls(PUT)) == (State.SKIPPED, 0)
    assert told(web)[-1] == ("Skipped", held_up)


def test_a_supervisor_of_the_site_cancels_a_plan_and_others_do_not(
    web: Client, plan: Plan, make_user: Callable[..., User], chatserver: ChatServer
) -> None:
    page = f"/plans/{plan.pk}/"
    second = Site.objects.create(name="Second", api_base=chatserver.root)
    eve = User.objects.create_user("eve")
    Membership.objects.create(site=second, user=eve, role=Role.ADMINISTRATOR)
    for client, code in ((client_for(make_user("vic", Role.VIEWER)), 403), (client_for(eve), 404)):
        assert (client.get(page).status_code, client.post(page).status_code) == (code, code)
    assert client_for(eve).get("/changes/?kind=plans").context["shown"] == 0
    max_ = client_for(make_user("max"))
    assert "Away</bdi> until" in text(max_.get(page))
    assert max_.post(page).url == f"/agents/{SAMPLE}/"
    plan.refresh_from_db()
    assert plan.state == State.CANCELLED
    come_due(plan)
    assert chatserver.calls(PUT) == 0
    again = max_.post(page)
    assert (again.status_code, "Cancelled" in text(again)) == (409, True)
    assert told(web)[-1] == ("Cancelled", "")
    assert PlanEvent.objects.first().actor_name == "max"


def test_a_later_plan_takes_the_place_of_the_earlier_one(web: Client, plan: Plan, chatserver: ChatServer) -> None:
    answer = ask(web, expected="away", nonce="n2", until=LATER)
    assert answer.status_code == 302
    assert chatserver.calls(PUT) == 0, "the agent has the status already; only what comes then is planned"
    plan.refresh_from_db()
    assert plan.state == State.CANCELLED
    assert Plan.objects.filter(ended=None).count() == 1
    assert ("Cancelled", "A later plan took its place.") in told(web)


def test_a_form_that_is_sent_twice_plans_once(web: Client, chatserver: ChatServer) -> None:
    assert [ask(web).status_code, ask(web).status_code] == [302, 302]
    assert (Plan.objects.count(), chatserver.calls(PUT)) == (1, 1)


def test_nothing_is_planned_if_the_status_is_not_set(web: Client, chatserver: ChatServer) -> None:
    chatserver.world.set_agent(SAMPLE, status="Training")
    conflict = ask(web)
    assert (conflict.status_code, f'value="{AT}"' in text(conflict)) == (409, True)
    chatserver.faults.answer(400, on=PUT)
    ask(web, expected="Training", nonce="n2")
    assert not Plan.objects.exists()


def test_the_row_the_agents_page_and_the_wall_show_a_plan_that_holds(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    _link, wall = make(web, Wall.objects.create(site=site, title="Support", time_zone="Asia/Tokyo"))
    board = web.get("/agents/")
    assert not says(web.get(wall), "")
    assert ask(web).status_code == 302
    plan = Plan.objects.get()
    changed = poll(web, "/agents/", board["HX-PTag"])
    assert changed.status_code == 200
    assert says(changed)
    assert f'href="/plans/{plan.pk}/"' in text(changed)
    assert poll(web, "/agents/", changed["HX-PTag"]).status_code == 304
    ttl_cache.forget_all()  # a wall reads its site once a second
    assert says(web.get(wall), f"{plan.due.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}")
    there_now(chatserver, "Training", renew)
    assert not says(web.get("/agents/")), "the agent is in another status"
    assert not says(web.get(wall), "")
    assert says(web.get(f"/agents/{SAMPLE}/")), "it can still be cancelled"
    there_now(chatserver, "Away", renew)
    back = web.get("/agents/")
    assert says(back)
    web.post(f"/plans/{plan.pk}/")
    gone = poll(web, "/agents/", back["HX-PTag"])
    assert (gone.status_code, says(gone)) == (200, False)


def there_now(chatserver: ChatServer, status: str, renew: Callable[[], None]) -> None:
    """The agent changes status, and everybody sees it."""
    chatserver.world.set_agent(SAMPLE, status=status)
    renew()
    ttl_cache.forget_all()


def test_plans_cost_the_board_one_query_for_each_version_of_the_site(
    web: Client, plan: Plan, django_assert_num_queries: Any
) -> None:
    site = Site.objects.get()
    with django_assert_num_queries(1):
        for _ in range(3):
            plans.of(site)


def test_many_agents_are_planned_with_one_bulk_change_and_those_that_were_left_alone_are_skipped(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    ids = chatserver.world.agent_ids()[:3]
    for key in ids:
        chatserver.world.set_agent(key, status="Online")
    renew()
    picks = [f"{key} Online" for key in ids]
    fields = {"pick": picks, "status": "away", "nonce": "n1", "until": "nonsense", "then": "online"}
    bad = web.post("/agents/bulk/", fields | {"step": "preview"})
    assert (bad.status_code, 'value="nonsense"' in text(bad)) == (422, True)
    fields |= {"until": AT}
    preview = web.post("/agents/bulk/", fields | {"step": "preview"})
    assert says(preview)
    chatserver.world.set_agent(ids[2], status="Training")
    run = web.post("/agents/bulk/", fields | {"step": "start", "previewed": "away"})
    assert says(web.get(run.url))
    assert Plan.objects.filter(run__isnull=False).count() == 3
    chatserver.world.set_agent(ids[2], status="Away")  # by themselves, which no one here asked for
    due = timezone.now()
    Plan.objects.update(due=due, latest=due + HOUR)
    plan_worker.carry_out_due()
    assert sorted(Plan.objects.values_list("state", flat=True)) == [State.SENT, State.SENT, State.SKIPPED]
    assert ("Skipped", "The status before it was never set. Nothing was sent.") in told(web)


def test_a_plan_waits_for_the_bulk_change_that_has_not_come_to_its_agent(
    web: Client, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "go_on", lambda pk: None)
    fields = {"pick": f"{SAMPLE} Online", "status": "away", "nonce": "n1", "until": AT, "then": "online"}
    web.post("/agents/bulk/", fields | {"step": "start", "previewed": "away"})
    assert come_due(Plan.objects.get()).state == State.CLAIMED
    assert BulkItem.objects.get().state == BulkItem.State.WAITING
    assert chatserver.calls(PUT) == 0


def test_bad_input_gets_a_sentence_and_is_kept_and_nothing_is_sent(web: Client, chatserver: ChatServer) -> None:
    for name, value, sentence in (
        ("until", "25:00", "This is no time of day."),
        ("until", "noon", "This is no time of day."),
        ("then", "away", "This is the same status."),
        ("then", "offline", "This status cannot be set here."),
        ("then", "", "Choose the status that comes then."),
        ("late", "9999", "Select a valid choice."),
    ):
        answer = ask(web, **{name: value})
        assert (answer.status_code, sentence in text(answer)) == (422, True), sentence
        assert f'value="{value if name == "until" else AT}"' in text(answer)
    assert (chatserver.calls(PUT), Plan.objects.count()) == (0, 0)


def test_a_time_is_of_the_sites_zone_today_or_tomorrow_and_of_days_when_clocks_change() -> None:
    vienna = ZoneInfo("Europe/Vienna")

    def due(typed: str, now: str) -> str:
        read = local_times.read(typed)
        assert read is not None
        return f"{local_times.next_at(read, vienna, datetime.fromisoformat(now)):%d %H:%M}"

    assert due("13:00", "2026-12-01T11:00+00:00") == "01 12:00"
    assert due("13:00", "2026-12-01T12:00+00:00") == "02 12:00", "it has just passed: tomorrow"
    assert due("02:30", "2026-10-25T00:00+00:00") == "25 00:30", "the first of two"
    assert due("02:30", "2026-10-25T00:45+00:00") == "25 01:30", "the second of two"
    with pytest.raises(local_times.NoSuchMoment):
        due("02:30", "2026-03-28T20:00+00:00")
    assert due("02:30", "2026-03-29T05:00+00:00") == "30 00:30", "the day when it did not exist is over for that"
    assert local_times.read("9.05") == time(9, 5)
    assert [local_times.read(typed) for typed in ("24:00", "9", "09:60", "", "٩:٠٠")] == [None] * 5


def test_a_time_that_clocks_skip_and_one_more_than_a_day_ahead_are_refused_with_a_sentence(
    web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for now, typed, sentence in (
        ("2026-03-28T20:00+00:00", "02:30", "There is no 02:30 on 29 March in Europe/Vienna"),
        ("2026-10-24T10:01+00:00", "12:00", "That is more than 24 hours ahead."),
    ):
        with monkeypatch.context() as patch:
            Site.objects.update(time_zone="Europe/Vienna")
            patch.setattr("livechat.forms.plans.timezone.now", lambda now=now: datetime.fromisoformat(now))
            answer = ask(web, until=typed)
        assert (answer.status_code, sentence in text(answer)) == (422, True), text(answer)


def test_plans_that_ended_are_deleted_with_the_records_days_and_their_lines_with_them(plan: Plan) -> None:
    planning.expire(timedelta(0))
    assert Plan.objects.exists(), "it has not ended"
    come_due(plan)
    planning.expire(HOUR)
    assert PlanEvent.objects.count() == 2
    planning.expire(timedelta(0))
    assert (Plan.objects.count(), PlanEvent.objects.count()) == (0, 0)
