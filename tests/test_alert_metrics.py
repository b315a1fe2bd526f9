"""What the metrics tell of alerts."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from livechat.models import Alert, Rule
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
