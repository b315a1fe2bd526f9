"""The pages of alerts: what rings, who takes it, and the rules."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.alerts import retention, rules
from livechat.lib.epoch import milliseconds
from livechat.models import AgentEntry, Alert, AlertEvent, Role, Rule, Site
from tests.support.pages import poll, text
from tests.support.people import client_for, make_site

pytestmark = pytest.mark.django_db
Kind, State, What = Rule.Kind, Alert.State, AlertEvent.What


@pytest.fixture
def administrator(make_user: Callable[..., User]) -> Client:
    """A browser of an Administrator."""
    return client_for(make_user("ada", Role.ADMINISTRATOR))


def ring(site: Site, kind: str = Kind.LONGEST, **fields: Any) -> Alert:
    """An alert that rings by a rule of its own."""
    given: dict[str, Any] = {"params": {"seconds": 180}, "enabled": True} | fields
    rule = Rule.objects.create(site=site, kind=kind, **given)
    now = timezone.now()
    value = milliseconds(now) - 200_000
    alert = Alert.objects.create(rule=rule, state=State.FIRING, since=now, fired=now, told=now, value=value)
    AlertEvent.objects.create(alert=alert, what=What.FIRED, value=value)
    site.bump_version()
    return alert


def post(client: Client, path: str, **fields: Any) -> str:
    """Send a form and follow to the page that answers, as text."""
    answer = client.post(path, fields, follow=True)
    return text(answer)


def test_what_rings_stands_on_every_page_and_on_the_page_of_alerts(
    web: Client, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    alert = ring(site)
    for path in ("/agents/", "/visitors/", "/walls/", "/alerts/"):
        page = text(web.get(path))
        assert "Somebody waits over 3 min" in page
        assert f'formaction="/alerts/{alert.pk}/acknowledge/"' in web.get(path).content.decode()


def test_a_poll_shows_what_began_to_ring_and_the_next_one_is_unchanged(
    web: Client, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    before = poll(web, "/queue/")
    assert 'class="alarm' not in text(before)
    ring(site)
    after = poll(web, "/queue/", before.headers["HX-PTag"])
    assert (after.status_code, "Somebody waits over 3 min" in text(after)) == (200, True)
    assert poll(web, "/queue/", after.headers["HX-PTag"]).status_code == 304


def test_who_takes_an_alert_is_named_with_the_note_and_no_banner_is_left(
    web: Client, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    alert = ring(site)
    page = post(web, f"/alerts/{alert.pk}/acknowledge/", note="two back from lunch")
    assert "You have it" in page
    found = text(web.get("/alerts/"))
    assert "<b><bdi>sue</bdi></b> has it" in found
    assert "two back from lunch" in found
    assert f"/alerts/{alert.pk}/acknowledge/" not in web.get("/agents/").content.decode()
    assert [event.what for event in alert.events.all()] == [What.FIRED, What.ACKNOWLEDGED]


def test_who_comes_second_is_told_who_has_it(web: Client, site: Site, make_user: Callable[..., User]) -> None:
    alert = ring(site)
    post(client_for(make_user("bob")), f"/alerts/{alert.pk}/acknowledge/")
    assert "bob has it already." in post(web, f"/alerts/{alert.pk}/acknowledge/")


def test_what_is_snoozed_says_until_when_and_only_offered_times_are_taken(web: Client, site: Site) -> None:
    alert = ring(site)
    assert "Choose one of the times" in post(web, f"/alerts/{alert.pk}/snooze/", minutes="7")
    assert "Silent for 15 minutes." in post(web, f"/alerts/{alert.pk}/snooze/", minutes="15")
    assert "Silent until" in text(web.get("/alerts/"))


def test_an_alert_that_has_ended_is_not_taken_any_more(web: Client, site: Site) -> None:
    alert = ring(site)
    Alert.objects.update(state=State.ENDED, ended=timezone.now(), cleared=timezone.now())
    assert "It has ended meanwhile." in post(web, f"/alerts/{alert.pk}/acknowledge/")
    assert "It does not ring any more." in post(web, f"/alerts/{alert.pk}/snooze/", minutes="5")
    assert "Somebody waits over 3 min" in text(web.get("/alerts/?all=1"))


def test_after_a_step_the_page_is_the_one_it_was_asked_on_and_never_another_servers(web: Client, site: Site) -> None:
    alert = ring(site)
    for asked, page in (("/agents/", "/agents/"), ("//evil.example/", f"/alerts/{alert.pk}/")):
        answer = web.post(f"/alerts/{alert.pk}/snooze/", {"minutes": "5", "next": asked})
        assert answer.headers["Location"] == page


def test_a_viewer_sees_what_rings_and_can_do_nothing(site: Site, make_user: Callable[..., User]) -> None:
    alert = ring(site)
    viewer = client_for(make_user("vic", Role.VIEWER, connected=False))
    page = viewer.get("/alerts/").content.decode()
    assert "Somebody waits over 3 min" in page
    assert "acknowledge/" not in page
    assert viewer.post(f"/alerts/{alert.pk}/acknowledge/").status_code == 403
    assert viewer.get("/alerts/rules/").status_code == 200


def test_another_sites_alerts_and_rules_are_not_there(web: Client, administrator: Client) -> None:
    other = ring(make_site("Other"))
    assert web.get(f"/alerts/{other.pk}/").status_code == 404
    assert web.post(f"/alerts/{other.pk}/acknowledge/").status_code == 404
    assert administrator.get(f"/alerts/rules/{other.rule_id}/").status_code == 404
    assert administrator.post(f"/alerts/rules/{other.rule_id}/switch/", {"step": "off"}).status_code == 404


def test_a_site_comes_with_rules_and_one_is_switched_on_by_one_press(administrator: Client, site: Site) -> None:
    rules.make_standard()
    rules.make_standard()
    assert Rule.objects.filter(site=site).count() == len(Kind.choices)
    rule = Rule.objects.get(site=site, kind=Kind.LONGEST)
    assert "Switched on." in post(administrator, f"/alerts/rules/{rule.pk}/switch/", step="on")
    assert Rule.objects.get(pk=rule.pk).enabled
    assert administrator.post(f"/alerts/rules/{rule.pk}/switch/", {"step": "remove"}).status_code == 404


def test_a_rule_of_the_opening_hours_is_not_switched_on_where_there_are_none(administrator: Client, site: Site) -> None:
    rules.make_standard()
    rule = Rule.objects.get(site=site, kind=Kind.NOBODY)
    assert "no opening hours" in post(administrator, f"/alerts/rules/{rule.pk}/switch/", step="on")
    assert not Rule.objects.get(pk=rule.pk).enabled


def filled(**fields: Any) -> dict[str, Any]:
    """A rule's form as somebody fills it in."""
    return {
        "severity": "red", "wait_seconds": "0", "keep_seconds": "30", "hours": "always", "repeat_minutes": "0",
        "on_walls": "on",
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("waiting", {"count": "3", "ends": "3"}, "otherwise it would never end"),
        ("waiting", {"count": "0", "ends": "0"}, "greater than or equal to 1"),
        ("longest", {"seconds": "soon"}, "Enter a whole number"),
        ("longest", {"seconds": "60", "wait_seconds": "90000"}, "less than or equal to 86400"),
        ("nobody", {"hours": "opening"}, "no opening hours"),
        ("all-full", {}, "none could ever be full"),
        ("stale", {"minutes": "-1"}, "greater than or equal to 1"),
        ("still-on", {"shift_hours": "1000"}, "less than or equal to 168"),
    ],
)
def test_a_rule_that_can_never_or_always_ring_is_refused_and_what_was_typed_is_kept(
    administrator: Client, site: Site, kind: str, fields: dict[str, str], words: str
) -> None:
    AgentEntry.objects.create(site=site, agent_id="0f1e2d3c-0000-4000-8000-000000000001")
    answer = administrator.post(f"/alerts/rules/new/?kind={kind}", filled(**fields))
    assert answer.status_code == 422
    assert words in text(answer)
    assert all(f'value="{value}"' in answer.content.decode() for value in fields.values())
    assert not Rule.objects.exists()


