"""Times of many agents day by day: a month that says what all had tells the same as its days, whoever is asked for."""

from collections.abc import Collection
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livechat.models import AgentEntry, RolledDay, RolledMonth, Site
from livechat.record import history, month_times, times_by_day
from livechat.record.day_times import Key, Numbers
from livechat.record.times_by_day import ByStatus, _Places
from tests.support.people import make_site
from tests.test_day_times import put

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 10, 20), date(2027, 1, 10)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
EDGES = [FIRST - DAY, NOVEMBER, NOVEMBER + DAY, DECEMBER - DAY, DECEMBER + 30 * DAY, DECEMBER + 31 * DAY, LAST]
Days = dict[date, dict[Key, Numbers]]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two agents are many here."""
    monkeypatch.setattr(times_by_day, "FEW_AGENTS", 1)


@pytest.fixture
def site(db: None) -> Site:
    return make_site("Shop")


@pytest.fixture
def days(site: Site) -> Days:
    """Seven agents in three statuses, on some of them not at all; of November and December there are rows."""
    random = Random(7)
    made: Days = {}
    agents = [site.agents.create(agent_id=uuid4()).pk for _ in range(7)]
    statuses = history.status_keys(site.pk, ["Online", "Away", "Offline"]).values()
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + number * DAY
        keys = [(agent, status) for agent in agents for status in statuses if random.random() < 0.5]
        made[day] = {key: tuple(random.randrange(1, 90_000_000) for _ in range(5)) for key in keys}
        put(site, day, made[day])
    month_times.sum_up(site.pk)
    return made


def expected(days: Days, first: date, last: date, agents: Collection[int]) -> dict[date, ByStatus]:
    """What was stored, added up one by one."""
    found: dict[date, ByStatus] = {}
    for day in (day for day in days if first <= day <= last):
        found[day] = {}
        for (agent, status), numbers in days[day].items():
            if agent in agents:
                before = found[day].get(status, (0,) * 5)
                found[day][status] = tuple(a + b for a, b in zip(before, numbers, strict=True))
    return found


def agents_of(days: Days) -> list[int]:
    return sorted({agent for times in days.values() for agent, _status in times})


@pytest.mark.parametrize("slices", [0, 2, 20])
@pytest.mark.parametrize("asked", [1, 2, 3, 4, 6, 7])
def test_whoever_is_asked_for_has_what_was_stored_wherever_a_range_begins_and_ends(
    site: Site, days: Days, asked: int, slices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times_by_day, "FEW_SLICES", slices)
    monkeypatch.setattr(times_by_day, "SMALL_SHARE", 1)
    assert set(RolledMonth.objects.values_list("month", flat=True)) == {NOVEMBER, DECEMBER}
    agents = set(agents_of(days)[:asked])
    for first in EDGES:
        for last in (edge for edge in EDGES if edge >= first):
            assert times_by_day.by_day(site.pk, first, last, agents) == expected(days, first, last, agents)


def test_whole_months_of_all_agents_are_read_without_their_days(site: Site, days: Days) -> None:
    with CaptureQueriesContext(connection) as asked:
        times_by_day.by_day(site.pk, NOVEMBER, DECEMBER + 30 * DAY, agents_of(days))
    assert not any("rolledday" in query["sql"] for query in asked.captured_queries)


def test_the_times_of_agents_who_are_deleted_are_in_no_sum(site: Site, days: Days) -> None:
    gone, *others = agents_of(days)
    AgentEntry.objects.get(pk=gone).delete()
    for made_anew in (False, True):
        if made_anew:
            RolledMonth.objects.all().delete()
            month_times.sum_up(site.pk)
        assert times_by_day.by_day(site.pk, FIRST, LAST, others) == expected(days, FIRST, LAST, others)


def test_a_month_that_an_older_release_made_is_read_by_its_days_and_made_anew(site: Site, days: Days) -> None:
    RolledMonth.objects.filter(month=NOVEMBER).update(days=b"")
    agents = agents_of(days)
    assert times_by_day.by_day(site.pk, FIRST, LAST, agents) == expected(days, FIRST, LAST, agents)
    month_times.sum_up(site.pk)
    assert all(bytes(row.days) for row in RolledMonth.objects.all())


def test_a_day_that_is_summed_up_anew_meanwhile_is_read_whole(
    site: Site, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    agents, read = agents_of(days)[:6], _Places.days

    def days_of(places: _Places, site_id: int, first: date, last: date) -> Any:
        if first == NOVEMBER:
            RolledDay.objects.filter(day=NOVEMBER).delete()
            days[NOVEMBER] = dict.fromkeys(days[DECEMBER], (9, 9, 9, 9, 9))
            put(site, NOVEMBER, days[NOVEMBER])
        return read(places, site_id, first, last)

    monkeypatch.setattr(_Places, "days", days_of)
    found = times_by_day.by_day(site.pk, FIRST, LAST, agents)
    assert found == expected(days, FIRST, LAST, agents)


def test_months_of_another_site_are_not_read(site: Site, days: Days) -> None:
    other = make_site("Other")
    put(other, NOVEMBER, {})
    assert times_by_day.by_day(other.pk, NOVEMBER, DECEMBER, agents_of(days)) == {NOVEMBER: {}}
