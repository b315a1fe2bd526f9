"""Whom a rule tells, and that the page of alerts shows what became of the messages and what time alone changes."""

import re
from collections.abc import Callable
from datetime import UTC, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from livechat.alerts import batches, channels
from livechat.alerts.batches import Batch
from livechat.models import Alert, Channel, Delivery, Rule, Site
from livechat.record.link_events import By
from tests.support.pages import poll, text
from tests.support.people import make_site
from tests.test_alert_pages import State, administrator, filled, post, ring

pytestmark = pytest.mark.django_db
__all__ = ["administrator"]


def channel(site: Site, label: str) -> Channel:
    """A channel of a site."""
    return channels.make(site, Channel.Kind.WEBHOOK, label, address=f"https://{label}.invalid/", secret="", by=By())


def test_a_rule_tells_the_channels_that_are_ticked_and_shows_them_ticked(administrator: Client, site: Site) -> None:
    ops, desk = (channel(site, label) for label in ("Ops", "Desk"))
    answer = administrator.post("/alerts/rules/new/?kind=longest", filled(seconds="60", told=[str(ops.pk)]))
    assert answer.status_code == 302
    rule = Rule.objects.get(standard=False)
    assert list(rule.channels.all()) == [ops]
    path = f"/alerts/rules/{rule.pk}/"
    shown = administrator.get(path).content.decode()
    ticked = re.findall(r'<input[^>]*name="told"[^>]*value="([^"]*)"[^>]*checked', shown)
    assert ticked == [str(ops.pk)]
    assert "Saved." in post(administrator, path, **filled(seconds="60", told=[str(ops.pk), str(desk.pk)]))
    assert set(rule.channels.all()) == {ops, desk}
    assert "Saved." in post(administrator, path, **filled(seconds="60"))
    assert not rule.channels.exists()


def test_a_rule_cannot_tell_another_sites_channel(administrator: Client, site: Site) -> None:
    channel(site, "Ops")
    theirs = channel(make_site("Other"), "Theirs")
    answer = administrator.post("/alerts/rules/new/?kind=longest", filled(seconds="60", told=[str(theirs.pk)]))
    assert answer.status_code == 422
    rule = ring(site).rule
    channels.choose(rule, [theirs.pk])
    assert not rule.channels.exists()


def test_what_became_of_a_message_is_shown_by_the_next_poll(web: Client, site: Site, renew: Callable[[], None]) -> None:
    renew()
    alert = ring(site)
    told = channel(site, "Ops")
    now = timezone.now()
    delivery = Delivery.objects.create(
        channel=told, rule=alert.rule, event=alert.events.get(), made=now, due=now, claimed_until=now
    )
    page = poll(web, "/alerts/")
    again = Batch(delivery.pk, (delivery,), now)
    batches.again(again, now, None, None, may_have_arrived=False)
    page = poll(web, "/alerts/", page.headers["HX-PTag"])
    assert (page.status_code, "Ops: try 2" in text(page)) == (200, True)
    batches.finish(again, now, Delivery.Outcome.GIVEN_UP, None)
    page = poll(web, "/alerts/", page.headers["HX-PTag"])
    assert (page.status_code, "Given up" in text(page)) == (200, True)


def test_what_ended_today_is_yesterdays_after_midnight(web: Client, site: Site, renew: Callable[[], None]) -> None:
    Site.objects.filter(pk=site.pk).update(time_zone="UTC")
    renew()
    late = timezone.now().astimezone(UTC).replace(hour=23, minute=59, second=50)
    alert = ring(site)
    Alert.objects.filter(pk=alert.pk).update(
        state=State.ENDED, ended=late - timedelta(hours=1), fired=late - timedelta(hours=2)
    )
    with time_machine.travel(late, tick=False) as clock:
        page = poll(web, "/alerts/")
        assert f'id="ended-{alert.pk}"' in page.content.decode()
        clock.shift(timedelta(seconds=20))
        page = poll(web, "/alerts/", page.headers["HX-PTag"])
        assert page.status_code == 200
        assert f'id="ended-{alert.pk}"' not in page.content.decode()
