"""By how much the queue's sums by hour can be off: what truly happened always lies within that."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine

from livechat.lib.epoch import HOUR_MS, MINUTE_MS, SECOND_MS, milliseconds
from livechat.models import Contact, HourRow, QueueDay, RolledDay, Site, Watch
from livechat.ops import rollups
from livechat.record import contacts
from livechat.record.contacts import Seen
from livechat.record.watches import Look
from livechat.reports import queue_sums, sums
from livechat.reports.queue_sums import HourCounts
from livechat.reports.ranges import Range
from tests.support.people import make_site
from tests.support.spans import department

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 27)
START = milliseconds(datetime(2026, 11, 27, tzinfo=UTC))
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SALES = UUID(int=7)
SLACK, AGE = 5 * SECOND_MS, 5 * SECOND_MS
NINE, TEN = START + 9 * HOUR_MS, START + 10 * HOUR_MS


@pytest.fixture
def site(db: None) -> Site:
    made = make_site("Shop")
    made.time_zone = "UTC"
    made.save()
    return made


def watch(site: Site, began: int = START - HOUR_MS, ended: int = START + 25 * HOUR_MS) -> None:
    for kind in ("agents", "visitors"):
        Watch.objects.create(site=site, list=kind, began=began, ended=ended, looks=(ended - began) // SLACK + 1)


def contact(site: Site, began: int, **fields: Any) -> None:
    given = {"began_slack": SLACK, "department": department(site, SALES)} | fields
    for name in ("answered", "ended"):
        if name in given:
            given = {f"{name}_slack": SLACK} | given
    Contact.objects.create(site=site, began=began, **given)


def asked(day: date = DAY, now: datetime = NOW) -> Range:
    return Range(day, day, ZoneInfo("UTC"), now)


def told(site: Site, day: date = DAY, now: datetime = NOW) -> dict[int, HourCounts]:
    """The hours of a day by the clock, summed up for a page; the same as they are kept, if the day is over."""
    sums._unmade.forget()
    for rows in (RolledDay, HourRow):
        rows.objects.filter(site=site).delete()
    found = queue_sums.by_hour(site, asked(day, now), list)
    if now is NOW:
        with time_machine.travel(NOW, tick=False):
            rollups.make(site, day)
        assert queue_sums.by_hour(site, asked(day), list) == found
    return {
        (hour - milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))) // HOUR_MS: one
        for hour, one in found.items()
    }


def offs(found: dict[int, HourCounts], name: str) -> dict[int, int]:
    """The hours in which a number can be off, in seconds if it is a time."""
    divisor = SECOND_MS if name == "waited_off" else 1
    return {hour: off / divisor for hour, one in found.items() if (off := getattr(one, name))}


# waits


@pytest.mark.parametrize(
    ("began", "lasted", "off"),
    [
        (NINE + 20 * SECOND_MS, 60, {9: 10}),  # its beginning 10 s earlier, or its end, but not both in one direction
        (TEN - 60 * SECOND_MS, 120, {9: 10, 10: 10}),
        (TEN + 3 * SECOND_MS, 60, {9: 7, 10: 10}),
        (TEN - 60 * SECOND_MS, 62, {9: 10, 10: 2}),
        (NINE + 20 * SECOND_MS, 0, {9: 10}),  # answered between two looks: it can have waited before the second
        (START + 2 * SECOND_MS, 60, {0: 10}),
    ],
)
def test_a_wait_leaves_open_what_was_between_two_looks_in_each_hour(
    site: Site, began: int, lasted: int, off: dict[int, int]
) -> None:
    watch(site)
    contact(site, began, answered=began + lasted * SECOND_MS)
    found = told(site)
    assert offs(found, "waited_off") == off
    assert sum(one.waited for one in found.values()) == lasted * SECOND_MS


def test_a_wait_that_began_after_midnight_may_have_begun_before(site: Site) -> None:
    watch(site)
    contact(site, START + 2 * SECOND_MS, ended=START + 60 * SECOND_MS, outcome="gone")
    before = told(site, DAY - timedelta(days=1))
    assert {hour: (one.waited, one.waited_off, one.offered_off, one.lost_off) for hour, one in before.items()} == {
        23: (0, 8 * SECOND_MS, 1, 1)
    }
    assert not QueueDay.objects.exists(), "no contact counts on that day"
    assert offs(told(site), "offered_off") == {0: 1}


def test_what_nobody_watched_can_not_be_off(site: Site) -> None:
    watch(site, ended=TEN)
    watch(site, TEN + HOUR_MS)
    contact(site, TEN - 60 * SECOND_MS, answered=TEN + HOUR_MS, answered_slack=None)
    assert offs(told(site), "waited_off") == {9: 10}, "its beginning"
    Contact.objects.update(began_slack=None)
    assert offs(told(site), "waited_off") == {9: 5}, "the list may have been old at the last look before the gap"


@pytest.mark.parametrize(
    ("fields", "off"),
    [
        ({"answered": NINE + 90_000, "began_slack": None}, 10),
        ({"answered": NINE + 33_000, "began_slack": None}, 3),  # all of what was watched
        ({"ended": NINE + 90_000, "outcome": "unseen", "began_slack": None}, 5),
        ({"ended": NINE + 90_000, "outcome": "gone", "ended_slack": None, "began_slack": 2_000}, 7),
        ({"answered": NINE + 90_000, "began_steady": NINE + 28_000, "began_slack": 1_000}, 9),
        ({"answered": NINE + 90_000, "end_steady": NINE + 86_000, "answered_slack": 1_000}, 9),
    ],
)
def test_each_end_has_the_slack_that_was_stored_for_it(site: Site, fields: dict[str, Any], off: int) -> None:
    """Steady looks measure a wait. From the moment that counts, the farthest one that is possible is looked for."""
    watch(site)
    contact(site, NINE + 30 * SECOND_MS, **fields)
    assert offs(told(site), "waited_off") == {9: off}


# contacts


def test_a_contact_that_was_seen_just_after_a_full_hour_may_belong_to_the_one_before(site: Site) -> None:
    watch(site)
    contact(site, TEN + 9 * SECOND_MS, answered=TEN + MINUTE_MS)
    contact(site, TEN + 9 * SECOND_MS, ended=TEN + MINUTE_MS, outcome="gone")
    contact(site, TEN + 10 * SECOND_MS, ended=TEN + MINUTE_MS, outcome="gone")
    contact(site, TEN + 9 * SECOND_MS)
    found = told(site)
    assert (offs(found, "offered_off"), offs(found, "lost_off")) == ({9: 2, 10: 2}, {9: 1, 10: 1})


def test_one_whose_end_was_not_seen_may_have_been_answered_or_lost(site: Site) -> None:
    watch(site)
    contact(site, NINE + MINUTE_MS, answered=NINE + 2 * MINUTE_MS, answered_slack=None)
    contact(site, NINE + MINUTE_MS, ended=NINE + 2 * MINUTE_MS, outcome="unseen")
    contact(site, NINE + MINUTE_MS, answered=NINE + 2 * MINUTE_MS, ended=NINE + 3 * MINUTE_MS, outcome="unseen")
    found = told(site)
    assert (found[9].answered, found[9].lost, found[9].unknown) == (1, 0, 2)
    assert (offs(found, "offered_off"), offs(found, "lost_off")) == ({9: 2}, {9: 2})


def test_one_whose_beginning_was_not_seen_may_have_begun_before_the_gap(site: Site) -> None:
    watch(site, ended=TEN - MINUTE_MS)
    watch(site, TEN + 10 * MINUTE_MS)
    contact(site, TEN + 10 * MINUTE_MS, answered=TEN + 12 * MINUTE_MS, began_slack=None)
    contact(site, NINE + MINUTE_MS, answered=TEN + 12 * MINUTE_MS, began_slack=None)
    found = told(site)
    assert (offs(found, "offered_off"), offs(found, "lost_off")) == ({8: 1, 9: 2, 10: 1}, {})


def test_one_that_was_in_contact_when_it_was_first_seen_may_have_begun_at_any_time(site: Site) -> None:
    watch(site)
    contact(site, NINE + 20 * MINUTE_MS, answered=NINE + 22 * MINUTE_MS, began_slack=None)
    assert offs(told(site), "offered_off") == {9: 1}


def test_what_is_not_known_of_the_day_after_is_in_no_bound(site: Site) -> None:
    watch(site)
    contact(site, START + MINUTE_MS, ended=START + 2 * MINUTE_MS, outcome="unseen")
    assert told(site, DAY - timedelta(days=1)) == {}


def test_departments_and_sites_have_their_own(site: Site) -> None:
    other = make_site("Other")
    other.time_zone = "UTC"
    other.save()
    for one in (site, other):
        watch(one)
    contact(site, TEN + SECOND_MS, answered=TEN + MINUTE_MS)
    contact(site, TEN + SECOND_MS, answered=TEN + MINUTE_MS, department=None)
    assert offs(told(site), "offered_off") == {9: 2, 10: 2}
    assert {
        hour: one.offered_off
        for hour, one in queue_sums.by_hour(site, asked(), lambda hours: ["all"] * len(hours), SALES).items()
    } == {"all": 2}
    assert told(other) == {}


def test_a_day_is_told_with_its_bounds_while_it_lasts(site: Site) -> None:
    watch(site, ended=TEN + 30 * MINUTE_MS)
    contact(site, TEN + 3 * SECOND_MS, answered=TEN + MINUTE_MS)
    contact(site, TEN + 29 * MINUTE_MS)
    found = told(site, now=datetime(2026, 11, 27, 10, 30, tzinfo=UTC))
    assert (offs(found, "waited_off"), offs(found, "offered_off")) == ({9: 7, 10: 10 + 10}, {9: 1, 10: 1})


# the truth


@dataclass
class Visitor:
    """Somebody who truly waits from one moment to another, and then chats or is gone."""

    key: str
    began: int
    ended: int
    left: int  # with the chat, if there was one

    def status(self, moment: int) -> str | None:
        if not self.began <= moment < self.left:
            return None
        return "waitingForChat" if moment < self.ended else "chatting"


@dataclass
class World:
    """Three hours of visitors, looked at every 5 s and when a hint comes, but for some minutes around a full hour."""

    site: Site
    random: Random
    visitors: list[Visitor] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def live(self, until: int) -> None:
        gap = TEN + self.random.randrange(-8, 0) * MINUTE_MS, TEN + self.random.randrange(1, 8) * MINUTE_MS
        for number in range(150):
            edge = self.random.choice([NINE, TEN, TEN + HOUR_MS, *gap])
            near = edge + self.random.randrange(-20, 20) * SECOND_MS // 2
            began = self.random.choice([near, self.random.randrange(NINE, until)])
            ended = began + self.random.choice([1, 3, 8, 30, 120, 900]) * self.random.randrange(500, 1_500)
            left = ended + self.random.choice([0, 30_000, 600_000])
            self.visitors.append(Visitor(str(UUID(int=number + 1)), began, ended, left))
        self._look(gap, until)
        for began, ended in ((NINE - HOUR_MS, gap[0]), (gap[1], until)):
            Watch.objects.create(site=self.site, list="visitors", began=began, ended=ended, looks=999)
        self.watched = (NINE - HOUR_MS, gap[0]), (gap[1], until)

    def _look(self, gap: tuple[int, int], until: int) -> None:
        before: dict[str, Seen] = {}
        now = last = steady = NINE - MINUTE_MS
        age, hinted = 0, False
        hint = self.random.random() < 0.7
        while now <= until:
            # A list that was new at a look is no older at the next one than the time between them.
            age = min(self.random.randrange(AGE + 1), age + now - last)
            found = {one.key: one.status(now - age) for one in self.visitors}
            after = {key: Seen(status, None) for key, status in found.items() if status is not None}
            self.seen |= after.keys()
            slack = None if last == gap[0] and now == gap[1] else now - last
            extra = hinted or last != steady
            look = Look(now, last, slack, *((steady, SLACK) if extra and slack is not None else (None, None)))
            contacts.diff(self.site.pk, before, after, look).write()
            before, last = after, now
            steady = steady if hinted else now
            hinted = hint and self.random.random() < 0.3 and now + 1_500 < gap[0]
            now = now + 1_000 if hinted else steady + SLACK
            if gap[0] - SLACK < now < gap[1]:
                now, hinted = (gap[0] if last < gap[0] else gap[1]), False

    def true(self) -> tuple[Counter[int], Counter[int], Counter[int]]:
        """By hour, in what was watched, of those who were ever seen: waited, offered, and lost."""
        waited, offered, lost = Counter[int](), Counter[int](), Counter[int]()
        for one in self.visitors:
            if one.key not in self.seen:
                continue
            for began, ended in self.watched:
                for hour in range(24):
                    first, last = max(began, START + hour * HOUR_MS), min(ended, START + (hour + 1) * HOUR_MS)
                    waited[hour] += max(0, min(one.ended, last) - max(one.began, first))
                    if first <= one.began < last:
                        offered[hour] += 1
                        lost[hour] += one.left == one.ended
        return waited, offered, lost


@pytest.mark.parametrize("seed", range(12))
def test_what_truly_happened_is_within_the_bounds_of_every_hour(site: Site, seed: int) -> None:
    world = World(site, Random(seed))
    world.live(until=TEN + 2 * HOUR_MS)
    found = told(site)
    for place, true in enumerate(world.true()):
        for hour in range(9, 12):
            one = found.get(hour, HourCounts())
            value, off = (
                (one.waited, one.waited_off), (one.answered + one.lost, one.offered_off), (one.lost, one.lost_off),
            )[place]  # fmt: skip
            assert off is not None
            assert abs(value - true[hour]) <= off, (place, hour)
    assert all(one.waited_off < 0.25 * one.waited for hour, one in found.items() if hour in (9, 10, 11))
