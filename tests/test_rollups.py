"""Sums of days and hours: equal to what they are made of, made once, kept when that is deleted, made again if asked."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest
import time_machine
from django.core.management import CommandError, call_command

from livechat.comm100 import records
from livechat.lib.epoch import HOUR_MS, SECOND_MS, milliseconds
from livechat.models import AgentSpan, Contact, RolledDay, Site, Snapshot, Span, Watch
from livechat.ops import cleanup, rollups
from livechat.record import frames
from livechat.reports import cover_times, heat, queue_sums, sums, tallies, totals, workloads
from livechat.reports.queue import Queue
from livechat.reports.ranges import Range
from tests.support import hour_rows
from tests.support.cleaning import clean_up
from tests.support.people import make_site
from tests.support.spans import department, make_span, spans

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 27)
MIDNIGHT = datetime(2026, 11, 27, tzinfo=UTC)
NOW = MIDNIGHT + timedelta(days=2, hours=12)
SALES = uuid4()


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """Two and a half days after the day."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def at(hours: float) -> datetime:
    """So many hours into the day."""
    return MIDNIGHT + timedelta(hours=hours)


def watch(site: Site, began: float, ended: float) -> None:
    """Look at both lists every 5 s."""
    for kind in ("agents", "visitors"):
        looks = round((ended - began) * 720) + 1
        Watch.objects.create(
            site=site, list=kind, began=milliseconds(at(began)), ended=milliseconds(at(ended)), looks=looks
        )


@pytest.fixture
def site(db: None) -> Site:
    """A site in UTC that was watched for two days, but for an hour from 12 on."""
    made = make_site("Shop")
    made.time_zone = "UTC"
    made.save()
    watch(made, 0, 12)
    watch(made, 13, 48)
    return made


@pytest.fixture
def kim(site: Site) -> UUID:
    """Kim of Front, with 4 places: online from 8 to 10:30 and from 11 to 14, at lunch between, then offline."""
    key = uuid4()
    site.agents.create(agent_id=key, team="Front", capacity=4)
    for status, began, ended in (("Online", 8, 10.5), ("Lunch", 10.5, 11), ("Online", 11, 14), ("Offline", 14, 50)):
        make_span(site, key, status, at(began), at(ended), began_slack=10_000, ended_slack=10_000)
    return key


def chats(site: Site, agent: UUID, began: float, minutes: int, count: int | None) -> None:
    """Frames with so many chats, minute by minute."""
    for minute in range(minutes):
        moment = at(began) + timedelta(minutes=minute)
        frames.note(Snapshot(site=site, kind="agents"), moment, [records.Agent(str(agent), "Online", count)])


def contact(site: Site, began: float, **fields: Any) -> None:
    began_at = milliseconds(at(began))
    Contact.objects.create(site=site, department=department(site, SALES), began=began_at, began_slack=5_000, **fields)


def days(first: date = DAY, last: date = DAY) -> Range:
    return Range(first, last, ZoneInfo("UTC"), NOW)


def told(site: Site, asked: Range | None = None) -> dict[tuple[date, str], float]:
    """Kim's hours, by day and status."""
    found = totals.by_day(site, days() if asked is None else asked, site.agents.values_list("agent_id", flat=True))
    return {(day, status): one.total / HOUR_MS for day, times in found.items() for status, one in times.items()}


def test_a_days_sums_are_what_was_watched_of_each_status(site: Site, kim: UUID) -> None:
    expected = {(DAY, "Online"): 4.5, (DAY, "Lunch"): 0.5, (DAY, "Offline"): 10}
    assert told(site) == pytest.approx(expected, abs=0.01), "before they are made they are summed up for the page"
    assert rollups.make_next()
    Span.objects.all().delete()
    sums._unmade.forget()
    assert told(site) == pytest.approx(expected, abs=0.01)
    lunch = totals.by_agent(site, days())[kim]["Lunch"]
    assert lunch.off == 15 * SECOND_MS, "half of the time between two looks at each end, and the list's age"


