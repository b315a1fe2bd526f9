"""By how much occupancy, busy share and concurrency can be off: the true ones always lie within that."""

from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import inf
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine

from livechat.comm100 import records
from livechat.lib.epoch import HOUR_MS, MINUTE_MS, SECOND_MS, milliseconds, moment_of
from livechat.models import HourRow, RolledDay, Site, Snapshot, Watch
from livechat.ops import rollups
from livechat.record import frames
from livechat.reports import bounds, day_totals, sums, totals, workloads
from livechat.reports.chat_loads import Load
from livechat.reports.ranges import Range
from livechat.reports.workloads import Workload
from tests.support.people import make_site
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 27)
MIDNIGHT = datetime(2026, 11, 27, tzinfo=UTC)
START = milliseconds(MIDNIGHT)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
KIM = UUID(int=1)
LOOK, AGE = 5 * SECOND_MS, 5 * SECOND_MS
PLACES = 4
NINE, TEN = START + 9 * HOUR_MS, START + 10 * HOUR_MS


@pytest.fixture
def site(db: None) -> Site:
    return a_site("Shop")


def a_site(name: str) -> Site:
    """A site in UTC, watched on the day and around it."""
    made = make_site(name)
    made.time_zone = "UTC"
    made.save()
    watch(made, START - HOUR_MS, START + 25 * HOUR_MS)
    made.agents.create(agent_id=KIM, team="Front", capacity=PLACES)
    return made


