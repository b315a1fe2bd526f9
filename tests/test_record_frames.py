"""Frames: the chats of each minute, written once by who looks first, packed by days and read as if they were not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livechat.boards.status_styles import VISITOR_STYLES
from livechat.comm100 import records
from livechat.lib.epoch import MINUTE_MS, milliseconds
from livechat.live import lease, refresh
from livechat.live.sources import Feed
from livechat.models import Frame, FrameDay, Roster, Site, Snapshot
from livechat.record import frame_bodies, frame_days, frames
from livechat.reports import frames as chats
from tests.support.people import make_site

pytestmark = pytest.mark.django_db
ANN, BOB, CID = (UUID(int=number) for number in (1, 2, 3))
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
START = milliseconds(NOON)


@pytest.fixture
def site(db: None) -> Site:
    """A site without a connection."""
    return make_site("Shop")


@pytest.fixture
def clock() -> Iterator[Any]:
    """Noon, which stands still."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def agents(**chats: int | None) -> list[records.Agent]:
    """A list of Ann, Bob and Cid with so many chats."""
    keys = {"ann": ANN, "bob": BOB, "cid": CID}
    return [records.Agent(str(keys[name]), "Online", n) for name, n in chats.items()]


def look(site: Site, seconds: float, *items: Any, last: float | None = None, kind: str = "agents") -> None:
    """Note a look so many seconds after noon; the last one was at `last`."""
    before = None if last is None else NOON + timedelta(seconds=last)
    frames.note(Snapshot(site=site, kind=kind, checked=before), NOON + timedelta(seconds=seconds), items)


def told(site: Site, began: float = 0, minutes: int = 3) -> dict[UUID, list[int]]:
    """Each agent's minutes from so many minutes after noon on, as they are stored."""
    found = frame_days.read(site.pk, "agents", START + round(began * MINUTE_MS), minutes).rows()
    return {key: list(row) for key, row in found.items()}


# writing


def test_the_first_good_look_of_a_minute_is_its_frame(site: Site) -> None:
    look(site, 3, *agents(ann=2, bob=None))
    look(site, 8, *agents(ann=5, bob=1), last=3)
    look(site, 61, *agents(ann=3, bob=400), last=58)
    assert told(site) == {ANN: [2, 3, 255], BOB: [255, 254, 255]}


def test_a_look_in_a_minute_that_has_its_frame_asks_the_database_nothing(site: Site) -> None:
    look(site, 3, *agents(ann=2))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        look(site, 8, *agents(ann=5), last=3)
    assert len(asked) == 0


def test_another_shared_connection_in_the_same_minute_leaves_the_frame_as_it_is(site: Site) -> None:
    look(site, 3, *agents(ann=2))
    look(site, 20, *agents(ann=5))
    assert told(site, minutes=1) == {ANN: [2]}


def test_a_roster_grows_only_when_an_agent_is_new_and_who_left_is_unknown(site: Site) -> None:
    look(site, 0, *agents(bob=1))
    look(site, 60, *agents(ann=2), last=55)
    look(site, 120, *agents(ann=3), last=115)
    assert Roster.objects.count() == 2
    assert told(site) == {BOB: [1, 255, 255], ANN: [255, 2, 3]}


def test_visitors_are_counts_by_status_and_nothing_else(site: Site) -> None:
    seen = [records.Visitor(str(uuid4()), status) for status in ["chatting"] * 300 + ["inSite", "mail@example.org"]]
    look(site, 3, *seen, kind="visitors")
    found = chats.visitors(site, START, START + 2 * MINUTE_MS)
    assert {key: counts for key, counts in found.items() if counts[0]} == {
        "chatting": [300, None], "inSite": [1, None], "other": [1, None]
    }  # fmt: skip
    assert found["preChat"] == [0, None]
    assert len(Frame.objects.get().body) == frame_bodies.VISITOR_CELLS


def test_frames_know_every_status_that_the_api_names() -> None:
    assert set(frame_bodies.STATUSES) == {*VISITOR_STYLES, frame_bodies.OTHER}


def test_a_refresh_without_a_change_writes_its_minutes_frame_once(site: Site, clock: Any) -> None:
    feed = Feed(site.pk, "f" * 64, 1, shared=True)
    row = Snapshot.get_or_create(site.pk, feed.fingerprint, "agents")
    for seconds in (1, 6, 31, 58, 64):
        clock.move_to(NOON + timedelta(seconds=seconds))
        row.refresh_from_db()
        token = lease.acquire(row)
        assert token is not None
        assert refresh.store(feed, "agents", records.Listing(tuple(agents(ann=2))), token, NOON)
    assert list(Frame.objects.values_list("minute", flat=True)) == [START, START + MINUTE_MS]
    row.refresh_from_db()
    assert row.version == 1


def test_only_the_shared_connection_writes_frames(site: Site, clock: Any) -> None:
    feed = Feed(site.pk, "f" * 64, 1, shared=False)
    row = Snapshot.get_or_create(site.pk, feed.fingerprint, "agents")
    token = lease.acquire(row)
    assert token is not None
    assert refresh.store(feed, "agents", records.Listing(tuple(agents(ann=2))), token, NOON)
    assert not Frame.objects.exists()


def test_a_clock_that_was_set_back_takes_away_what_lies_beyond_now(site: Site) -> None:
    for minute in range(4):
        look(site, minute * 60, *agents(ann=minute), last=minute * 60 - 5 if minute else None)
    look(site, 75, *agents(ann=9), last=185)
    assert told(site, minutes=4) == {ANN: [0, 9, 255, 255]}


