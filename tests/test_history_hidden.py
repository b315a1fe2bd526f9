"""Agents whom boards do not show are in no figure of the past either."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from livechat.models import Site
from livechat.ops import rollups
from livechat.reports import sums
from tests.support.people import client_for
from tests.support.spans import make_span
from tests.test_rollups import NOW, at, chats, watch

pytestmark = pytest.mark.django_db
RANGE = "from=2026-11-27&to=2026-11-27&format=json"


@pytest.fixture
def web(site: Site, supervisor: Any) -> Any:
    """A supervisor of a site of which one hidden agent was online all day, with as many chats as places."""
    site.time_zone = "UTC"
    site.save()
    watch(site, 0, 60)
    key = uuid4()
    site.agents.create(agent_id=key, name="Test account", team="Tests", capacity=1, hidden=True)
    make_span(site, key, "Online", at(0), at(60))
    chats(site, key, 9, 60, 1)
    with time_machine.travel(NOW, tick=False):
        yield client_for(supervisor)


@pytest.mark.parametrize("summed", [False, True])
def test_a_hidden_agent_covers_no_day(web: Client, summed: bool) -> None:
    while summed and rollups.make_next():
        pass
    sums._unmade.forget()
    cover = web.get(f"/history/coverage/?{RANGE}").json()["whole"]
    assert cover["nobody_online"] == 24 * 3600
    assert not cover["all_full"]
    assert not web.get(f"/history/heat/?what=online&{RANGE}").json()["whole"]["value"]
    assert not any(hour["day"]["online"] for hour in web.get("/history/?day=2026-11-27&format=json").json()["hours"])
    for page in ("time", "occupancy"):
        for by in ("agent", "team", "day"):
            rows = web.get(f"/history/{page}/?by={by}&{RANGE}").json()["rows"]
            assert not any(row.get("occupancy") or row.get("busy") or row.get("on", {}).get("seconds") for row in rows)
