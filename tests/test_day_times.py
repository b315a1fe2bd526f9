"""The times of a day in one row: added up as they are, over years, with agents who come and go, and of old rows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livechat.models import AgentEntry, RolledDay, Site, StatusName, TimeCell
from livechat.record import day_times, history, times_by_day
from livechat.record.day_times import MAX_ADDED, Key, Numbers
from livechat.reports import ranges, totals
from tests.support import steps
from tests.support.people import make_site

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2026, 1, 1)
COLUMNS = ("total_ms", "off_ms", "chat_ms", "busy_ms", "known_ms")  # of a time, as it was stored before
MOST = 255 * 25 * 3_600_000  # ms of chats in a day: 255 at once, for 25 hours


@pytest.fixture
def site(db: None) -> Site:
    """A site."""
    return make_site("Shop")


def agent(site: Site) -> int:
    """The number of a new agent."""
    return int(site.agents.create(agent_id=uuid4()).pk)


def status(site: Site, name: str) -> int:
    return history.status_keys(site.pk, [name])[name]


def put(site: Site, day: date, times: dict[Key, Numbers]) -> None:
    """Store a day."""
    RolledDay.objects.create(site=site, day=day, times=day_times.packed(site.pk, day, times))


def plain(total: int) -> Numbers:
    return total, 1, 2, 3, 4


def test_days_of_two_years_are_added_up_with_who_came_and_who_was_renumbered(site: Site) -> None:
    first, second = agent(site), agent(site)
    on, off = status(site, "Online"), status(site, "Offline")
    put(site, NEW_YEAR - timedelta(days=2), {(second, on): plain(10)})
    put(site, NEW_YEAR - timedelta(days=1), {(first, off): plain(100), (second, on): plain(20)})
    put(site, NEW_YEAR, {(first, off): plain(1000), (second, on): plain(7)})
    put(site, NEW_YEAR + timedelta(days=1), {})
    whole = day_times.added(site.pk, NEW_YEAR - timedelta(days=9), NEW_YEAR + timedelta(days=9))
    assert whole == {(first, off): (1100, 2, 4, 6, 8), (second, on): (37, 3, 6, 9, 12)}
    assert day_times.added(site.pk, NEW_YEAR, NEW_YEAR) == {(first, off): plain(1000), (second, on): plain(7)}
    days = times_by_day.by_day(site.pk, NEW_YEAR - timedelta(days=1), NEW_YEAR + timedelta(days=1), {first, second})
    assert days == {
        NEW_YEAR - timedelta(days=1): {on: plain(20), off: plain(100)},
        NEW_YEAR: {on: plain(7), off: plain(1000)},
        NEW_YEAR + timedelta(days=1): {},
    }
    assert times_by_day.by_day(site.pk, NEW_YEAR, NEW_YEAR, {first}) == {NEW_YEAR: {off: plain(1000)}}


def test_no_number_runs_over_into_the_next_one(site: Site) -> None:
    keys = [(agent(site), status(site, "Online")) for _ in range(3)]
    days = MAX_ADDED + 3
    for number in range(days):
        put(site, NEW_YEAR + timedelta(days=number), dict.fromkeys(keys, (MOST,) * 5))
    whole = day_times.added(site.pk, NEW_YEAR, NEW_YEAR + timedelta(days=days))
    assert whole == dict.fromkeys(keys, (MOST * days,) * 5)


def test_many_agents_are_added_up_on_each_day_by_their_statuses(site: Site) -> None:
    on, off = status(site, "Online"), status(site, "Offline")
    agents = [agent(site) for _ in range(times_by_day.FEW_AGENTS + 2)]
    put(site, NEW_YEAR, {(one, kind): plain(n) for n, one in enumerate(agents, 1) for kind in (on, off)})
    wanted = set(agents[1:])
    total = sum(range(2, len(agents) + 1))
    each = (total, *(n * len(wanted) for n in (1, 2, 3, 4)))
    assert times_by_day.by_day(site.pk, NEW_YEAR, NEW_YEAR, wanted) == {NEW_YEAR: {on: each, off: each}}


def test_the_place_of_an_agent_who_was_deleted_is_given_to_nobody(site: Site) -> None:
    gone, on = agent(site), status(site, "Online")
    put(site, NEW_YEAR, {(gone, on): plain(5)})
    AgentEntry.objects.get(pk=gone).delete()
    new = agent(site)
    put(site, NEW_YEAR + timedelta(days=1), {(new, on): plain(9)})
    assert day_times.added(site.pk, NEW_YEAR, NEW_YEAR + timedelta(days=1)) == {(new, on): plain(9)}


def test_a_place_that_another_process_takes_meanwhile_is_not_given_out_twice(site: Site) -> None:
    mine, theirs, on = agent(site), agent(site), status(site, "Online")
    taken: list[TimeCell] = []

    def first_theirs(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT" in sql and "timecell" in sql and not taken:
            taken.append(TimeCell(site=site, year=NEW_YEAR.year, place=0, agent_id=theirs, status_id=on))
            taken[0].save()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(first_theirs):
        put(site, NEW_YEAR, {(mine, on): plain(5)})
    put(site, NEW_YEAR + timedelta(days=1), {(theirs, on): plain(6), (mine, on): plain(7)})
    whole = day_times.added(site.pk, NEW_YEAR, NEW_YEAR + timedelta(days=1))
    assert whole == {(mine, on): (12, 2, 4, 6, 8), (theirs, on): plain(6)}
    assert sorted(TimeCell.objects.values_list("place", flat=True)) == [0, 1]


def test_a_place_that_was_given_out_after_the_places_were_read_is_found(site: Site) -> None:
    old, new, on = agent(site), agent(site), status(site, "Online")
    put(site, NEW_YEAR, {(old, on): plain(5)})
    assert day_times.added(site.pk, NEW_YEAR, NEW_YEAR) == {(old, on): plain(5)}
    put(site, NEW_YEAR + timedelta(days=1), {(new, on): plain(6)})
    assert day_times.added(site.pk, NEW_YEAR, NEW_YEAR + timedelta(days=1)) == {
        (old, on): plain(5), (new, on): plain(6),
    }  # fmt: skip


def test_the_places_of_a_year_are_read_once(site: Site) -> None:
    on = status(site, "Online")
    put(site, NEW_YEAR, {(one, on): plain(5) for one in (agent(site), agent(site))})
    asked = 0
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert len(day_times.added(site.pk, NEW_YEAR, NEW_YEAR)) == 2
        asked += sum("timecell" in query["sql"] for query in queries.captured_queries)
    assert asked == 1


def test_an_agent_who_was_deleted_after_the_places_were_read_is_left_out(site: Site) -> None:
    gone, on = agent(site), status(site, "Online")
    put(site, NEW_YEAR, {(gone, on): plain(5)})
    asked = ranges.parse(f"{NEW_YEAR}", f"{NEW_YEAR}", ZoneInfo("UTC"), datetime(2026, 2, 1, tzinfo=UTC))
    assert len(totals.by_agent(site, asked)) == 1
    AgentEntry.objects.get(pk=gone).delete()
    assert totals.by_agent(site, asked) == {}


@pytest.fixture
def upgrade() -> Iterator[steps.Upgrade]:
    """The migration."""
    with steps.upgrade("times_of_a_day_in_one_row", "chats_can_be_off") as made:
        yield made


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_an_older_installation_become_one_a_day(upgrade: steps.Upgrade) -> None:
    before = upgrade.undo()
    old, rolled = (before.get_model("livechat", name) for name in ("AgentDay", "RolledDay"))
    expected: dict[tuple[int, date], dict[Key, Numbers]] = {}
    for name in ("Shop", "Other"):
        site = make_site(name)
        first, second, on, off = agent(site), agent(site), status(site, "Online"), status(site, "Offline")
        keys = [(second, on), (first, off), (first, on)]  # the third one on one day only
        for number in range(1, 5):
            day = NEW_YEAR + timedelta(days=number - 2)
            times = {key: (number * key[0], 1, 2, 3, 4) for key in keys[: (2, 2, 3, 0)[number - 1]]}
            expected[site.pk, day] = times
            rolled.objects.create(site_id=site.pk, day=day)
            old.objects.bulk_create(
                old(agent_id=one, status_id=kind, day=day, **dict(zip(COLUMNS, numbers, strict=True)))
                for (one, kind), numbers in times.items()
            )
    upgrade.run()
    assert {key: day_times.added(key[0], key[1], key[1]) for key in expected} == expected
    third = expected[site.pk, NEW_YEAR + timedelta(days=1)]
    in_places = [third[key] for key in ((first, off), (second, on), (first, on))]
    body = b"".join(number.to_bytes(day_times.NUMBER_BYTES, "little") for numbers in in_places for number in numbers)
    bodies = [bytes(one.times) for one in RolledDay.objects.filter(site=site).order_by("day")]
    assert bodies[2:] == [body, b""], "those of the year in their order, whichever database it is"
    later = NEW_YEAR + timedelta(days=31)
    put(site, later, {(agent(site), status(site, "Away")): plain(8)})
    assert len(day_times.added(site.pk, later, later)) == 1, "the next day goes on with their places"
    assert StatusName.objects.count() == 5