def test_a_kind_that_is_none_is_not_found(administrator: Client) -> None:
    assert administrator.get("/alerts/rules/new/?kind=other").status_code == 404


def test_two_who_change_the_same_number_of_a_rule_are_told(administrator: Client, site: Site) -> None:
    rule = ring(site).rule
    path = f"/alerts/rules/{rule.pk}/"
    shown = filled(seconds="120") | {"initial-seconds": "180", "initial-wait_seconds": "0"}
    Rule.objects.filter(pk=rule.pk).update(params={"seconds": 60})
    answer = administrator.post(path, shown)
    assert answer.status_code == 409
    assert Rule.objects.get(pk=rule.pk).params == {"seconds": 60}


def test_a_changed_rule_begins_anew(administrator: Client, site: Site) -> None:
    alert = ring(site)
    path = f"/alerts/rules/{alert.rule_id}/"
    assert "Saved." in post(administrator, path, **filled(seconds="120"))
    assert Rule.objects.get(pk=alert.rule_id).params == {"seconds": 120}
    assert Alert.objects.get().state == State.ENDED


def test_a_rule_of_ones_own_is_removed_and_its_past_stays(administrator: Client, site: Site) -> None:
    alert = ring(site)
    assert "Removed." in post(administrator, f"/alerts/rules/{alert.rule_id}/switch/", step="remove")
    assert "Somebody waits over" not in text(administrator.get("/alerts/rules/"))
    assert administrator.get(f"/alerts/{alert.pk}/").status_code == 200


