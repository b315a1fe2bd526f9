"""Alerts against a time with a known truth: the small sibling of the drill `alerts`."""

import pytest

from tests.support.alert_week import Week
from tests.support.people import make_site

pytestmark = pytest.mark.django_db
HOUR = 3600


def test_alerts_fire_and_end_when_the_truth_says_within_one_interval() -> None:
    week = Week(make_site("Shop"))
    week.run(HOUR)
    compared = week.compared()
    assert compared.faults == []
    assert compared.told == compared.true > 5
    assert week.events() > 5