def watch(site: Site, began: int, ended: int) -> None:
    Watch.objects.create(site=site, list="agents", began=began, ended=ended, looks=(ended - began) // LOOK + 1)


def online(site: Site, began: int, ended: int | None, slack: int | None = 5_000, last: int | None = 5_000) -> None:
    given = {"began_slack": slack} | ({} if ended is None else {"ended_slack": last})
    make_span(site, KIM, "Online", moment_of(began), None if ended is None else moment_of(ended), **given)


def chats(site: Site, began: int, *counts: int) -> None:
    """Frames, minute by minute."""
    for minute, count in enumerate(counts):
        moment = moment_of(began + minute * MINUTE_MS)
        frames.note(Snapshot(site=site, kind="agents"), moment, [records.Agent(str(KIM), "Online", count)])


def told(site: Site, day: date = DAY, now: datetime = NOW) -> dict[int, Workload]:
    """The hours of a day by the clock, summed up for a page; the same as they are kept, if the day is over."""
    asked = Range(day, day, ZoneInfo("UTC"), now)
    sums._unmade.forget()
    for rows in (RolledDay, HourRow):
        rows.objects.filter(site=site).delete()
    found = {hour: one for hour, one in workloads.by_label(site, asked, list).items() if any(astuple(one))}
    if now is NOW:
        with time_machine.travel(NOW, tick=False):
            rollups.make(site, day)
        kept = workloads.by_label(site, asked, list)
        assert {hour: one for hour, one in kept.items() if any(astuple(one))} == found
    assert numbers(whole_day(site, asked)) == numbers(workloads.together(found.values()))
    return {(hour - asked.began) // HOUR_MS: one for hour, one in found.items()}


def whole_day(site: Site, asked: Range) -> Workload:
    """The day of single agents, added up."""
    shown = site.agents.filter(hidden=False).values_list("agent_id", "capacity")
    days = totals.by_agent(site, asked, tell=True)
    by_day = {key: totals.of_agent(site, asked, key).get(asked.first, {}) for key, _places in shown}
    assert by_day == {key: days.get(key, {}) for key, _places in shown}
    return workloads.together(
        workloads.of_status(status, one, places) for key, places in shown for status, one in by_day[key].items()
    )


def numbers(load: Workload) -> tuple[float | None, ...]:
    """All but how long the agents were in their statuses: an end that is off by hours counts in one of them."""
    return astuple(load)[3:]


def offs(found: dict[int, Workload]) -> dict[int, tuple[float, float]]:
    """By how much chats and places can be off, in seconds, in the hours in which they can."""
    return {
        hour: (one.placed_off / SECOND_MS, one.place_off / SECOND_MS)
        for hour, one in found.items()
        if one.placed_off or one.place_off
    }  # fmt: skip


def busy_offs(load: Workload) -> tuple[float, ...]:
    """By how much chats, time with a chat, and both the time online with a chat and that can be off, in seconds."""
    found = load.chat_off, load.busy_off, load.busy_online_off, load.known_online_off
    return tuple(-1 if one is None else one / SECOND_MS for one in found)


def test_a_change_of_chats_can_have_been_a_minute_earlier_in_a_list_that_was_old(site: Site) -> None:
    online(site, NINE - HOUR_MS, TEN + HOUR_MS)
    chats(site, NINE, *[1] * 30, *[3] * 20, *[3] * 70)
    assert offs({9: told(site)[9]}) == {9: (2 * 65, 0)}
    assert busy_offs(told(site)[9]) == (2 * 65, 0, 0, 0), "there was a chat before and after"


def test_the_first_and_the_last_chat_leave_the_time_with_a_chat_open(site: Site) -> None:
    online(site, NINE - HOUR_MS, TEN + HOUR_MS)
    chats(site, NINE, *[0] * 10, *[2] * 10, *[3] * 10, *[0] * 10, *[1] * 80)
    found = told(site)[9]
    assert busy_offs(found) == ((2 + 1 + 3 + 1) * 65, 3 * 65, 3 * 65, 0)
    assert found.busy_share_error == pytest.approx(3 * 65 / 3600)
    most = (found.chat / SECOND_MS + 7 * 65) / (found.busy / SECOND_MS - 3 * 65)
    assert found.concurrency_error == pytest.approx(most - found.chat / found.busy)


def test_chats_of_an_agent_who_is_away_are_in_the_concurrency_alone(site: Site) -> None:
    make_span(site, KIM, "Lunch", moment_of(NINE), moment_of(TEN), began_slack=5_000, ended_slack=5_000)
    chats(site, NINE - 5 * MINUTE_MS, *[1] * 35, *[2] * 35)
    found = told(site)[9]
    assert busy_offs(found) == (65 + 2 * 7, 7, 0, 0), "it may have ended 7 s before"
    assert (found.busy_share, found.busy_share_error, offs({9: found})) == (None, None, {})
    assert found.concurrency_error is not None


def test_a_concurrency_is_not_sure_if_the_time_with_a_chat_may_have_been_none(site: Site) -> None:
    online(site, NINE - HOUR_MS, TEN + HOUR_MS)
    chats(site, NINE, *[0] * 10, 1, *[0] * 100)
    assert told(site)[9].concurrency_error == inf


def test_a_change_at_a_full_hour_can_belong_to_the_hour_before_or_to_the_one_after(site: Site) -> None:
    online(site, NINE - HOUR_MS, TEN + 2 * HOUR_MS)
    chats(site, NINE - 5 * MINUTE_MS, *[2] * 65, *[1] * 60)
    found = offs(told(site))
    assert found[9] == (65, 0), "a minute, and the list's age"
    assert found[10] == (60, 0), "its frame may have been the last thing in its minute"


def test_a_change_that_counts_while_the_agent_is_not_online_is_in_no_bound(site: Site) -> None:
    online(site, NINE, NINE + 20 * MINUTE_MS, last=0)
    chats(site, NINE - 10 * MINUTE_MS, *[0] * 5, *[2] * 30, *[1] * 30)
    assert offs(told(site))[9] == (2 * 5, PLACES * 5), "its end alone: the list may have been old"


def test_chats_that_are_not_known_between_two_frames_leave_the_minutes_of_both_open(site: Site) -> None:
    online(site, NINE - HOUR_MS, TEN + HOUR_MS)
    chats(site, NINE, *[1] * 20)
    chats(site, NINE + 40 * MINUTE_MS, *[3] * 10)
    assert offs({9: told(site)[9]}) == {9: (2 * 65, 0)}


@pytest.mark.parametrize(
    ("began", "ended", "expected"),
    [
        (NINE + 20 * MINUTE_MS, NINE + 40 * MINUTE_MS, {9: (30, 40)}),
        (TEN + 6 * SECOND_MS, TEN + 40 * MINUTE_MS, {9: (4 * 3, 4 * 4), 10: (30, 40)}),
        (TEN - 6 * SECOND_MS, TEN + 40 * MINUTE_MS, {9: (21, 28), 10: (21, 28)}),
    ],
)
def test_the_edges_of_the_time_online_count_with_the_chats_and_the_places(
    site: Site, began: int, ended: int, expected: dict[int, tuple[float, float]]
) -> None:
    online(site, began, ended)
    chats(site, NINE, *[3] * 120)
    assert offs(told(site)) == expected


def test_a_list_may_have_been_old_at_the_last_look_before_a_gap(site: Site) -> None:
    Watch.objects.all().delete()
    watch(site, START - HOUR_MS, NINE + 30 * MINUTE_MS)
    watch(site, NINE + 40 * MINUTE_MS, START + 25 * HOUR_MS)
    online(site, NINE - HOUR_MS, TEN + HOUR_MS)
    chats(site, NINE, *[2] * 120)
    assert offs({9: told(site)[9]}) == {9: (2 * 5, PLACES * 5)}


def test_no_chats_that_are_known_are_none_that_can_be_off(site: Site) -> None:
    online(site, NINE + 20 * MINUTE_MS, NINE + 40 * MINUTE_MS)
    assert offs(told(site)) == {}


def test_a_change_around_midnight_leaves_both_days_open(site: Site) -> None:
    online(site, START + 4 * SECOND_MS, START + HOUR_MS)
    chats(site, START - 5 * MINUTE_MS, *[2] * 70)
    before = told(site, DAY - timedelta(days=1))
    assert offs(before) == {23: (2 * 6, PLACES * 6)}


def test_an_end_around_midnight_leaves_both_days_open(site: Site) -> None:
    online(site, START - HOUR_MS, START + 2 * SECOND_MS, slack=None)
    chats(site, START - 5 * MINUTE_MS, *[2] * 70)
    assert offs(told(site)) == {0: (2 * 2, PLACES * 2)}
    assert offs(told(site, DAY - timedelta(days=1))) == {23: (2 * 7, PLACES * 7)}


def test_a_status_that_an_agent_may_have_been_in_is_none_that_was_seen(site: Site) -> None:
    """It shows on no page of times, not of a day that lasts either."""
    online(site, START + 4 * SECOND_MS, START + HOUR_MS)
    chats(site, START - 5 * MINUTE_MS, *[2] * 70)
    day = DAY - timedelta(days=1)
    asked = Range(day, day, ZoneInfo("UTC"), NOW)
    for _made in range(2):
        sums._unmade.forget()
        assert totals.by_agent(site, asked, tell=True)[KIM]["Online"].total == 0
        assert totals.by_agent(site, asked).get(KIM, {}) == {}
        assert totals.by_day(site, asked, [KIM]).get(day, {}) == {}
        with time_machine.travel(NOW, tick=False):
            rollups.make(site, day)


def test_a_change_of_chats_in_the_first_minute_of_a_day_can_be_of_the_day_before(site: Site) -> None:
    online(site, START - HOUR_MS, START + 2 * HOUR_MS, slack=None)
    chats(site, START - 5 * MINUTE_MS, *[2] * 6, *[1] * 130)
    assert offs(told(site, DAY - timedelta(days=1))) == {23: (5, 0)}


def test_an_agent_who_goes_may_have_had_the_chats_of_the_next_minute(site: Site) -> None:
    online(site, NINE + 20 * MINUTE_MS, NINE + 40 * MINUTE_MS + 30 * SECOND_MS)
    chats(site, NINE, *[1] * 41, *[4] * 79)
    change, edges = 3 * 32, 3 * 1 + 7 * 4
    assert offs(told(site)) == {9: (change + edges, PLACES * 10)}


def test_an_hour_that_only_leaves_something_open_is_none_in_which_anybody_was_on(site: Site) -> None:
    online(site, TEN + 4 * SECOND_MS, TEN + 30 * MINUTE_MS)
    chats(site, NINE, *[2] * 120)
    assert sorted(told(site)) == [9, 10]
    found = day_totals.of(site, Range(DAY, DAY, ZoneInfo("UTC"), NOW))
    assert found is not None
    assert found.on == (TEN, TEN + 1)


def test_a_day_is_told_with_its_bounds_while_it_lasts(site: Site) -> None:
    Watch.objects.update(ended=TEN + 30 * MINUTE_MS)
    online(site, NINE, None)
    chats(site, NINE, *[2] * 89)
    found = told(site, now=datetime(2026, 11, 27, 10, 30, tzinfo=UTC))
    assert offs(found)[10] == (2 * 5, PLACES * 5), "the list may have been old at the last look"
    assert found[10].occupancy_error is not None


def test_other_sites_and_hidden_agents_and_those_without_places_add_nothing(site: Site) -> None:
    other = a_site("Other")
    online(other, NINE, TEN)
    chats(other, NINE, *[2, 1] * 20)
    assert offs(told(site)) == {}
    other.agents.update(capacity=None)
    assert offs(told(other)) == {}
    assert min(busy_offs(told(other)[9])[:3]) >= 0, "places are needed for the occupancy alone"
    assert told(other)[9].concurrency_error is not None
    other.agents.update(capacity=4, hidden=True)
    assert offs(told(other)) == {}
    other.agents.update(hidden=False)
    assert offs(told(other)) != {}


@pytest.mark.parametrize(
    ("numbers", "error"),
    [
        ((30, 0, 60, 0), 0.0),
        ((30, 6, 60, 0), 0.1),
        ((30, 0, 60, 10), 0.1),  # 30/50
        ((30, 3, 60, 10), 0.16),  # 33/50
        ((6, 30, 60, 0), 0.5),
        ((55, 30, 60, 10), 55 / 60 - 25 / 70),  # no more than 1, but down to 25/70
        ((30, 3, 60, 60), 0.5),
        ((90, 10, 60, 10), 0.5),  # more chats than places
        ((30, None, 60, 10), None),
        ((30, 1, 60, None), None),
        ((0, 1, 0, 1), None),
    ],
)
def test_a_share_is_off_as_far_as_its_farthest_corner(
    numbers: tuple[int, int | None, int, int | None], error: float | None
) -> None:
    assert bounds.share_error(*numbers) == (None if error is None else pytest.approx(error))


@pytest.mark.parametrize(
    ("numbers", "error"),
    [
        ((60, 0, 60, 0), 0.0),
        ((60, 30, 60, 0), 0.5),  # it is at least 1 in truth
        ((120, 60, 60, 20), 2.5),  # 180/40
        ((120, 60, 60, 60), inf),
        ((120, 10, 60, 40), 4.5),  # 130/20
        ((60, None, 60, 0), None),
        ((60, 0, 60, None), None),
        ((0, 9, 0, 9), None),
    ],
)
def test_a_concurrency_is_off_as_far_as_its_farthest_corner(
    numbers: tuple[int, int | None, int, int | None], error: float | None
) -> None:
    assert bounds.ratio_error(*numbers) == (None if error is None else pytest.approx(error))


def test_single_agents_are_off_by_their_places_of_today() -> None:
    one = workloads.of_status("Online", sums.Sums(10, 1, 10, 10, 10, 4, 3, 2), 4)
    assert (one.placed_off, one.place_off, one.busy_online_off, one.known_online_off) == (4, 8, 3, 2)
    assert one.occupancy_error == pytest.approx(14 / 32 - 0.25)
    unknown = workloads.of_status("Online", sums.Sums(10, 1, 10, 10, 10, None, None, None), 4)
    assert (unknown.occupancy, unknown.occupancy_error, unknown.busy_share_error) == (0.25, None, None)
    assert unknown.concurrency_error is None


@pytest.mark.parametrize("seed", range(12))
def test_chats_of_any_hour_are_within_the_bound_and_many_hours_together_too(seed: int) -> None:
    """Of a part of an hour, too: the same as if each change were looked at alone."""
    random = Random(seed)
    row = bytes(random.choice([255, 0, 1, 1, 1, 2, 5]) for _ in range(300))
    load = Load(row, START, AGE)
    for _ in range(200):
        began, ended = sorted(START + random.randrange(-MINUTE_MS, 301 * MINUTE_MS) for _ in range(2))
        ended = random.choice([ended, began + random.randrange(1, 4 * MINUTE_MS)])
        known = [(place, count) for place, count in enumerate(row) if count != 255]
        expected = [0, 0]
        for (one, before), (other, after) in pairwise(known):
            first, counted = START + one * MINUTE_MS - AGE, START + (one + 1) * MINUTE_MS
            since, last = START + other * MINUTE_MS, START + (other + 1) * MINUTE_MS
            earlier, later = min(counted, ended) - max(first, began), min(last, ended) - max(since, began)
            expected[0] += abs(after - before) * max(0, earlier, later)
            expected[1] += (bool(after) is not bool(before)) * max(0, earlier, later)
        assert load.off(began, ended) == tuple(expected)


class World:
    """An agent who comes and goes and whose chats change, seen every few seconds in a list that may be old."""

    def __init__(self, random: Random, until: int) -> None:
        self.statuses, self.chats = [(NINE - HOUR_MS, False)], [(NINE - HOUR_MS, 0)]
        moment, is_online = NINE - 10 * MINUTE_MS, False
        while moment < until:
            edge = random.choice([NINE, TEN, TEN + HOUR_MS]) + random.randrange(-20, 20) * 500
            moment = (
                edge if moment < edge and random.random() < 0.3 else moment + random.randrange(20_000, 40 * MINUTE_MS)
            )
            is_online = not is_online
            self.statuses.append((moment, is_online))
        moment = NINE - 30 * MINUTE_MS
        while moment < until:
            # No two changes between two frames: what nobody could see is no part of this.
            moment += random.choice([random.randrange(75_000, 100_000), random.randrange(75_000, 15 * MINUTE_MS)])
            self.chats.append((moment, max(0, min(PLACES, self.chats[-1][1] + random.choice([-2, -1, 1, 2])))))

    def at(self, moment: int) -> tuple[bool, int]:
        return tuple([value for at, value in found if at <= moment][-1] for found in (self.statuses, self.chats))  # type: ignore[return-value]

    def true(self, began: int, ended: int) -> "Truth":
        """What was in a time."""
        moments = sorted({began, ended, *(at for at, _value in self.statuses + self.chats if began < at < ended)})
        made = Truth()
        for first, last in pairwise(moments):
            is_online, count = self.at(first)
            made.chat += count * (last - first)
            made.busy += min(count, 1) * (last - first)
            if is_online:
                made.online += last - first
                made.placed += count * (last - first)
                made.busy_online += min(count, 1) * (last - first)
        return made


@dataclass
class Truth:
    """Times in ms: chats × time and with a chat, of an agent who is always on; online, and the same of then."""

    chat: int = 0
    busy: int = 0
    online: int = 0
    placed: int = 0
    busy_online: int = 0


def within(value: float | None, true: float, off: float | None) -> bool:
    """Whether a true value lies within what one can be off by."""
    return value is not None and off is not None and abs(value - true) <= off + 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_the_true_figures_are_within_the_bounds_of_every_hour(site: Site, seed: int) -> None:
    random, until = Random(seed), TEN + 2 * HOUR_MS
    world = World(random, until)
    now = NINE - 30 * MINUTE_MS
    began, before, slack, last, age = now, False, None, now, AGE
    snapshot = Snapshot(site=site, kind="agents")
    while now < until + 2 * MINUTE_MS:
        age = min(random.randrange(AGE + 1), age + now - last)
        is_online, count = world.at(now - age)
        if last // MINUTE_MS < now // MINUTE_MS:
            frames.note(snapshot, moment_of(now), [records.Agent(str(KIM), "Online", count)])
        if is_online != before:
            status = "Online" if before else "Away"
            given = {"began_slack": slack, "ended_slack": now - last}
            make_span(site, KIM, status, moment_of(began), moment_of(now), **given)
            began, before, slack = now, is_online, now - last
        last, now = now, now + random.choice([1_000, LOOK, LOOK, LOOK, 20_000])
    make_span(site, KIM, "Online" if before else "Away", moment_of(began), None, began_slack=slack)
    found = told(site)
    for hour in range(9, 12):
        true = world.true(START + hour * HOUR_MS, START + (hour + 1) * HOUR_MS)
        one = found.get(hour, Workload())
        assert within(one.placed, true.placed, one.placed_off)
        assert within(one.place, true.online * PLACES, one.place_off)
        assert within(one.busy_online, true.busy_online, one.busy_online_off)
        assert within(one.known_online, true.online, one.known_online_off)
        assert within(one.chat, true.chat, one.chat_off)
        assert within(one.busy, true.busy, one.busy_off)
        if one.known_online and true.online:
            assert within(one.occupancy, true.placed / (true.online * PLACES), one.occupancy_error)
            assert within(one.busy_share, true.busy_online / true.online, one.busy_share_error)
        if one.busy and true.busy:
            assert within(one.concurrency, true.chat / true.busy, one.concurrency_error)
