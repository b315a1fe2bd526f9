"""The limit of the service level is a site's own, on every page that tells it."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from livechat.models import Role, Site
from tests.support.pages import text
from tests.support.people import client_for
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
