"""Times of many agents day by day: what all had on a day tells the same as the agents' times, whoever is asked for."""

from collections.abc import Collection
from datetime import date, timedelta
from itertools import combinations
from random import Random
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livechat.models import AgentEntry, RolledDay, Site
from livechat.record import day_times, history, times_by_day, together_rows
from livechat.record.day_times import Key, Numbers
from livechat.record.times_by_day import ByStatus
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
    """Seven agents in three statuses, on some of them not at all. An older release summed up October."""
    random = Random(7)
    made: Days = {}
    agents = [site.agents.create(agent_id=uuid4()).pk for _ in range(7)]
    statuses = history.status_keys(site.pk, ["Online", "Away", "Offline"]).values()
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + number * DAY
        keys = [(agent, status) for agent in agents for status in statuses if random.random() < 0.5]
        made[day] = {key: tuple(random.randrange(1, 90_000_000) for _ in range(5)) for key in keys}
        store(site, day, made[day], older=day < NOVEMBER)
    return made


def store(site: Site, day: date, times: dict[Key, Numbers], *, older: bool = False) -> None:
    """Store the times of a day as its sums do, or as an older release did."""
    put(site, day, times)
    if not older:
        together_rows.put(site.pk, together_rows.TIMES, day, times_by_day.together(times))


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
    agents = set(agents_of(days)[:asked])
    for first in EDGES:
        for last in (edge for edge in EDGES if edge >= first):
            assert times_by_day.by_day(site.pk, first, last, agents) == expected(days, first, last, agents)


def test_the_times_of_all_agents_are_read_without_those_of_each(site: Site, days: Days) -> None:
    with CaptureQueriesContext(connection) as asked:
        times_by_day.by_day(site.pk, NOVEMBER, DECEMBER + 30 * DAY, agents_of(days))
    assert not any('"times"' in query["sql"] for query in asked.captured_queries)


def test_the_times_of_agents_who_are_deleted_are_in_no_sum(site: Site, days: Days) -> None:
    gone, *others = agents_of(days)
    AgentEntry.objects.get(pk=gone).delete()
    assert times_by_day.by_day(site.pk, FIRST, LAST, others) == expected(days, FIRST, LAST, others)


def test_a_day_that_an_older_release_summed_up_anew_says_what_it_stored(site: Site, days: Days) -> None:
    days[NOVEMBER] = dict.fromkeys(days[DECEMBER], (9, 9, 9, 9, 9))
    RolledDay.objects.filter(day=NOVEMBER).update(times=day_times.packed(site.pk, NOVEMBER, days[NOVEMBER]))
    RolledDay.objects.filter(day=DECEMBER).delete()
    days[DECEMBER] = dict.fromkeys(days[DECEMBER + DAY], (7, 7, 7, 7, 7))
    store(site, DECEMBER, days[DECEMBER], older=True)
    agents = agents_of(days)
    for some in (agents, agents[:6]):
        assert times_by_day.by_day(site.pk, FIRST, LAST, some) == expected(days, FIRST, LAST, some)


def test_days_of_another_site_are_not_read(site: Site, days: Days) -> None:
    other = make_site("Other")
    put(other, NOVEMBER, {})
    assert times_by_day.by_day(other.pk, NOVEMBER, DECEMBER, agents_of(days)) == {NOVEMBER: {}}


def test_a_single_agent_has_times_and_by_how_much_they_can_be_off_wherever_a_range_begins_and_ends(
    site: Site, days: Days
) -> None:
    """A status can have the one without the other. Of days that an older release summed up it is not known."""
    random, keys = Random(8), sorted({key for times in days.values() for key in times})
    other = make_site("Other")
    offs: Days = {}
    for day in days:
        put(
            other,
            day,
            {(other.agents.get_or_create(agent_id=site.agents.all()[0].agent_id)[0].pk, keys[0][1]): (9,) * 5},
        )
        if day >= NOVEMBER:
            offs[day] = {
                key: tuple(random.randrange(1, 9_000) for _ in range(3)) for key in keys if random.random() < 0.4
            }
            doubts = day_times.packed(site.pk, day, offs[day], day_times.DOUBTS)
            RolledDay.objects.filter(site=site, day=day).update(doubts=doubts)
    for agent in agents_of(days)[:3]:
        expected = {
            day: {
                status: (
                    *times.get((one, status), (0,) * 5),
                    *(offs[day].get((one, status), (0,) * 3) if day in offs else (None,) * 3),
                )
                for one, status in keys
                if one == agent and ((one, status) in times or (one, status) in offs.get(day, {}))
            }
            for day, times in days.items()
        }
        for first, last in combinations(EDGES, 2):
            found = times_by_day.of_agent(site.pk, first, last, agent)
            assert found == {day: told for day, told in expected.items() if first <= day <= last}
