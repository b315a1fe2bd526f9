"""The limit of the service level and the age of Comm100's lists are a site's own, on every page that tells them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User

from livechat.models import Role, Site
from livechat.ops import rollups
from livechat.reports import sums
from tests.support.pages import text
from tests.support.people import client_for
from tests.support.spans import make_span
from tests.test_rollups import NOW, at, contact, watch
from tests.test_sites import settings_of

pytestmark = pytest.mark.django_db


def test_a_site_has_its_own_limit_of_the_service_level(site: Site, make_user: Callable[..., User]) -> None:
    ada = client_for(make_user("ada", Role.ADMINISTRATOR))
    answer = ada.post(f"/sites/{site.pk}/", settings_of(site, level_seconds=45, time_zone="UTC"))
    assert answer.status_code == 302
    watch(site, 0, 60)
    for hour, waited in ((9, 30_000), (10, 60_000)):
        answered: Any = {"answered_slack": 5_000, "outcome": "chatEnded"}
        began = round(at(hour).timestamp() * 1000)
        contact(site, hour, answered=began + waited, ended=began + 2 * waited, **answered)
    with time_machine.travel(NOW, tick=False):
        web = client_for(User.objects.get(username="ada"))
        queue = web.get("/history/queue/?from=2026-11-27&to=2026-11-27&format=json").json()
        assert (queue["within"], queue["whole"]["level"]) == (45, 0.5)
        today = web.get("/history/?day=2026-11-27&format=json").json()
        assert today["within"] == 45
        assert "45 s" in text(web.get("/history/?day=2026-11-27"))
        same = web.get("/history/queue/?from=2026-11-27&to=2026-11-27&within=45&format=json").json()
        assert same["within"] == 45
        other = web.get("/history/queue/?from=2026-11-27&to=2026-11-27&within=20&format=json").json()
        assert (other["within"], other["whole"]["level"]) == (20, 0)


def test_every_bound_is_wider_by_the_age_that_a_sites_list_can_have(site: Site, make_user: Callable[..., User]) -> None:
    ada, url = client_for(make_user("ada", Role.ADMINISTRATOR)), f"/sites/{site.pk}/"
    watch(site, 0, 60)
    answered = round(at(9).timestamp() * 1000) + 12_000
    contact(site, 9, answered=answered, answered_slack=5_000, ended=answered + 60_000, outcome="chatEnded")
    agent = site.agents.create(agent_id=uuid4(), name="Kim").agent_id
    make_span(site, agent, "Online", at(8), at(9), began_slack=5_000, ended_slack=5_000)
    days = "?from=2026-11-27&to=2026-11-27&format=json"
    told: dict[int, tuple[float, bool, float, float]] = {}
    with time_machine.travel(NOW, tick=False):
        for age in (5, 0, 12):
            assert ada.post(url, settings_of(site, list_age=age, time_zone="UTC")).status_code == 302
            while rollups.make_next():
                pass
            sums._unmade.forget()
            web = client_for(User.objects.get(username="ada"))
            queue = web.get(f"/history/queue/{days}").json()["whole"]
            (row,) = web.get(f"/history/time/{days}&by=agent").json()["rows"]
            (line,) = web.get("/history/day/?day=2026-11-27&format=json").json()["agents"]
            told[age] = (
                queue["longest_wait_error"], queue["level"] is None,
                row["statuses"]["Online"]["error_seconds"], line["online"]["error_seconds"],
            )  # fmt: skip
            assert f"({age} seconds)" in text(web.get("/history/about/"))
    least = told[0]
    assert told == {age: (least[0] + age, age == 12, 5.0 + age, 5.0 + age) for age in (5, 0, 12)}
