"""The outbox over real HTTP: what is told of alerts, when, how often, and what is not."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from livechat.alerts import actions, batches, delivery, rules, transport, watchers
from livechat.comm100 import records
from livechat.comm100.credentials import Bearer
from livechat.comm100.errors import CredentialRefused
from livechat.models import AgentEntry, Alert, AwayLimit, Channel, Connection, Delivery, DepartmentEntry, Rule, Snapshot
from livechat.models.alerts import Hours
from tests.support import receivers
from tests.support.demo import wait_until
from tests.support.looks import Looks, key, token_that_ends
from tests.support.misbehaving import Misbehaving
from tests.support.people import SALES, client_for
from tests.support.ports import free_port
from tests.support.receivers import Receiver

pytestmark = pytest.mark.django_db
Kind, Outcome = Rule.Kind, Delivery.Outcome


@pytest.fixture(autouse=True)
def _to_this_machine(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE, settings.PUBLIC_URL = True, "https://board.example.org"


@pytest.fixture
def looks(db: None) -> Looks:
    """A site in Tokyo with one agent who is online, looked at once."""
    made = Looks()
    made.site.time_zone = "Asia/Tokyo"
    made.site.save(update_fields=["time_zone"])
    made.online(1)
    made.look()
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with Receiver() as made:
        yield made


def rule(looks: Looks, kind: str, *channels: Channel, **fields: Any) -> Rule:
    """A rule that is switched on, and told by these channels."""
    made = Rule.objects.create(site=looks.site, kind=kind, enabled=True, **{"keep_seconds": 0} | fields)
    made.channels.set(channels)
    with transaction.atomic():
        rules.begin_anew(made)
    return made


def deliver(looks: Looks, seconds: float = 1) -> None:
    """Send what is due after so many seconds."""
    looks.now += timedelta(seconds=seconds)
    with time_machine.travel(looks.now, tick=False):
        delivery.deliver_due()


def rings(looks: Looks) -> None:
    """Let nobody be online."""
    looks.offline(1)
    looks.look()


def is_over(looks: Looks) -> None:
    """Let somebody be online again."""
    looks.online(1)
    looks.look()


def outcomes() -> list[str]:
    """What became of all deliveries, in the order in which they were made."""
    return list(Delivery.objects.values_list("outcome", flat=True))


def test_forty_agents_at_lunch_are_one_message_by_each_channel(looks: Looks, receiver: Receiver) -> None:
    AwayLimit.objects.create(site=looks.site, name="Lunch", key="lunch", minutes=1)
    looks.site.bump_version()
    rule(looks, Kind.STATUS, *(receiver.channel(looks.site, label) for label in "AB"), severity="amber")
    looks.online(*range(40), status="Lunch")
    looks.looks(84, step=14)
    deliver(looks)
    deliver(looks)
    assert receiver.states("A") == receiver.states("B") == ["ringing"]
    told = receiver.told[0]
    assert told["title"].endswith("(40)")
    assert (len(told["lines"]), told["lines"][-1]) == (21, "and 20 more")
    assert outcomes() == [Outcome.SENT] * 80


def test_what_ended_before_it_was_told_is_one_message(looks: Looks, receiver: Receiver) -> None:
    rule(looks, Kind.NOBODY, receiver.channel(looks.site), repeat_minutes=1)
    rings(looks)
    looks.looks(180, step=20)
    is_over(looks)
    deliver(looks)
    assert receiver.states() == ["late"]
    assert receiver.told[0]["title"] == "Over: Nobody is online"
    assert receiver.told[0]["lines"] == ["rang 18:00–18:03, worst 3 min"]


def test_a_reminder_of_what_was_not_told_yet_is_no_reminder(looks: Looks, receiver: Receiver) -> None:
    rule(looks, Kind.NOBODY, receiver.channel(looks.site), repeat_minutes=1)
    rings(looks)
    looks.looks(60, step=20)
    deliver(looks)
    looks.looks(60, step=20)
    deliver(looks)
    assert receiver.states() == ["ringing", "reminder"]


def test_it_is_tried_again_at_longer_and_longer_intervals_and_given_up_after_six_hours(
    looks: Looks, receiver: Receiver
) -> None:
    looks.site.time_zone = "UTC"  # in Tokyo it would be another day before the sixth hour is over
    looks.site.save(update_fields=["opening_hours", "time_zone"])
    rule(looks, Kind.NOBODY, receiver.channel(looks.site))
    receiver.status = "500 Internal Server Error"
    rings(looks)
    began, pauses = looks.now, []
    deliver(looks, 0)
    while row := Delivery.objects.filter(done=None).first():
        pauses.append((row.due - looks.now).total_seconds())
        assert len(pauses) < 10, "it is never given up"
        tries = len(receiver.messages)
        deliver(looks, pauses[-1] - 1)
        assert len(receiver.messages) == tries, "before its time"
        deliver(looks, 1)
        assert len(receiver.messages) == tries + 1
    assert pauses == [10, 60, 300, 900, 3600, 10_800, 5_930]
    assert looks.now - began == timedelta(hours=6)
    assert len(set(receiver.ids)) == len({talk.body for talk in receiver.messages}) == 1
    assert outcomes() == [Outcome.GIVEN_UP]
    page = client_for(looks.owner, looks.site).get(f"/alerts/{Alert.objects.get().pk}/").content.decode()
    assert "Given up The receiver fails for now (500)." in page


def test_a_receiver_that_asks_to_wait_is_sent_nothing_at_all_until_then(looks: Looks, receiver: Receiver) -> None:
    channel = receiver.channel(looks.site)
    rule(looks, Kind.NOBODY, channel)
    rule(looks, Kind.UNCOVERED, channel)
    receiver.status, receiver.headers = "429 Too Many Requests", ["Retry-After: 100"]
    rings(looks)
    deliver(looks)
    looks.wait(1)
    looks.look()
    deliver(looks, 93)
    assert len(receiver.messages) == 1
    receiver.status = "200 OK"
    deliver(looks, 2)
    assert receiver.told[0]["title"] == receiver.told[1]["title"] != receiver.told[2]["title"]
    assert receiver.ids[0] == receiver.ids[1]
    assert outcomes() == [Outcome.SENT] * 2


def test_a_receiver_that_is_gone_switches_its_channel_off_and_what_is_due_for_it_is_not_sent(
    looks: Looks, receiver: Receiver
) -> None:
    channel = receiver.channel(looks.site)
    rule(looks, Kind.NOBODY, channel)
    rule(looks, Kind.UNCOVERED, channel)
    receiver.status = "410 Gone"
    looks.wait(1)
    rings(looks)
    deliver(looks)
    channel.refresh_from_db()
    assert channel.off_why == Channel.Off.GONE
    assert len(receiver.messages) == 1
    assert sorted(outcomes()) == [Outcome.OFF, Outcome.REFUSED]
    is_over(looks)
    assert Delivery.objects.count() == 2, "nothing more is made for it"


def test_a_refused_message_is_not_sent_again(looks: Looks, receiver: Receiver) -> None:
    rule(looks, Kind.NOBODY, receiver.channel(looks.site))
    receiver.status = "302 Found"
    receiver.headers = [f"Location: {receiver.root}/elsewhere"]
    rings(looks)
    deliver(looks)
    deliver(looks, 20_000)
    assert (len(receiver.messages), outcomes()) == (1, [Outcome.REFUSED])


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_a_channel_that_hangs_delays_no_other(
    looks: Looks, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "DEADLINE_SECONDS", 30.0)
    looks.now = timezone.now() - timedelta(minutes=1)
    with Misbehaving("hang-before-headers") as hanging:
        slow = receivers.to(looks.site, f"{hanging.root}/x", "Slow")
        made = rule(looks, Kind.NOBODY, slow, receiver.channel(looks.site))
        rings(looks)
        delivery.deliver_due()
        wait_until(lambda: receiver.states() == ["ringing"] and hanging.calls, 20, "it was not told")
        wait_until(lambda: Delivery.objects.filter(outcome=Outcome.SENT).exists(), 20, "it was not marked")
        assert batches.claim(slow.pk, made.pk, timezone.now()) is None, "it is still under way"
        assert Delivery.objects.get(channel=slow).done is None
    wait_until(lambda: Delivery.objects.filter(channel=slow, tries=1).exists(), 20, "it is not tried again")


def quiet(looks: Looks, receiver: Receiver) -> None:
    """A site that opens from 9 to 17, with a rule that is told only then; it is 20:00 on Monday."""
    looks.site.opening_hours, looks.site.time_zone = [[[540, 1020]]] * 7, "UTC"
    looks.site.save(update_fields=["opening_hours", "time_zone"])
    rule(looks, Kind.NOBODY, receiver.channel(looks.site), hours=Hours.QUIET)
    looks.now = datetime(2026, 11, 30, 20, 0, 0, 123_456, tzinfo=UTC)
    looks.look()


def opens(looks: Looks, receiver: Receiver) -> None:
    """Let the site open, at 9:00 on Tuesday; nothing was sent before."""
    deliver(looks, (datetime(2026, 12, 1, 8, 59, 59, tzinfo=UTC) - looks.now).total_seconds())
    assert receiver.messages == []
    deliver(looks, 1)


def test_what_still_rings_when_the_site_opens_is_told_then(looks: Looks, receiver: Receiver) -> None:
    quiet(looks, receiver)
    rings(looks)
    opens(looks, receiver)
    assert receiver.states() == ["ringing"]
    assert receiver.told[0]["lines"] == ["for 0 s, since Mon 20:00"]
    is_over(looks)
    deliver(looks)
    assert receiver.states() == ["ringing", "ended"], "by day it is told at once"


def test_what_ended_before_the_site_opened_is_not_told(looks: Looks, receiver: Receiver) -> None:
    quiet(looks, receiver)
    rings(looks)
    looks.look(seconds=3600)
    is_over(looks)
    opens(looks, receiver)
    assert (receiver.messages, outcomes()) == ([], [Outcome.QUIET] * 2)


def test_that_it_is_over_is_told_in_the_morning_if_it_began_by_day(looks: Looks, receiver: Receiver) -> None:
    quiet(looks, receiver)
    looks.now -= timedelta(hours=4)
    rings(looks)
    deliver(looks)
    looks.look(seconds=4 * 3600)
    is_over(looks)
    receiver.messages.clear()
    opens(looks, receiver)
    assert receiver.states() == ["ended"]


def test_a_failed_try_by_day_is_no_quiet_hour_and_what_failed_at_opening_is_tried_for_six_hours(
    looks: Looks, receiver: Receiver
) -> None:
    quiet(looks, receiver)
    rings(looks)
    receiver.status = "500 Internal Server Error"
    opens(looks, receiver)
    is_over(looks)
    receiver.status = "200 OK"
    deliver(looks, 10)
    assert outcomes() == [Outcome.SENT] * 2
    assert "late" in receiver.states()


def test_a_rule_that_is_switched_off_meanwhile_sends_nothing(looks: Looks, receiver: Receiver) -> None:
    made = rule(looks, Kind.NOBODY, receiver.channel(looks.site))
    rings(looks)
    made.enabled = False
    made.save()
    rules.begin_anew(made)
    deliver(looks)
    assert (receiver.messages, outcomes()) == ([], [Outcome.OFF])


def test_what_is_acknowledged_is_told_again_only_when_it_is_over(looks: Looks, receiver: Receiver) -> None:
    rule(looks, Kind.NOBODY, receiver.channel(looks.site), repeat_minutes=1)
    rings(looks)
    deliver(looks)
    assert actions.acknowledge(Alert.objects.get(), looks.owner, "on it")
    looks.looks(300, step=20)
    deliver(looks)
    assert receiver.states() == ["ringing"]
    is_over(looks)
    deliver(looks)
    assert receiver.states() == ["ringing", "ended"]


def test_what_a_process_took_before_it_was_ended_is_sent_by_the_next_one_and_in_order(
    looks: Looks, receiver: Receiver
) -> None:
    made, channel = rule(looks, Kind.NOBODY, receiver.channel(looks.site)), Channel.objects.get()
    rings(looks)
    taken = batches.claim(channel.pk, made.pk, looks.now)
    assert taken is not None
    is_over(looks)
    deliver(looks)
    assert receiver.messages == [], "what happened later arrives later"
    deliver(looks, batches.CLAIM_SECONDS)
    assert receiver.ids[0] == str(taken.id)
    assert outcomes() == [Outcome.SENT] * 2


def test_a_process_that_slept_for_longer_than_its_claim_does_not_undo_what_another_one_did(
    looks: Looks, receiver: Receiver
) -> None:
    made, channel = rule(looks, Kind.NOBODY, receiver.channel(looks.site)), Channel.objects.get()
    rings(looks)
    slept = batches.claim(channel.pk, made.pk, looks.now)
    looks.now += timedelta(seconds=batches.CLAIM_SECONDS + 1)
    woken = batches.claim(channel.pk, made.pk, looks.now)
    assert slept
    assert woken
    batches.again(slept, looks.now, None, None, may_have_arrived=False)
    assert batches.claim(channel.pk, made.pk, looks.now + timedelta(seconds=20)) is None
    batches.finish(woken, looks.now, Outcome.SENT, None)
    assert outcomes() == [Outcome.SENT]


def test_what_ended_while_the_receiver_could_not_be_reached_is_one_message(looks: Looks, receiver: Receiver) -> None:
    channel = receivers.to(looks.site, f"http://127.0.0.1:{free_port()}/", "Ops")
    rule(looks, Kind.NOBODY, channel)
    rings(looks)
    deliver(looks)
    is_over(looks)
    channel.store(address=f"{receiver.root}/")
    channel.save()
    deliver(looks)
    assert receiver.states() == ["late"]
    assert receiver.ids == [str(Delivery.objects.earliest("made").pk)]
    assert outcomes() == [Outcome.SENT] * 2


def test_what_may_have_arrived_is_sent_again_as_it_was_and_what_came_since_by_itself(
    looks: Looks, receiver: Receiver
) -> None:
    AwayLimit.objects.create(site=looks.site, name="Lunch", key="lunch", minutes=1)
    looks.site.bump_version()
    rule(looks, Kind.STATUS, receiver.channel(looks.site), severity="amber")
    receiver.status = "504 Gateway Timeout"
    looks.online(2, status="Lunch")
    looks.looks(70, step=10)
    deliver(looks)
    receiver.status = "200 OK"
    looks.online(3, status="Lunch")
    looks.looks(70, step=10)
    deliver(looks)
    assert [len(one["lines"]) for one in receiver.told] == [1, 1, 1]
    assert receiver.ids[0] == receiver.ids[1] != receiver.ids[2]
    assert receiver.messages[0].body == receiver.messages[1].body


def test_a_clock_that_was_set_back_holds_nothing_up(looks: Looks, receiver: Receiver) -> None:
    made, channel = rule(looks, Kind.NOBODY, receiver.channel(looks.site)), Channel.objects.get()
    rings(looks)
    deliver(looks, -7200)
    assert receiver.states() == ["ringing"]
    is_over(looks)
    assert batches.claim(channel.pk, made.pk, looks.now)
    deliver(looks, -7200)
    assert receiver.states() == ["ringing", "ended"]


def test_no_message_of_any_kind_names_a_visitor_or_an_agent(looks: Looks, receiver: Receiver, settings: Any) -> None:
    settings.HAS_MAIL = True
    hooks = [kind for kind in Channel.Kind.values if kind != Channel.Kind.MAIL]
    told_by = [receiver.channel(looks.site, kind, kind) for kind in hooks]
    told_by.append(receivers.to(looks.site, "ops@example.org", "Mail", Channel.Kind.MAIL))
    AwayLimit.objects.create(site=looks.site, name="Lunch", key="lunch", minutes=1)
    DepartmentEntry.objects.create(site=looks.site, department_id=SALES, name="Sales")
    for number in (1, 2):
        of = {"name": f"Zanzibar Canary{number}", "alias": f"K{number}", "team": "Canaries", "capacity": 2}
        AgentEntry.objects.update_or_create(site=looks.site, agent_id=key(number), defaults=of)
    looks.site.bump_version()
    looks.visitor_fields = canaries()
    params = {Kind.WAITING: {"count": 1, "ends": 0}, Kind.LONGEST: {"seconds": 5}, Kind.STILL_ON: {"shift_hours": 0}}
    params[Kind.EXPIRING] = {"days": 7}
    connection = Connection.objects.get()
    ends = Bearer(token_that_ends(looks.now + timedelta(days=3)))
    Connection.objects.update(sealed=connection.sealed_form(ends))
    of_sales = {Kind.WAITING: SALES, Kind.LONGEST: SALES}
    for kind in Kind.values:
        given = params.get(kind, {"minutes": 5})
        rule(looks, kind, *told_by, params=given, severity="amber", department=of_sales.get(kind))
    looks.online(1, chats=2)
    looks.online(2, status="Lunch")
    looks.wait(1, 2, department=SALES)
    looks.looks(84, step=28)
    looks.offline(1)
    looks.look()
    deliver(looks)
    with time_machine.travel(looks.now + timedelta(minutes=9), tick=False):
        Snapshot.objects.update(error=CredentialRefused.slug)
        watchers.look()
    deliver(looks, 540)
    looks.leave(1, 2)
    looks.online(1, 2)
    looks.look()
    deliver(looks)
    sent = Delivery.objects.filter(outcome=Outcome.SENT)
    assert set(sent.values_list("channel__kind", "rule__kind")) == {
        (channel, kind) for channel in Channel.Kind.values for kind in Kind.values
    }
    texts = [json.dumps(json.loads(talk.body), ensure_ascii=False) for talk in receiver.messages]
    texts += [f"{one.subject}\n{one.body}" for one in mail.outbox]
    texts += [str(talk.headers) for talk in receiver.messages]
    for text in texts:
        assert not [one for one in ("anar", "anzibar", "98765", key(1001), key(1)) if one in text], text
    told = [json.loads(talk.body)["data"] for talk in receiver.messages if talk.path.endswith("/webhook")]
    assert "https://board.example.org/alerts/" in {one["url"] for one in told}, "of several at once the list"
    pages = {f"https://board.example.org/alerts/{pk}/" for pk in Alert.objects.values_list("pk", flat=True)}
    assert {one["url"] for one in told} <= {*pages, "https://board.example.org/alerts/"}
    assert "Sales: Somebody is waiting" in {one["title"] for one in told}
    assert "K2 is past the limit of Lunch" in {one["title"] for one in told}
    assert any("since 18:0" in line for one in told for line in one["lines"]), "in the site's zone"


def canaries() -> dict[str, Any]:
    """Every field of a visitor but those that say that they wait, and where."""
    found: dict[str, Any] = {}
    for one in msgspec.structs.fields(records.Visitor):
        if one.name in ("id", "status", "department_id"):
            continue
        if one.name in ("custom_fields", "custom_variables"):
            found[one.name] = (records.Variable("canary-name", "canary-value", "https://canary.example/"),)
        elif one.name == "fixed_variables":
            found[one.name] = ("canary-name",)
        elif one.name in ("visit_time", "first_visit_time"):
            found[one.name] = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
        elif one.name in ("visits", "chats", "page_views"):
            found[one.name] = 98765
        else:
            found[one.name] = f"canary-{one.name}"
    return found