def test_a_day_is_made_once_the_oldest_first_and_not_before_it_is_over(site: Site, kim: UUID, clock: Any) -> None:
    assert [rollups.make_next() for _ in range(3)] == [True, True, False]
    assert list(RolledDay.objects.order_by("pk").values_list("day", flat=True)) == [DAY, DAY + timedelta(days=1)]
    clock.move_to(MIDNIGHT + timedelta(days=3, minutes=2))
    assert not rollups.make_next(), "what happened at its end may be seen 2.5 minutes later"
    clock.move_to(MIDNIGHT + timedelta(days=3, minutes=3))
    assert rollups.make_next()


def test_hours_have_their_share_with_the_chats_and_the_places(site: Site, kim: UUID) -> None:
    chats(site, kim, 9, 60, 3)
    chats(site, kim, 10, 15, 0)
    rollups.make(site, DAY)
    hours = {
        (hour - milliseconds(MIDNIGHT)) // HOUR_MS: (team, one)
        for (hour, team), one in hour_rows.teams(site).items()
        if one.online
    }
    assert sorted(hours) == [7, 8, 9, 10, 11, 13], "a change that is seen 10 s later happened in the middle"
    team, nine = hours[9]
    assert (team, nine.online, nine.on) == ("Front", HOUR_MS, HOUR_MS)
    assert (nine.known, nine.known_online, nine.busy, nine.busy_online) == (HOUR_MS,) * 4
    assert (nine.chat, nine.place) == (3 * HOUR_MS, 4 * HOUR_MS)
    assert nine.placed == 3 * HOUR_MS
    assert hours[10][1].known_online == HOUR_MS / 4
    assert (hours[10][1].chat, hours[10][1].busy, hours[8][1].known_online) == (0, 0, 0)
    assert sum(one.online for _team, one in hours.values()) == pytest.approx(4.5 * HOUR_MS, abs=20 * SECOND_MS)


def test_hours_are_told_before_their_day_is_summed_up_as_after_it(site: Site, kim: UUID) -> None:
    chats(site, kim, 9, 60, 3)
    contact(site, 9.5, answered=milliseconds(MIDNIGHT) + 10 * HOUR_MS, answered_slack=5_000)
    contact(site, 10.5, ended=milliseconds(MIDNIGHT) + 11 * HOUR_MS, outcome="gone")

    def told() -> list[object]:
        sums._unmade.forget()
        hours = workloads.by_label(site, days(), list), queue_sums.by_hour(site, days(), list)
        cells = (heat.of(site, days(), what, heat.looks(site, days(), what)) for what in heat.KINDS)
        return [
            workloads.by_team(site, days()),
            *({hour: one for hour, one in found.items() if any(astuple(one))} for found in hours),
            *([(place, cell.value, cell.error) for place, cell in enumerate(found) if cell.amount] for found in cells),
        ]

    before = told()
    assert all(before)
    rollups.make(site, DAY)
    assert told() == before