def test_a_clock_that_was_set_back_into_a_day_that_is_packed_cuts_it(site: Site, clock: Any) -> None:
    for minute in range(3):
        look(site, minute * 60, *agents(ann=minute), last=minute * 60 - 5 if minute else None)
    look(site, 86_400, *agents(ann=7), last=125)
    clock.move_to(NOON + timedelta(days=5))
    frame_days.pack_old()
    assert (Frame.objects.count(), FrameDay.objects.count()) == (0, 2)
    look(site, 65, *agents(ann=9, bob=1), last=90_000)
    assert FrameDay.objects.count() == 1
    assert told(site) == {ANN: [0, 9, 255], BOB: [255, 1, 255]}


# days


def test_old_frames_become_a_day_that_reads_the_same_and_newer_ones_stay(site: Site, clock: Any) -> None:
    look(site, 0, *agents(bob=1))
    look(site, 60, *agents(ann=2, bob=0), last=0)
    look(site, 30, *[records.Visitor(str(ANN), "chatting")], kind="visitors")
    look(site, 60 * 60 * 24, *agents(ann=3), last=60)
    before = told(site, began=-30, minutes=24 * 60 + 40)
    clock.move_to(NOON + timedelta(days=2, hours=13))
    frame_days.pack_old()
    assert list(FrameDay.objects.order_by("list").values_list("list", flat=True)) == ["agents", "visitors"]
    assert Frame.objects.count() == 1
    assert told(site, began=-30, minutes=24 * 60 + 40) == before
    assert chats.visitors(site, START, START + MINUTE_MS)["chatting"] == [1]
    frame_days.pack_old()
    assert FrameDay.objects.count() == 2


def test_frames_of_a_day_that_is_packed_already_join_it(site: Site, clock: Any) -> None:
    look(site, 0, *agents(ann=1))
    clock.move_to(NOON + timedelta(days=4))
    frame_days.pack_old()
    look(site, 60, *agents(bob=2), last=0)
    frame_days.pack_old()
    assert (Frame.objects.count(), FrameDay.objects.count()) == (0, 1)
    assert told(site, minutes=2) == {ANN: [1, 255], BOB: [255, 2]}


def test_frames_go_with_the_record_and_so_do_rosters_that_none_needs(site: Site, clock: Any) -> None:
    look(site, 0, *agents(ann=1))
    look(site, 3600 * 24 * 10, *agents(ann=1, bob=1), last=0)
    look(site, 3600 * 24 * 20, *agents(ann=1), last=0)
    clock.move_to(NOON + timedelta(days=15))
    frame_days.pack_old()
    assert frames.expire(site, milliseconds(NOON + timedelta(days=2))) == 1
    assert (FrameDay.objects.count(), Frame.objects.count(), Roster.objects.count()) == (1, 1, 1)
    assert frames.expire(site, milliseconds(NOON + timedelta(days=2))) == 0
    site.delete()
    assert (FrameDay.objects.count(), Frame.objects.count(), Roster.objects.count()) == (0, 0, 0)


def test_another_site_has_frames_of_its_own(site: Site) -> None:
    other = make_site("Other")
    look(site, 0, *agents(ann=1))
    look(other, 0, *agents(ann=2, bob=3))
    assert told(site, minutes=1) == {ANN: [1]}
    assert told(other, minutes=1) == {ANN: [2], BOB: [3]}


# what holds when


def test_a_frame_holds_until_the_next_and_at_most_ninety_seconds(site: Site) -> None:
    for seconds, n in ((0, 2), (60, 0), (300, 1)):
        look(site, seconds, *agents(ann=n, bob=None))
    found = chats.of(site, START, START + 10 * MINUTE_MS)
    assert [((began - START) / 1000, (ended - START) / 1000) for began, ended in found.holds] == [
        (0, 60),
        (60, 150),
        (300, 390),
    ]
    assert [found.at(START + seconds * 1000) for seconds in (0, 60, 149, 150, 300)] == [
        {ANN: 2},
        {ANN: 0},
        {ANN: 0},
        {},
        {ANN: 1},
    ], "of Bob nothing is known"


def test_a_frame_from_before_the_range_reaches_into_it(site: Site) -> None:
    for seconds, n in ((0, 4), (60, 2)):
        look(site, seconds, *agents(ann=n))
    found = chats.of(site, START + 70_000, START + 5 * MINUTE_MS)
    assert found.at(START + 70_000) == {ANN: 2}
    assert found.holds[-1] == (START + MINUTE_MS, START + 150_000)


def test_an_agent_whose_chats_are_unknown_in_a_frame_does_not_keep_those_of_before(site: Site) -> None:
    look(site, 0, *agents(ann=4, bob=1))
    look(site, 60, *agents(bob=1), last=0)
    found = chats.of(site, START, START + 2 * MINUTE_MS)
    assert (found.at(START + 59_999)[ANN], found.at(START + 61_000)) == (4, {BOB: 1})


def test_a_minute_without_a_frame_shows_the_one_before_and_after_that_nothing(site: Site) -> None:
    look(site, 0, *agents(ann=4))
    found = chats.of(site, START, START + 5 * MINUTE_MS)
    assert [found.at(START + seconds * 1000) for seconds in (0, 60, 89, 90)] == [{ANN: 4}] * 3 + [{}]
