"""Alerts: when a rule rings, when it stops, and what is recorded of it."""

from datetime import timedelta
from typing import Any

import pytest

from livechat.alerts import actions, rules, watchers
from livechat.comm100.credentials import Bearer
from livechat.comm100.errors import CredentialRefused
from livechat.models import Alert, AlertEvent, AwayLimit, Connection, Rule, Snapshot
from livechat.models.alerts import Hours, Severity
from tests.support.looks import BEGAN, Looks, key, token_that_ends
from tests.support.people import make_site

pytestmark = pytest.mark.django_db
Kind, State, What = Rule.Kind, Alert.State, AlertEvent.What


@pytest.fixture
def looks(db: None) -> Looks:
    """A site with one agent who is online and nobody who waits, looked at once."""
    made = Looks()
    made.online(1)
    made.look()
    return made


def rule(looks: Looks, kind: str, wait: int = 0, keep: int = 0, **fields: Any) -> Rule:
    """A rule that is switched on."""
    made = Rule.objects.create(site=looks.site, kind=kind, wait_seconds=wait, keep_seconds=keep, enabled=True, **fields)
    rules.begin_anew(made)
    return made


def one() -> Alert:
    """The only alert."""
    return Alert.objects.get()


def states(made: Rule) -> list[str]:
    """The states of a rule's alerts, the oldest first."""
    return list(Alert.objects.filter(rule=made).order_by("since").values_list("state", flat=True))


def events() -> list[str]:
    """What happened, in order."""
    return list(AlertEvent.objects.order_by("at", "pk").values_list("what", flat=True))


def test_many_who_wait_ring_after_the_rules_wait_and_not_before(looks: Looks) -> None:
    made = rule(looks, Kind.WAITING, wait=20, params={"count": 3, "ends": 1})
    looks.wait(1, 2)
    looks.looks(30)
    assert states(made) == []
    looks.wait(3)
    looks.looks(20)
    assert states(made) == [State.PENDING]
    looks.look()
    assert states(made) == [State.FIRING]
    assert (one().fired, one().value) == (looks.now, 3)
    assert events() == [What.FIRED]


def test_what_is_over_before_the_rules_wait_leaves_nothing(looks: Looks) -> None:
    made = rule(looks, Kind.WAITING, wait=20, params={"count": 1, "ends": 0})
    looks.wait(1)
    looks.looks(15)
    looks.leave(1)
    looks.look()
    assert (states(made), events()) == ([], [])


def test_it_rings_at_five_and_ends_at_three_and_the_worst_is_kept(looks: Looks) -> None:
    rule(looks, Kind.WAITING, params={"count": 5, "ends": 3})
    looks.wait(1, 2, 3, 4, 5)
    looks.look()
    looks.wait(6, 7)
    looks.look()
    looks.leave(5, 6, 7)
    looks.look()
    assert (one().state, one().value, one().worst) == (State.FIRING, 4, 7)
    looks.leave(4)
    looks.look()
    assert (one().state, one().ended) == (State.ENDED, looks.now)