def test_a_supervisor_cannot_change_rules(web: Client, site: Site) -> None:
    rule = ring(site).rule
    assert web.get(f"/alerts/rules/{rule.pk}/").status_code == 403
    assert web.post(f"/alerts/rules/{rule.pk}/switch/", {"step": "off"}).status_code == 403
    assert web.post("/alerts/rules/new/?kind=longest", filled(seconds="60")).status_code == 403


def test_an_agent_is_called_by_name_on_pages(web: Client, site: Site) -> None:
    key = "0f1e2d3c-0000-4000-8000-000000000001"
    AgentEntry.objects.create(site=site, agent_id=key, name="Kim Østergård", alias="K.")
    ring(site, Kind.STATUS, params={})
    Alert.objects.update(subject=key, detail="Lunch")
    site.bump_version()
    assert "Kim Østergård is past the limit of Lunch" in text(web.get("/alerts/"))


def test_however_many_ring_the_page_asks_no_more(
    web: Client, site: Site, django_assert_max_num_queries: Callable[..., Any], stop_clock: Callable[[], None]
) -> None:
    alert = ring(site, Kind.STATUS, params={})
    stop_clock()
    web.get("/alerts/")
    counts = []
    for agents in (2, 30):
        for number in range(agents):
            Alert.objects.get_or_create(
                rule_id=alert.rule_id, subject=f"agent-{number}", ended=None,
                defaults={"state": State.FIRING, "since": timezone.now(), "fired": timezone.now()},
            )  # fmt: skip
        site.bump_version()
        with django_assert_max_num_queries(1000) as asked:
            page = text(web.get("/alerts/"))
        assert page.count('class="ring ') == agents + 1
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_ended_long_ago_goes_with_the_record_and_what_rings_stays(site: Site) -> None:
    old, rings = ring(site), ring(site)
    ended = timezone.now() - timedelta(days=10)
    Alert.objects.filter(pk=old.pk).update(state=State.ENDED, ended=ended)
    assert retention.expire(timedelta(days=11)) == 0
    assert retention.expire(timedelta(days=9)) == 1
    assert list(Alert.objects.all()) == [rings]
    assert {event.alert_id for event in AlertEvent.objects.all()} == {rings.pk}


def test_a_rule_of_a_kind_that_only_a_newer_release_knows_stops_nothing(
    web: Client, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    ring(site, "of-tomorrow")
    renew()
    assert web.get("/agents/").status_code == web.get("/alerts/").status_code == 200
    assert web.get("/alerts/rules/").status_code == 200
