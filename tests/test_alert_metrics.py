"""What the metrics tell of alerts."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from livechat.models import Alert, AlertEvent, Channel, Delivery, Rule
from tests.support.metrics import allow, page, samples
from tests.support.people import make_site

pytestmark = pytest.mark.django_db


def test_what_rings_is_counted_by_site_and_kind_of_rule_and_what_is_only_recorded_is_not(
    client: Client, settings: Any
) -> None:
    allow(settings)
    site = make_site("Shop")
    for enabled, kind in ((True, Rule.Kind.LONGEST), (True, Rule.Kind.STATUS), (False, Rule.Kind.NOBODY)):
        rule = Rule.objects.create(site=site, kind=kind, enabled=enabled)
        if kind != Rule.Kind.LONGEST:
            Alert.objects.create(rule=rule, state=Alert.State.FIRING, since=timezone.now(), subject="a")
            Alert.objects.create(rule=rule, state=Alert.State.FIRING, since=timezone.now(), subject="b")
    found = samples(page(client), "livechat_alerts_firing")
    assert found == {("longest", "Shop"): 0, ("status", "Shop"): 2}


def test_messages_that_are_still_to_be_sent_are_counted(client: Client, settings: Any) -> None:
    allow(settings)
    site, now = make_site("Shop"), timezone.now()
    rule = Rule.objects.create(site=site, kind=Rule.Kind.LONGEST, enabled=True)
    alert = Alert.objects.create(rule=rule, state=Alert.State.FIRING, since=now)
    event = AlertEvent.objects.create(alert=alert, what=AlertEvent.What.FIRED, value=1, at=now)
    for done in (None, now):
        channel = Channel.objects.create(site=site, kind=Channel.Kind.NTFY, label=f"done {done}")
        Delivery.objects.create(event=event, channel=channel, rule=rule, due=now, done=done)
    assert samples(page(client), "livechat_deliveries_pending") == {(): 1}
