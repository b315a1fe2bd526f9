"""Alerts while several processes evaluate, tell and are told: each step is taken once, and nobody waits in a circle."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from livechat.alerts import actions, batches, channels, delivery, evaluation, rules, watchers
from livechat.alerts.groups import Agents, Waits
from livechat.alerts.observation import Observation
from livechat.boards import agents, directory_names
from livechat.comm100 import records
from livechat.live import lease, refresh
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Alert, AlertEvent, Delivery, Rule, Snapshot
from livechat.record.link_events import NOBODY
from tests.support.looks import Looks, key, visitor
from tests.support.receivers import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
Kind, What = Rule.Kind, AlertEvent.What
ROUNDS = 12
PATIENCE = 60.0


@pytest.fixture
def looks(settings: Any) -> Looks:
    """A site whose lists were looked at a moment ago."""
    settings.WEBHOOK_PRIVATE = True
    made = Looks()
    made.now = timezone.now() - timedelta(seconds=10)
    made.online(1)
    made.wait(1)
    made.look()
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with Receiver() as made:
        yield made


def at_once(*works: Callable[[], object]) -> list[Any]:
    """Do all of it in threads that begin at the same moment; what each returned."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            start.wait(PATIENCE)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def rule(looks: Looks, receiver: Receiver, kind: str, label: str = "Ops", **fields: Any) -> Rule:
    """A rule that is switched on and told by a channel of its own."""
    made = Rule.objects.create(site=looks.site, kind=kind, enabled=True, keep_seconds=0, **fields)
    made.channels.set([receiver.channel(looks.site, label)])
    with transaction.atomic():
        rules.begin_anew(made)
    return made


def a_look(looks: Looks, kind: str, rows: list[Any]) -> Callable[[], bool]:
    """A refresh that is about to store these rows."""
    row = Snapshot.get_or_create(looks.site.pk, looks.feed.fingerprint, kind)
    token = lease.acquire(row)
    assert token is not None
    return lambda: refresh.store(looks.feed, kind, records.Listing(tuple(rows)), token, timezone.now())


