"""Times of a whole month in one row: it says what its days say, whatever happens to them."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livechat.lib.epoch import milliseconds
from livechat.models import RolledDay, RolledMonth, Site, Span, Watch
from livechat.ops import rollups
from livechat.record import day_times, history, month_times, times_by_day
from livechat.reports import rolled_days
from livechat.walls import links
from tests.support.people import make_site
from tests.support.spans import make_span
from tests.test_alerts_at_once import at_once
from tests.test_day_times import MOST, put

DAY = timedelta(days=1)
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
KIM = UUID(int=1)
ROUNDS = 12

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_january() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site(db: None) -> Site:
    """A site in UTC with an agent."""
    made = make_site("Shop")
    made.time_zone = "UTC"
    made.save()
    made.agents.create(agent_id=KIM)
    return made


def key(site: Site) -> day_times.Key:
    """The agent, online."""
    return site.agents.get().pk, history.status_keys(site.pk, ["Online"])["Online"]


def put_month(site: Site, first: date, but: int = 0, times: int = 0) -> None:
    """Store the days of a month but for one: each has its number as its time, or this one."""
    for number in range(1, monthrange(first.year, first.month)[1] + 1):
        if number != but:
            put(site, first.replace(day=number), {key(site): (times or number, number, 2, 3, 4)})


def months(site: Site) -> list[date]:
    """The months that have a row."""
    return list(RolledMonth.objects.filter(site=site).order_by("month").values_list("month", flat=True))


def totals(site: Site, first: date, last: date) -> tuple[int, int]:
    """What all days of a range say, and what is said if whole months are read as one row."""
    days = times_by_day.by_day(site.pk, first, last, {key(site)[0]})
    numbers = (times[key(site)[1]][0] for _day, times in days.items() if times)
    return sum(numbers), day_times.added(site.pk, first, last).get(key(site), (0,))[0]


def test_a_range_says_what_its_days_say_wherever_it_begins_and_ends(site: Site) -> None:
    for first in (NOVEMBER - 31 * DAY, NOVEMBER, DECEMBER, JANUARY):
        put_month(site, first)
    RolledDay.objects.filter(day__gte=JANUARY + 19 * DAY).delete()
    month_times.sum_up(site.pk)
    assert months(site) == [NOVEMBER - 31 * DAY, NOVEMBER, DECEMBER]
    edges = [
        NOVEMBER - 31 * DAY,
        NOVEMBER - DAY,
        NOVEMBER,
        NOVEMBER + DAY,
        DECEMBER - DAY,
        JANUARY - DAY,
        JANUARY + DAY,
    ]
    for first, last in combinations(edges, 2):
        of_days, said = totals(site, first, last)
        assert of_days == said > 0, (first, last)


def test_whole_months_are_read_without_their_days(site: Site) -> None:
    put_month(site, NOVEMBER)
    put_month(site, DECEMBER)
    month_times.sum_up(site.pk)
    with CaptureQueriesContext(connection) as asked:
        day_times.added(site.pk, NOVEMBER, JANUARY - DAY)
    assert not any("rolledday" in query["sql"] for query in asked.captured_queries)


def test_a_month_without_one_of_its_days_has_no_row(site: Site) -> None:
    put_month(site, NOVEMBER, but=30)
    put_month(site, DECEMBER, but=14)
    month_times.sum_up(site.pk)
    assert months(site) == []
    put(site, NOVEMBER + 29 * DAY, {})
    month_times.sum_up(site.pk)
    assert months(site) == [NOVEMBER]
    assert totals(site, NOVEMBER, DECEMBER - DAY) == (sum(range(1, 30)),) * 2


def test_months_in_which_nobody_was_seen_have_empty_rows(site: Site) -> None:
    for number in range(30):
        put(site, NOVEMBER + number * DAY, {})
    month_times.sum_up(site.pk)
    assert months(site) == [NOVEMBER]
    assert day_times.added(site.pk, NOVEMBER, DECEMBER) == {}


def test_no_number_of_a_month_runs_over_into_the_next_one(site: Site) -> None:
    for first in (NOVEMBER, DECEMBER):
        put_month(site, first, times=MOST)
    month_times.sum_up(site.pk)
    of_days, said = totals(site, NOVEMBER, JANUARY - DAY)
    assert of_days == said == MOST * 61


def offs(site: Site, first: date, last: date) -> list[int | None]:
    """By how much the chats of each day of a range can be off."""
    days = times_by_day.of_agent(site.pk, first, last, key(site)[0])
    return [times[key(site)[1]][day_times.TIMES.numbers] for times in days.values()]


def doubts(site: Site, first: date, last: date) -> int | None:
    """By how much the chats of a range can be off, as whole months say it; and as the days say it."""
    whole = day_times.doubts(site.pk, first, last)
    added = sum(off or 0 for off in offs(site, first, last))
    assert whole is None or whole == {key(site): (added, 2 * added, 3 * added)}
    return None if whole is None else added


def test_a_month_says_by_how_much_its_days_can_be_off_if_that_is_kept_of_all_of_them(site: Site) -> None:
    put_month(site, NOVEMBER)
    put_month(site, DECEMBER)
    for row in RolledDay.objects.all():
        off = {key(site): (row.day.day, 2 * row.day.day, 3 * row.day.day)}
        RolledDay.objects.filter(pk=row.pk).update(doubts=day_times.packed(site.pk, row.day, off, day_times.DOUBTS))
    month_times.sum_up(site.pk)
    whole = sum(range(1, 31)) + sum(range(1, 32))
    assert doubts(site, NOVEMBER, JANUARY - DAY) == whole
    assert doubts(site, NOVEMBER + DAY, DECEMBER + DAY) == sum(range(2, 31)) + 1 + 2
    RolledDay.objects.filter(day=NOVEMBER + 9 * DAY).update(doubts=None)  # as an older release summed it up
    assert doubts(site, NOVEMBER, JANUARY - DAY) is None, "a day says so"
    month_times.sum_up(site.pk)
    assert months(site) == [NOVEMBER, DECEMBER]
    assert doubts(site, NOVEMBER, JANUARY - DAY) is None, "a month says so"
    assert doubts(site, DECEMBER, JANUARY - DAY) == sum(range(1, 32))
    assert doubts(site, NOVEMBER + 10 * DAY, DECEMBER - DAY) == sum(range(11, 31))
    assert offs(site, NOVEMBER, DECEMBER - DAY) == [*range(1, 10), None, *range(11, 31)]
    assert totals(site, NOVEMBER, JANUARY - DAY) == (whole, whole), "times are known without it"


def test_a_second_site_has_months_of_its_own(site: Site) -> None:
    put_month(site, NOVEMBER)
    other = make_site("Other")
    other.agents.create(agent_id=uuid4())
    put_month(other, NOVEMBER, times=7)
    for one in (site, other):
        month_times.sum_up(one.pk)
    rolled_days.forget(other, NOVEMBER, other.zone)
    assert (months(site), months(other)) == ([NOVEMBER], [])
    assert totals(site, NOVEMBER, DECEMBER) == (sum(range(1, 31)),) * 2


@pytest.fixture
def november(site: Site) -> Site:
    """A site that was watched all November, Kim online; its sums are made day by day."""
    began, ended = (datetime(2026, month, 1, tzinfo=UTC) for month in (11, 12))
    for kind in ("agents", "visitors"):
        Watch.objects.create(
            site=site, list=kind, began=milliseconds(began), ended=milliseconds(ended), looks=30 * 17_280 + 1
        )
    make_span(site, KIM, "Online", began, ended)
    for number in range(30):
        rollups.make(site, NOVEMBER + number * DAY)
    return site


def test_the_row_of_a_month_is_made_with_the_last_of_its_days(november: Site) -> None:
    assert months(november) == [NOVEMBER]
    assert totals(november, NOVEMBER, DECEMBER) == (30 * 86_400_000,) * 2
    RolledMonth.objects.all().delete()  # as in an installation of before
    RolledDay.objects.filter(day=NOVEMBER).delete()
    rollups.make(november, NOVEMBER)
    assert months(november) == [NOVEMBER]


def test_if_a_day_is_made_again_its_month_is_too(november: Site) -> None:
    Span.objects.update(began=milliseconds(datetime(2026, 11, 2, tzinfo=UTC)))
    rollups.make(november, NOVEMBER)
    assert months(november) == [NOVEMBER]
    assert totals(november, NOVEMBER, DECEMBER - DAY) == (29 * 86_400_000,) * 2


def test_a_process_of_an_older_release_that_knows_the_days_alone_leaves_no_wrong_month(november: Site) -> None:
    RolledDay.objects.filter(day=NOVEMBER + DAY).update(times=b"")
    assert months(november) == []
    assert totals(november, NOVEMBER, DECEMBER - DAY) == (29 * 86_400_000,) * 2
    month_times.sum_up(november.pk)
    RolledDay.objects.filter(day=NOVEMBER + 2 * DAY).delete()
    assert months(november) == []
    assert totals(november, NOVEMBER, DECEMBER - DAY) == (28 * 86_400_000,) * 2


def test_a_site_is_deleted_with_its_months(november: Site) -> None:
    links.delete_site(november)
    assert not RolledMonth.objects.exists()


def test_an_agent_who_was_deleted_is_in_no_month(november: Site) -> None:
    number = key(november)[0]
    november.agents.all().delete()
    assert number not in {agent for agent, _status in day_times.added(november.pk, NOVEMBER, DECEMBER - DAY)}


def test_if_the_sums_of_days_are_taken_away_so_are_those_of_their_months(november: Site) -> None:
    put_month(november, DECEMBER)
    month_times.sum_up(november.pk)
    rolled_days.forget(november, NOVEMBER + 14 * DAY, november.zone)
    assert months(november) == []
    of_days, said = totals(november, NOVEMBER, JANUARY)
    assert of_days == said == 14 * 86_400_000


@pytest.mark.django_db(transaction=True)
def test_a_month_whose_days_go_while_it_is_summed_up_keeps_no_row(site: Site) -> None:
    for _round in range(ROUNDS):
        put_month(site, NOVEMBER)
        at_once(lambda: month_times.sum_up(site.pk), lambda: rolled_days.forget(site, NOVEMBER + 20 * DAY, site.zone))
        assert months(site) == []
        RolledDay.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_the_triggers_of_months_do_not_stand_in_the_way_of_an_upgrade_and_are_there_after_it(site: Site) -> None:
    """SQLite makes a table again for most steps, and cannot if a trigger of another table names it."""
    try:
        call_command("migrate", "livechat", "0059", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    put_month(site, NOVEMBER)
    month_times.sum_up(site.pk)
    assert months(site) == [NOVEMBER]
    RolledDay.objects.filter(day=NOVEMBER).delete()
    assert months(site) == []