def test_a_short_pause_is_no_new_alert_and_ends_nothing(looks: Looks) -> None:
    rule(looks, Kind.NOBODY, keep=30)
    looks.offline(1)
    looks.look()
    began = looks.now
    looks.online(1)
    looks.looks(15)
    assert one().state == State.RECOVERING
    looks.offline(1)
    looks.look()
    assert (one().state, one().fired, one().cleared) == (State.FIRING, began, None)
    looks.online(1)
    looks.look()
    over = looks.now
    looks.looks(30)
    assert (one().state, one().cleared, one().worst) == (State.ENDED, over, (over - began) // timedelta(milliseconds=1))
    assert events() == [What.FIRED, What.ENDED]


def test_a_wait_over_its_limit_rings_from_when_it_began(looks: Looks) -> None:
    rule(looks, Kind.LONGEST, params={"seconds": 60})
    looks.wait(1)
    looks.look()
    began = looks.now
    looks.looks(55)
    assert not Alert.objects.exists()
    looks.look()
    assert one().value == began.timestamp() * 1000
    looks.wait(2)
    looks.looks(60)
    looks.leave(1)
    looks.look()
    assert (one().state, one().worst) == (State.FIRING, 125_000)


def test_who_waits_in_another_department_does_not_count(looks: Looks) -> None:
    made = rule(looks, Kind.WAITING, params={"count": 1, "ends": 0}, department=key(7))
    looks.wait(1, department=key(8))
    looks.look()
    assert states(made) == []
    looks.wait(2, department=key(7))
    looks.look()
    assert states(made) == [State.FIRING]


def test_nobody_online_while_somebody_waits_is_uncovered_whichever_list_tells_first(looks: Looks) -> None:
    made = rule(looks, Kind.UNCOVERED)
    looks.wait(1)
    looks.offline(1)
    looks.look("visitors")
    assert states(made) == []
    looks.look("agents")
    assert states(made) == [State.FIRING]
    looks.leave(1)
    looks.look("visitors")
    assert states(made) == [State.ENDED]


def test_a_list_that_nobody_looked_at_for_long_holds_an_alert_as_it_is(looks: Looks) -> None:
    made = rule(looks, Kind.UNCOVERED)
    looks.wait(1)
    looks.offline(1)
    looks.look()
    looks.leave(1)
    for _ in range(10):
        looks.look("agents")  # the visitors' list is older than 30 s at the end
    looks.look("agents", seconds=60)
    assert states(made) == [State.FIRING]
    looks.look()
    assert states(made) == [State.ENDED]


def test_all_full_needs_somebody_online_and_the_places_of_all(looks: Looks) -> None:
    made = rule(looks, Kind.ALL_FULL)
    looks.site.agents.update(capacity=2)
    looks.site.bump_version()
    looks.online(1, chats=2)
    looks.look()
    assert states(made) == [State.FIRING]
    looks.online(2)
    looks.look()
    assert states(made) == [State.ENDED]


def test_a_rule_of_a_team_is_about_its_agents_as_the_directory_knows_them_now(looks: Looks) -> None:
    looks.online(2)
    looks.look()
    looks.site.agents.filter(agent_id=key(1)).update(team="Sales")
    looks.site.bump_version()
    made = rule(looks, Kind.NOBODY, team="sales")
    looks.look()
    assert states(made) == []
    looks.offline(1)
    looks.look()
    assert states(made) == [State.FIRING]
    looks.site.agents.filter(agent_id=key(2)).update(team="Sales")  # and the list stays as it is
    looks.site.bump_version()
    looks.look()
    assert states(made) == [State.ENDED]


def test_each_agent_past_a_limit_is_an_alert_of_their_own(looks: Looks) -> None:
    AwayLimit.objects.create(site=looks.site, name="Lunch", key="lunch", minutes=1)
    looks.site.bump_version()
    made = rule(looks, Kind.STATUS, severity=Severity.AMBER)
    looks.online(1, 2, status="Lunch")
    looks.looks(84, step=14)
    assert sorted(Alert.objects.filter(rule=made).values_list("subject", "detail", "state")) == [
        (key(1), "Lunch", State.FIRING),
        (key(2), "Lunch", State.FIRING),
    ]
    looks.online(1)
    looks.look()
    assert Alert.objects.get(subject=key(1)).state == State.ENDED
    assert Alert.objects.get(subject=key(2)).state == State.FIRING


def test_an_agent_who_is_still_online_after_hours_rings(looks: Looks) -> None:
    made = rule(looks, Kind.STILL_ON, params={"shift_hours": 1})
    looks.looks(3600, step=600)
    assert states(made) == [State.FIRING]
    assert one().value == (BEGAN + timedelta(seconds=5)).timestamp() * 1000


def test_outside_of_the_opening_hours_a_rule_of_the_opening_hours_ends(looks: Looks) -> None:
    looks.site.opening_hours = [[[9 * 60, 9 * 60 + 1]]] + [[]] * 6
    looks.site.time_zone = "UTC"
    looks.site.save(update_fields=["opening_hours", "time_zone"])
    made = rule(looks, Kind.NOBODY, hours=Hours.OPENING)
    looks.offline(1)
    looks.look()
    assert states(made) == [State.FIRING]
    looks.looks(60)
    assert states(made) == [State.ENDED]


def test_what_is_told_again_is_told_at_its_pace_until_somebody_takes_it(looks: Looks) -> None:
    rule(looks, Kind.NOBODY, repeat_minutes=1)
    looks.offline(1)
    looks.look()
    looks.looks(130, step=10)
    assert events() == [What.FIRED, What.REMINDED, What.REMINDED]
    assert actions.acknowledge(one(), looks.owner, "on it")
    assert not actions.acknowledge(one(), looks.owner, "me too")
    looks.looks(120, step=20)
    assert events() == [What.FIRED, What.REMINDED, What.REMINDED, What.ACKNOWLEDGED]


def test_what_is_snoozed_is_told_again_when_the_snooze_is_over(looks: Looks, time_machine: Any) -> None:
    rule(looks, Kind.NOBODY, repeat_minutes=1)
    looks.offline(1)
    looks.look()
    time_machine.move_to(looks.now, tick=False)
    assert actions.snooze(one(), looks.owner, 5)
    looks.looks(295, step=59)
    assert events() == [What.FIRED, What.SNOOZED]
    looks.look()
    assert events() == [What.FIRED, What.SNOOZED, What.WOKEN]


def test_coverage_is_recorded_though_no_rule_is_switched_on(looks: Looks) -> None:
    rules.make_standard()
    looks.offline(1)
    looks.wait(1)
    looks.looks(78, step=13)
    found = Alert.objects.filter(state=State.FIRING).values_list("rule__kind", flat=True)
    assert set(found) == {Kind.NOBODY, Kind.UNCOVERED}


def test_a_rule_that_is_changed_begins_anew(looks: Looks) -> None:
    made = rule(looks, Kind.NOBODY)
    looks.offline(1)
    looks.look()
    rules.begin_anew(made)
    assert states(made) == [State.ENDED]
    looks.look()
    assert states(made) == [State.ENDED, State.FIRING]


def test_a_clock_that_was_set_back_leaves_nothing_pending_for_ever(looks: Looks) -> None:
    made = rule(looks, Kind.NOBODY, wait=60)
    looks.offline(1)
    looks.look()
    looks.look(seconds=-7200)
    assert states(made) == [State.FIRING]


def test_an_agent_who_left_the_list_rings_no_more(looks: Looks) -> None:
    made = rule(looks, Kind.STILL_ON, params={"shift_hours": 1})
    looks.looks(3600, step=600)
    del looks.agents[key(1)]
    looks.look()
    assert states(made) == [State.ENDED]


def test_another_sites_rules_do_not_ring(looks: Looks) -> None:
    other = Looks(make_site("Other"))
    made = rule(other, Kind.NOBODY)
    looks.offline(1)
    looks.look()
    assert states(made) == []


def test_figures_that_are_out_of_date_ring_though_nobody_looks_and_end_with_the_next_good_look(
    looks: Looks, time_machine: Any
) -> None:
    made = rule(looks, Kind.STALE, params={"minutes": 5})
    for minutes, told in ((4, []), (6, [State.FIRING]), (8, [State.FIRING])):
        time_machine.move_to(looks.now + timedelta(minutes=minutes), tick=False)
        watchers.look()
        assert states(made) == told
    assert one().value == looks.now.timestamp() * 1000
    looks.look(seconds=500)
    time_machine.move_to(looks.now, tick=False)
    watchers.look()
    assert states(made) == [State.ENDED]


def test_a_credential_that_comm100_refuses_rings(looks: Looks, time_machine: Any) -> None:
    made = rule(looks, Kind.REFUSED)
    time_machine.move_to(looks.now, tick=False)
    watchers.look()
    assert states(made) == []
    Snapshot.objects.filter(kind="agents").update(error=CredentialRefused.slug)
    watchers.look()
    assert states(made) == [State.FIRING]


def test_a_credential_that_says_it_ends_within_days_rings(looks: Looks, time_machine: Any) -> None:
    made = rule(looks, Kind.EXPIRING, params={"days": 7})
    for days, told in ((8, []), (6, [State.FIRING])):
        connection = Connection.objects.get()
        connection.store(Bearer(token_that_ends(looks.now + timedelta(days=days))))
        time_machine.move_to(looks.now, tick=False)
        watchers.look()
        assert states(made) == told
