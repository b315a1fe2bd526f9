"""Ranges that end before a site's record begins are refused with its first day, on every page with a range."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from livechat.models import RolledDay, Site, Watch
from tests.support.pages import text
from tests.test_history_today import MIDNIGHT, NOON, at, ms, watch

pytestmark = pytest.mark.django_db
KIM = UUID(int=1)
PAGES = ("", "day/", "queue/", "coverage/", "heat/", "time/", "occupancy/", f"agents/{KIM}/")
SAID = "Nothing was recorded before Sat 28 Nov 2026."


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def begun(site: Site, web: Client) -> Site:
    """A site whose record begins on Saturday at nine."""
    site.time_zone = "UTC"
    site.save()
    site.agents.create(agent_id=KIM)
    watch(site, at(9) - timedelta(days=2), NOON)
    return site


def asked(page: str, first: str, last: str) -> dict[str, str]:
    """A range, or its last day on a page of a day."""
    return {"day": last} if page in ("", "day/") else {"from": first, "to": last}


@pytest.mark.all_cases
@pytest.mark.parametrize("page", PAGES)
def test_a_range_that_ends_before_the_record_begins_is_refused_with_its_first_day(
    web: Client, begun: Site, page: str
) -> None:
    for first, last in (("2001-01-01", "2001-01-02"), ("2026-11-20", "2026-11-27")):
        query = asked(page, first, last)
        for form in ({}, {"format": "csv"}):
            answer = web.get(f"/history/{page}", query | form)
            assert answer.status_code == 422
            assert SAID in text(answer)
            assert all(f'value="{typed}"' in text(answer) for typed in query.values())
        told = web.get(f"/history/{page}", query | {"format": "json"})
        assert (told.status_code, told.json()["error"]) == (422, SAID)


@pytest.mark.all_cases
@pytest.mark.parametrize("page", PAGES)
def test_a_range_that_reaches_the_first_day_is_shown(web: Client, begun: Site, page: str) -> None:
    assert web.get(f"/history/{page}", asked(page, "2026-11-20", "2026-11-28")).status_code == 200


@pytest.mark.all_cases
@pytest.mark.parametrize("page", PAGES)
def test_as_long_as_nothing_is_recorded_every_range_is_shown(web: Client, begun: Site, page: str) -> None:
    Watch.objects.all().delete()
    assert web.get(f"/history/{page}", asked(page, "2026-11-20", "2026-11-22")).status_code == 200


def test_days_whose_sums_outlived_their_details_are_shown(web: Client, begun: Site) -> None:
    RolledDay.objects.create(site=begun, day=date(2026, 11, 10))
    assert web.get("/history/time/", asked("time/", "2026-11-01", "2026-11-10")).status_code == 200
    answer = web.get("/history/time/", asked("time/", "2026-11-01", "2026-11-09"))
    assert "Nothing was recorded before Tue 10 Nov 2026." in text(answer)
    Watch.objects.all().delete()
    assert web.get("/history/time/", asked("time/", "2026-11-01", "2026-11-09")).status_code == 422


def test_days_that_another_process_recorded_meanwhile_are_shown_at_once(web: Client, begun: Site) -> None:
    old = {"from": "2026-11-01", "to": "2026-11-02"}
    assert web.get("/history/time/", old).status_code == 422  # this process keeps when the record begins
    watch(begun, at(9) - timedelta(days=28), at(10) - timedelta(days=28))
    assert web.get("/history/time/", old).status_code == 200


def test_the_first_day_is_one_of_the_sites_zone(web: Client, begun: Site) -> None:
    Watch.objects.update(began=ms(MIDNIGHT) - 3_600_000)
    Site.objects.update(time_zone="Asia/Kolkata")
    answer = web.get("/history/queue/", {"from": "2026-11-29"})
    assert "Nothing was recorded before Mon 30 Nov 2026." in text(answer)


def test_no_link_leads_to_a_day_before_the_record(web: Client, begun: Site) -> None:
    for page in PAGES[:2]:
        assert 'rel="prev"' not in text(web.get(f"/history/{page}", {"day": "2026-11-28"}))
        assert 'rel="prev"' in text(web.get(f"/history/{page}", {"day": "2026-11-29"}))
