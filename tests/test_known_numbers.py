"""Numbers of agents and statuses are remembered, and never hide what another process stored since."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from livechat.models import Site
from livechat.record import history, known_numbers

pytestmark = pytest.mark.django_db


def test_a_number_that_is_not_known_is_read_and_one_that_is_known_is_not(
    site: Site, django_assert_num_queries: Callable[..., object]
) -> None:
    kim, lee = (site.agents.create(agent_id=uuid4()) for _each in "ab")
    online = history.status_keys(site.pk, ["Online"])["Online"]
    assert known_numbers.agents(site.pk, [kim.pk, lee.pk]) == {kim.pk: kim.agent_id, lee.pk: lee.agent_id}
    assert known_numbers.statuses(site.pk, [online])[online] == "Online"
    may = site.agents.create(agent_id=uuid4())
    lunch = history.status_keys(site.pk, ["Lunch"])["Lunch"]
    with django_assert_num_queries(0):
        assert known_numbers.of_agents(site.pk, [lee.agent_id]) == {lee.pk: lee.agent_id}
        assert known_numbers.statuses(site.pk, [online])[online] == "Online"
    assert known_numbers.of_agents(site.pk, [may.agent_id, kim.agent_id]) == {
        may.pk: may.agent_id, kim.pk: kim.agent_id,
    }  # fmt: skip
    assert known_numbers.statuses(site.pk, [lunch])[lunch] == "Lunch"
    assert known_numbers.all_statuses(site.pk) == {online: "Online", lunch: "Lunch"}


def test_an_agent_of_another_site_or_of_none_has_no_number(site: Site) -> None:
    other = Site.objects.create(name="Other", api_base="https://api2.comm100.io")
    kim = other.agents.create(agent_id=uuid4())
    assert known_numbers.of_agents(site.pk, [kim.agent_id, uuid4()]) == {}
    assert kim.pk not in known_numbers.agents(site.pk, [kim.pk])
    assert known_numbers.of_agents(other.pk, [kim.agent_id]) == {kim.pk: kim.agent_id}