def test_an_hours_queue_has_its_contacts_and_how_long_visitors_waited_in_it(site: Site) -> None:
    start = milliseconds(MIDNIGHT)
    contact(site, 9.99, answered=start + 10 * HOUR_MS + 60_000, answered_slack=5_000)
    contact(site, 10.5, ended=start + round(10.6 * HOUR_MS), outcome="gone")
    contact(site, 10.7, ended=start + round(10.7 * HOUR_MS), outcome="unseen")
    rollups.make(site, DAY)
    found = {(hour - start) // HOUR_MS: counts for (hour, _department), counts in hour_rows.queue(site).items()}
    assert (found[9].answered, found[9].waited) == (1, 36_000)
    assert (found[10].answered, found[10].lost, found[10].unknown) == (0, 1, 1)
    assert found[10].waited == 60_000 + HOUR_MS // 10
    hours = queue_sums.by_hour(site, days(), list)
    assert {hour: (one.answered, one.lost, one.waited) for hour, one in hours.items()} == {
        start + 9 * HOUR_MS: (1, 0, 36_000),
        start + 10 * HOUR_MS: (0, 1, 60_000 + HOUR_MS // 10),
    }
    assert queue_sums.by_hour(site, days(), list, uuid4()) == {}


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Santiago", date(2026, 9, 6), 23),  # begins at 01:00
    ],
)
def test_days_of_other_lengths_have_all_their_hours(site: Site, zone: str, day: date, hours: float) -> None:
    site.time_zone = zone
    site.save()
    began = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    key = uuid4()
    site.agents.create(agent_id=key)
    make_span(site, key, "Online", began, began + timedelta(days=5))
    looks = {"began": milliseconds(began), "ended": milliseconds(began + timedelta(days=5)), "looks": 86_400}
    Watch.objects.create(site=site, list="agents", **looks)
    rollups.make(site, day)
    asked = Range(day, day, ZoneInfo(zone), NOW)
    assert totals.by_agent(site, asked)[key]["Online"].total == hours * HOUR_MS
    rows = hour_rows.teams(site).values()
    assert sum(row.online for row in rows) == hours * HOUR_MS
    assert {row.online for row in rows} <= {HOUR_MS, HOUR_MS // 2}


def test_details_are_deleted_only_when_their_sums_are_made_and_the_sums_stay(
    site: Site, kim: UUID, settings: Any, clock: Any
) -> None:
    settings.HISTORY_DAYS = 30
    clock.shift(timedelta(days=60))
    for task in cleanup.TASKS:
        task()
    assert spans(kim).count() == 4
    clean_up()
    assert spans(kim).count() == 0
    assert told(site)[DAY, "Online"] == pytest.approx(4.5, abs=0.01)
    assert not rollups.make_next(), "a day whose rows are gone is not made again"


def test_a_site_whose_zone_this_machine_does_not_know_stops_no_other(site: Site, kim: UUID) -> None:
    other = make_site("Another")
    Site.objects.filter(pk=other.pk).update(time_zone="Mars/Base")
    Watch.objects.create(site=other, list="agents", began=0, ended=1)
    assert rollups.make_next()
    assert RolledDay.objects.get().site == site


def test_rows_of_before_are_converted_first(site: Site, kim: UUID) -> None:
    AgentSpan.objects.create(site=site, agent_id=kim, status="Away", began=at(6), ended=at(7))
    assert not rollups.make_next()
    AgentSpan.objects.all().delete()
    assert rollups.make_next()


def test_the_sums_are_made_again_from_a_day_on_and_bad_days_and_sites_are_refused(site: Site, kim: UUID) -> None:
    other = make_site("Other")
    while rollups.make_next():
        pass
    spans(kim).filter(status__name="Lunch").delete()
    out = StringIO()
    call_command("rollup", "--from", "2026-11-01", "--site", "Shop", stdout=out)
    assert out.getvalue() == "Shop: 2 days, from 2026-11-27 on\n"
    assert (DAY, "Lunch") not in told(site)
    assert not RolledDay.objects.filter(site=other).exists()
    for arguments in (["--from", "yesterday"], ["--from", "2026-11-01", "--site", "Nowhere"]):
        with pytest.raises(CommandError):
            call_command("rollup", *arguments)


def test_the_sums_of_another_site_stay_its_own(site: Site, kim: UUID) -> None:
    other = make_site("Other")
    other.agents.create(agent_id=kim, team="Back")
    make_span(other, kim, "Meeting", at(8), at(9))
    rollups.make(site, DAY)
    rollups.make(other, DAY)
    assert {status for times in totals.by_agent(site, days()).values() for status in times} == {
        "Online",
        "Lunch",
        "Offline",
    }
    assert {team for _hour, team in hour_rows.teams(site)} == {"Front"}


def test_today_is_summed_up_as_far_as_it_was_watched(site: Site, clock: Any) -> None:
    clock.move_to(at(10))
    key = uuid4()
    site.agents.create(agent_id=key)
    make_span(site, key, "Online", at(8))
    asked = Range(DAY, DAY, ZoneInfo("UTC"), at(10))
    assert told(site, asked) == {(DAY, "Online"): 2}
    assert not rollups.make_next()


def test_a_days_waits_are_kept_with_their_bounds_and_the_page_of_a_range_says_the_same(site: Site) -> None:
    start = milliseconds(MIDNIGHT)
    for number in range(200):
        answered = start + number * 60_000 + 500 + number * 333
        contact(site, number / 60, answered=answered, answered_slack=5_000)
    contact(site, 9, ended=start + 9 * HOUR_MS + 12_345, outcome="gone")
    exact = Queue(20_000, tallies.of(tallies.contacts(site, start, start + 24 * HOUR_MS)), 5_000)
    rollups.make(site, DAY)
    Contact.objects.all().delete()
    (tally,) = queue_sums.by_day(site, days())[0].values()
    kept = Queue(20_000, tally, 5_000)
    assert (kept.answered, kept.lost, kept.longest, kept.longest_at) == (200, 1, exact.longest, exact.longest_at)
    assert kept.mean == pytest.approx(exact.mean, abs=SECOND_MS / 4)
    for share in (0.5, 0.9):
        whole, fine = kept.percentile(share), exact.percentile(share)
        assert whole is not None
        assert fine is not None
        assert abs(whole[0] - fine[0]) <= SECOND_MS
        assert whole[0] - whole[1] <= fine[0] - fine[1] + SECOND_MS
    assert kept.level is not None
    assert exact.level is not None
    assert kept.level.low <= exact.level.value <= kept.level.high
    assert kept.level.value == pytest.approx(exact.level.value, abs=0.02)
    assert queue_sums.by_day(site, days(), uuid4()) == ({}, set())


def test_contacts_of_days_without_sums_are_counted_too(site: Site) -> None:
    start = milliseconds(MIDNIGHT)
    for hours in (1, 25, 30):
        contact(site, hours, answered=start + round(hours * HOUR_MS), answered_slack=5_000)
    asked = days(DAY, DAY + timedelta(days=1))
    assert [tally.answered for _day, tally in sorted(queue_sums.by_day(site, asked)[0].items())] == [1, 2]
    rollups.make(site, DAY)
    assert [tally.answered for _day, tally in sorted(queue_sums.by_day(site, asked)[0].items())] == [1, 2]
    assert sums.lacking(site, asked) == [DAY + timedelta(days=1)]


def test_a_days_coverage_is_kept_and_joins_what_goes_on_at_midnight(site: Site, kim: UUID) -> None:
    asked = days(DAY, DAY + timedelta(days=1))
    found, _left_out = cover_times.of_days(site, asked)
    while rollups.make_next():
        pass
    spans(kim).delete()
    kept, left_out = cover_times.of_days(site, asked)
    assert [msgspec.structs.replace(day, offs=None) for day in kept.values()] == [
        msgspec.structs.replace(day, offs=None) for day in found.values()
    ]
    assert not left_out
    assert cover_times.together(kept.values()).offs == cover_times.together(found.values()).offs
    nobody = cover_times.together(found.values()).nobody
    assert nobody[-1] == (milliseconds(at(14)) - 5 * SECOND_MS, milliseconds(at(48)))


def test_all_are_full_when_each_online_has_as_many_chats_as_places_and_that_is_known(site: Site, kim: UUID) -> None:
    chats(site, kim, 8, 30, 4)
    chats(site, kim, 8.5, 30, 3)
    chats(site, kim, 9, 30, 4)
    start = milliseconds(MIDNIGHT)
    half = HOUR_MS // 2
    expected = [(start + 8 * HOUR_MS, start + 8 * HOUR_MS + half), (start + 9 * HOUR_MS, start + 9 * HOUR_MS + half)]
    found = cover_times.of_days(site, days())[0][DAY].full
    assert [(began, ended - ended % 60_000) for began, ended in found] == expected
    other = site.agents.create(agent_id=uuid4())
    make_span(site, other.agent_id, "Away", at(8), at(9))
    assert cover_times.of_days(site, days())[0][DAY].full == found, "who is away takes nobody"
    make_span(site, other.agent_id, "Online", at(9), at(10))
    assert cover_times.of_days(site, days())[0][DAY].full == found[:1], "who has no places may have room"
