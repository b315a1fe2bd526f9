"""Which times of watching reach into a time: found by the index, however long the record is."""

from itertools import combinations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livechat.models import Site, Watch
from livechat.reports import observed
from tests.support.people import make_site

pytestmark = pytest.mark.django_db
TIMES = {"agents": [(10, 20), (20, 20), (20, 35), (50, 60)], "visitors": [(5, 12), (30, 30), (40, 70)]}


@pytest.fixture
def shop() -> Site:
    """A site with some runs of each list, and another whose runs are no concern of it."""
    made, other = make_site(), make_site("Other")
    for kind, times in TIMES.items():
        for began, ended in times:
            Watch.objects.create(site=made, list=kind, began=began, ended=ended, looks=2)
    Watch.objects.create(site=other, list="agents", began=0, ended=100, looks=2)
    return made


def test_the_runs_that_reach_into_a_time_are_all_of_them_and_no_others(
    shop: Site, django_assert_num_queries: Any
) -> None:
    for began, ended in combinations(range(0, 80, 5), 2):
        with django_assert_num_queries(1):
            found = observed.runs_of(shop, ("agents", "visitors"), began, ended)
        told = [[(run.began, run.ended) for run in runs] for runs in found]
        assert told == [[one for one in TIMES[kind] if one[0] < ended and one[1] > began] for kind in TIMES]


def test_a_run_that_goes_on_reaches_to_the_last_look(shop: Site) -> None:
    Watch.objects.create(site=shop, list="agents", began=80, looks=0)
    assert observed.runs(shop, "agents", 90, 100) == []  # no snapshot counts its looks
    assert [run.began for run in observed.runs(shop, "agents", 55, 100)] == [50]


def test_no_query_begins_with_the_first_run_of_the_record(shop: Site) -> None:
    if connection.vendor != "sqlite":
        return  # the plan of a small table is another one there
    with CaptureQueriesContext(connection) as caught:
        observed.runs_of(shop, ("agents", "visitors"), 50, 60)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {caught[0]['sql']}")
        plan = [row[3] for row in cursor.fetchall()]
    assert [line for line in plan if line.startswith("SCAN")] == []
    assert sum("began>? AND began<?" in line for line in plan) == 2


def test_the_pace_of_a_time_is_told_however_many_runs_it_has() -> None:
    runs = [observed.Run(number * 100_000, number * 100_000 + 90_000, 5_040 + number) for number in range(60)]
    assert observed.of(runs, 0, 6_000_000).paces == (5, 5)
    night = [*runs[:30], *(observed.Run(run.began, run.ended, 60_000) for run in runs[30:])]
    assert observed.of(night, 0, 6_000_000).paces == (5, 60)
    short = [*runs[:59], observed.Run(5_900_000, 5_910_000, 60_000)]
    assert observed.of(short, 0, 6_000_000).paces == (5, 5), "a pace that was hardly ever in force is not told"
    assert observed.of([observed.Run(0, 0, 0.0)], 0, 10).paces is None