def test_two_processes_that_look_at_the_two_lists_ring_once_and_end_once(looks: Looks, receiver: Receiver) -> None:
    uncovered = rule(looks, receiver, Kind.UNCOVERED)
    waits = [visitor(key(1001), None)]
    for number in range(ROUNDS):
        status = "online" if number % 2 else "offline"
        list_of_agents = [records.Agent(key(1), status, number)]
        list_of_visitors = [*waits, *(visitor(key(2000 + number), None, status="inSite") for _ in range(number % 2))]
        stored = at_once(a_look(looks, "agents", list_of_agents), a_look(looks, "visitors", list_of_visitors))
        assert stored == [True, True]
        a_look(looks, "visitors", waits)()
    found = Alert.objects.filter(rule=uncovered)
    assert found.count() == ROUNDS // 2
    told = AlertEvent.objects.filter(alert__rule=uncovered)
    assert [told.filter(what=what).count() for what in (What.FIRED, What.ENDED)] == [ROUNDS // 2] * 2
    assert Delivery.objects.count() == ROUNDS


def test_a_look_that_saw_the_other_list_of_before_begins_nothing_that_has_just_ended(
    looks: Looks, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    uncovered, waits = rule(looks, receiver, Kind.UNCOVERED), [visitor(key(1001), None)]
    a_look(looks, "agents", [records.Agent(key(1), "offline", 0)])()
    a_look(looks, "visitors", waits)()
    read, meanwhile = rules.Rules.open_alerts, [a_look(looks, "agents", [records.Agent(key(1), "online", 0)])]

    def open_alerts(known: rules.Rules) -> rules.ByRule:
        if meanwhile:
            meanwhile.pop()()
        return read(known)

    monkeypatch.setattr(rules.Rules, "open_alerts", open_alerts)
    a_look(looks, "visitors", waits)()
    assert [alert.state for alert in Alert.objects.filter(rule=uncovered)] == [Alert.State.ENDED]


def test_a_watcher_that_saw_figures_of_before_begins_nothing_that_has_just_ended(
    looks: Looks, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = rule(looks, receiver, Kind.STALE, params={"minutes": 5})
    Snapshot.objects.update(checked=timezone.now() - timedelta(hours=1))
    watchers.look()
    assert Alert.objects.get(rule=stale).state == Alert.State.FIRING
    read, meanwhile = rules.open_alerts, [watchers.look]

    def open_alerts(wanted: list[Rule]) -> rules.ByRule:
        if meanwhile:
            Snapshot.objects.update(checked=timezone.now())
            meanwhile.pop()()
        return read(wanted)

    monkeypatch.setattr(rules, "open_alerts", open_alerts)
    watchers.look()
    assert [alert.state for alert in Alert.objects.filter(rule=stale)] == [Alert.State.ENDED]


def test_two_processes_that_deliver_send_each_message_once(looks: Looks, receiver: Receiver) -> None:
    made = [rule(looks, receiver, Kind.NOBODY, f"Ops{number}") for number in range(4)]
    looks.offline(1)
    looks.look()
    looks.online(1)
    looks.look()

    def deliver() -> None:
        for channel, number in batches.due(timezone.now()):
            while batch := batches.claim(channel, number, timezone.now()):
                delivery.send(batch)

    at_once(deliver, deliver, deliver)
    deliver()  # what all three saw under way with another
    assert receiver.states() == ["late"] * len(made)
    assert len(set(receiver.ids)) == len(made)
    assert not Delivery.objects.exclude(outcome=Delivery.Outcome.SENT).exists()


def observation(looks: Looks, numbers: range) -> Observation:
    """What is seen if these agents are still online."""
    rows = tuple(records.Agent(key(number), "online", 0) for number in numbers)
    marks = {key(number): (0, True) for number in numbers}
    data = SnapshotData("agents", 0, rows, marks)
    return Observation(timezone.now(), Agents(agents.visible(data, directory_names.of(looks.site))), Waits({}))


def while_under_way(
    first: Callable[[], object], second: Callable[[], object], then: Callable[[], object] = lambda: None
) -> None:
    """Do the second in a transaction of another process while the first one's goes on, which does `then` at its end."""
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            first()
            begun.set()
            done.wait(0.3)  # on SQLite nothing can happen meanwhile; on PostgreSQL the second ends or waits for a lock
            then()

    def meet() -> None:
        begun.wait(PATIENCE)
        with transaction.atomic():
            second()
        done.set()

    at_once(hold, meet)


def evaluation_of(looks: Looks, made: Rule, numbers: range) -> Callable[[], None]:
    """An evaluation of a rule as it is now, which sees these agents online."""
    known = rules.Rules(looks.site.pk, (Rule.objects.get(pk=made.pk),))

    def evaluate() -> None:
        with transaction.atomic():
            evaluation.evaluate(known, lambda: observation(looks, numbers))

    return evaluate


def switch_off(made: Rule) -> None:
    """As its page does."""
    found = Rule.objects.select_for_update(no_key=True).get(pk=made.pk)
    found.enabled = False
    found.save(update_fields=["enabled"])
    rules.begin_anew(found)


def test_an_edit_of_a_rule_and_an_evaluation_of_its_agents_lock_them_in_the_same_order(
    looks: Looks, receiver: Receiver
) -> None:
    made = rule(looks, receiver, Kind.STILL_ON, params={"shift_hours": 1})
    evaluation_of(looks, made, range(1, 3))()
    begin, end = evaluation_of(looks, made, range(2, 4)), evaluation_of(looks, made, range(0))

    def edit() -> None:
        rules.begin_anew(Rule.objects.select_for_update(no_key=True).get(pk=made.pk))

    while_under_way(begin, edit, then=end)
    assert not Alert.objects.filter(ended=None).exists()


def test_a_rule_that_is_switched_off_after_an_evaluation_has_read_it_leaves_nothing_open_and_tells_nothing(
    looks: Looks, receiver: Receiver
) -> None:
    made = rule(looks, receiver, Kind.NOBODY)
    late = evaluation_of(looks, made, range(0))
    while_under_way(partial(switch_off, made), late)
    assert not Alert.objects.exists()
    assert not Delivery.objects.exists()


def test_what_an_evaluation_begins_just_before_its_rule_is_switched_off_has_ended(
    looks: Looks, receiver: Receiver
) -> None:
    made = rule(looks, receiver, Kind.NOBODY)
    while_under_way(evaluation_of(looks, made, range(0)), partial(switch_off, made))
    assert [one.state for one in Alert.objects.all()] == [Alert.State.ENDED]


@pytest.mark.parametrize("first", ["evaluation", "removal"])
def test_a_channel_that_is_removed_during_an_evaluation_is_told_nothing_and_the_alert_is_recorded(
    looks: Looks, receiver: Receiver, first: str
) -> None:
    made = rule(looks, receiver, Kind.NOBODY)
    gone = receiver.channel(looks.site, "Gone")
    made.channels.add(gone)
    evaluate, remove = evaluation_of(looks, made, range(0)), partial(channels.remove, gone, NOBODY)
    while_under_way(*((evaluate, remove) if first == "evaluation" else (remove, evaluate)))
    assert Alert.objects.get().state == Alert.State.FIRING
    assert [one.channel.label for one in Delivery.objects.all()] == ["Ops"]


@pytest.mark.parametrize("first", ["choice", "removal"])
def test_a_channel_that_is_removed_while_a_new_rule_chooses_it_tells_nothing_and_the_rule_is_there(
    looks: Looks, receiver: Receiver, first: str
) -> None:
    gone, made = receiver.channel(looks.site, "Gone"), Rule(site=looks.site, kind=Kind.NOBODY, enabled=True)

    def choose() -> None:
        made.save()
        channels.choose(made, [gone.pk])

    remove = partial(channels.remove, gone, NOBODY)
    while_under_way(*((choose, remove) if first == "choice" else (remove, choose)))
    assert not Rule.objects.get(pk=made.pk).channels.exists()


def meddle(looks: Looks, made: list[Rule]) -> list[Callable[[], object]]:
    """Two who evaluate, one who acknowledges, one who edits rules and one who delivers, each many times."""
    keys = [one.pk for one in made]

    def evaluate(first: int) -> None:
        for number in range(ROUNDS):
            known = rules.Rules(looks.site.pk, tuple(Rule.objects.filter(pk__in=keys)))
            with transaction.atomic():
                seen = observation(looks, range(first + number % 3, first + 4))
                evaluation.evaluate(known, lambda seen=seen: seen)

    def acknowledge() -> None:
        for _ in range(ROUNDS):
            for alert in Alert.objects.filter(ended=None).select_related("rule__site"):
                actions.acknowledge(alert, looks.owner, "")

    def edit() -> None:
        for number in range(ROUNDS):
            with transaction.atomic():
                one = Rule.objects.select_for_update(no_key=True).get(pk=made[number % 2].pk)
                one.save()
                rules.begin_anew(one)

    def deliver() -> None:
        for _ in range(ROUNDS):
            delivery.deliver_due()

    return [partial(evaluate, 1), partial(evaluate, 3), acknowledge, edit, deliver]


def test_evaluation_acknowledgement_edits_and_delivery_at_once_end_and_leave_a_whole_record(
    looks: Looks, receiver: Receiver
) -> None:
    made = [rule(looks, receiver, Kind.STILL_ON, f"Ops{one}", params={"shift_hours": 1}) for one in range(2)]
    at_once(*meddle(looks, made))
    delivery.deliver_due()
    for alert in Alert.objects.exclude(fired=None):
        whats = list(alert.events.values_list("what", flat=True))
        assert whats.count(What.FIRED) == 1
        assert whats.count(What.ENDED) == (alert.ended is not None)
    assert not Delivery.objects.filter(done=None).exists()
