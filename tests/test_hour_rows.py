"""Sums by hour, a day in one row: added up as they are, in any zone, cut where another zone's day begins."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from livechat.lib.epoch import HOUR_MS, milliseconds
from livechat.models import HourRow, RolledDay, Site, TogetherRow, Watch
from livechat.ops import rollups
from livechat.record import history
from livechat.record.hour_rows import QUEUE, TEAMS, HourRows, Numbers, each, every
from livechat.reports import rolled_days
from livechat.reports.ranges import Range, midnight
from tests.support import steps
from tests.support.hour_rows import OLD_NUMBERS, read
from tests.support.people import make_site
from tests.support.spans import make_span
from tests.test_alerts_at_once import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = date(2026, 10, 20)
DAYS = 100
SALES, KIM = UUID(int=7), UUID(int=1)
BERLIN, LORD_HOWE, KIRITIMATI = map(ZoneInfo, ("Europe/Berlin", "Australia/Lord_Howe", "Pacific/Kiritimati"))
UTC_ZONE = ZoneInfo("UTC")
NAMES, KINDS = ("Front", "Back", ""), ("online", "away")
MOST = 1_000 * 7_000 * HOUR_MS  # ms of places in an hour: of 7,000 agents with as many as the directory takes
Times = dict[tuple[int, str], Numbers]


@pytest.fixture
def site(db: None) -> Site:
    return make_site("Shop")


def hours_of(day: date, zone: ZoneInfo) -> list[int]:
    return [part.began for part in Range(day, day, zone, datetime(2030, 1, 1, tzinfo=UTC)).buckets()]


def put(site: Site, day: date, zone: ZoneInfo, times: Times, kind: HourRows = TEAMS) -> None:
    """Store a day as the sums of a day do."""
    kind.replace(site.pk, day, midnight(day, zone), midnight(day + DAY, zone), times)


def some(random: Random, hours: list[int], share: float = 0.5) -> Times:
    return {
        (hour, f"{team} {kind}"): tuple(random.randrange(1, 90_000_000) for _ in range(TEAMS.numbers))
        for hour in hours
        for team in NAMES
        for kind in KINDS
        if random.random() < share
    }


def one_by_one(times: Times, began: int, ended: int, hours: int) -> dict[tuple[str, int, int], Numbers]:
    """The times online of each team by so many hours of UTC, added up as they were stored."""
    found: dict[tuple[str, int, int], Numbers] = {}
    for (hour, name), numbers in times.items():
        if began <= hour < ended and name.endswith("online"):
            key = name[:2], hour // HOUR_MS % hours, TEAMS.numbers
            found[key] = tuple(map(sum, zip(found.get(key, (0,) * TEAMS.numbers), numbers, strict=True)))
    return found


def assert_together(site: Site, kind: HourRows = TEAMS) -> None:
    """All names together are what the names have, hour by hour."""
    found: dict[int, Numbers] = {}
    for (hour, _name), numbers in read(site, kind).items():
        found[hour] = tuple(map(sum, zip(found.get(hour, (0,) * kind.numbers), numbers, strict=True)))
    said = kind.added(site.pk, 0, midnight(date(2030, 1, 1), UTC_ZONE), every, list)
    assert {hour: numbers for (_all, hour, _sure), numbers in said.items() if any(numbers)} == found


@pytest.mark.parametrize("zone", [BERLIN, LORD_HOWE])
def test_hours_are_added_up_by_team_and_label_wherever_a_range_begins_and_ends(site: Site, zone: ZoneInfo) -> None:
    """Among the days is one of 25 or of 23.5 hours."""
    random, stored, lengths = Random(5), Times(), set[int]()
    for number in range(DAYS):
        day = FIRST - 20 * DAY + number * DAY
        stored |= (times := some(random, hours_of(day, zone)))
        put(site, day, zone, times)
        lengths.add(midnight(day + DAY, zone) - midnight(day, zone))
    assert len(lengths) == 2
    whole = midnight(FIRST - 30 * DAY, zone), midnight(FIRST + DAYS * DAY, zone)
    part = midnight(FIRST, zone) + 5 * HOUR_MS, midnight(FIRST + 61 * DAY, UTC_ZONE) + 90 * 60_000
    for began, ended in (whole, part, (part[0], part[0] + 1), (part[0], part[0])):
        for hours in (1, 24, 24 * 7, 10_000_000):
            found = TEAMS.added(
                site.pk,
                began,
                ended,
                lambda name: name[:2] if name.endswith("online") else None,
                each(lambda hour, hours=hours: hour // HOUR_MS % hours),
            )
            told = {key: numbers for key, numbers in found.items() if any(numbers)}
            assert told == one_by_one(stored, began, ended, hours)
    assert_together(site)


def test_no_number_runs_over_into_the_next_one_however_many_days_are_added(site: Site) -> None:
    for number in range(DAYS):
        day = FIRST + number * DAY
        put(
            site,
            day,
            UTC_ZONE,
            dict.fromkeys(((hour, "Front") for hour in hours_of(day, UTC_ZONE)), (MOST,) * TEAMS.numbers),
        )
    until = midnight(FIRST + DAYS * DAY, UTC_ZONE)
    found = TEAMS.added(site.pk, 0, until, lambda name: name, each(lambda _hour: None))
    assert found == {("Front", None, TEAMS.numbers): (24 * DAYS * MOST,) * TEAMS.numbers}


def test_a_day_of_another_zone_takes_the_place_of_the_hours_that_it_has_and_of_no_others(site: Site) -> None:
    random, stored = Random(6), Times()
    for number in range(3):
        stored |= (times := some(random, hours_of(FIRST + number * DAY, UTC_ZONE)))
        put(site, FIRST + number * DAY, UTC_ZONE, times)
    began, ended = (midnight(day, KIRITIMATI) for day in (FIRST + DAY, FIRST + 2 * DAY))
    other = some(random, hours_of(FIRST + DAY, KIRITIMATI))
    for _again in range(2):
        put(site, FIRST + DAY, KIRITIMATI, other)
        left = {key: numbers for key, numbers in stored.items() if not began <= key[0] < ended}
        assert read(site, TEAMS) == left | other
        assert_together(site)
    put(site, FIRST + DAY, KIRITIMATI, {})
    assert read(site, TEAMS) == left
    assert_together(site)
    assert HourRow.objects.count() == TogetherRow.objects.count() == 3


@pytest.mark.parametrize("zone", [UTC_ZONE, KIRITIMATI, ZoneInfo("America/New_York")])
def test_sums_are_taken_away_from_a_midnight_of_any_zone_on_and_no_others(site: Site, zone: ZoneInfo) -> None:
    other, random, stored = make_site("Other"), Random(8), Times()
    for number in range(8):
        day = FIRST + number * DAY
        stored |= (times := some(random, hours_of(day, UTC_ZONE), share=1))
        put(site, day, UTC_ZONE, times)
        put(other, day, UTC_ZONE, times)
        put(site, day, UTC_ZONE, {(hour, ""): (1, 2, 3, 4, 5, 6, 7) for hour in hours_of(day, UTC_ZONE)}, QUEUE)
    rolled_days.forget(site, FIRST + 3 * DAY, zone)
    began = midnight(FIRST + 3 * DAY, zone)
    assert set(read(site, TEAMS)) == {key for key in stored if key[0] < began}
    assert set(read(other, TEAMS)) == set(stored)
    assert {hour for hour, _name in read(site, QUEUE)} == {hour for hour, _name in stored if hour < began}
    for one in (TEAMS, QUEUE):
        assert_together(site, one)
    rolled_days.forget(site, date.min, zone)
    assert not HourRow.objects.filter(site=site)
    assert not TogetherRow.objects.filter(site=site)


def test_hours_whose_bounds_are_not_known_stay_so_when_others_are_cut_or_come(site: Site) -> None:
    hours = hours_of(FIRST, UTC_ZONE)
    old = dict.fromkeys(((hour, "Front") for hour in hours), (1,) * TEAMS.numbers)
    HourRow.objects.create(site=site, kind="teams", day=FIRST, hours=TEAMS.packed(old, sure=False))
    put(site, FIRST + DAY, KIRITIMATI, {(hours[-2], "Front"): (2,) * TEAMS.numbers})

    def known() -> list[tuple[int, int]]:
        until = midnight(FIRST + 9 * DAY, UTC_ZONE)
        found = TEAMS.added(site.pk, 0, until, lambda name: name, each(lambda _hour: None))
        return sorted((known, numbers[0]) for (_name, _label, known), numbers in found.items())

    assert known() == [(0, 10), (TEAMS.numbers, 2)]
    rolled_days.forget(site, FIRST, ZoneInfo("Asia/Kolkata"))
    assert known() == []
    HourRow.objects.create(site=site, kind="teams", day=FIRST, hours=TEAMS.packed(old, sure=False))
    rolled_days.forget(site, FIRST + DAY, ZoneInfo("Asia/Kolkata"))
    assert known() == [(0, 19)], "until 18:30 UTC"


def stored_before(site: Site, day: date, times: Times, kind: HourRows = TEAMS) -> None:
    """A day as an older release stored it: byte by byte, and what all of its names have together beside it."""
    hours, names = sorted({hour for hour, _name in times}), sorted({name for _hour, name in times})
    cells = [times.get((hour, name), (0,) * OLD_NUMBERS[kind]) for name in names for hour in hours]
    body = b"".join(number.to_bytes(6, "little") for cell in cells for number in cell)
    added = [tuple(map(sum, zip(*cells[place :: len(hours)], strict=True))) for place in range(len(hours))]
    sums = b"".join(number.to_bytes(6, "little") for cell in added for number in cell)
    HourRow.objects.create(site=site, kind=kind.kind, day=day, hours=msgspec.msgpack.encode([hours, names, True, body]))
    TogetherRow.objects.create(
        site=site, kind=kind.kind, day=day, body=msgspec.msgpack.encode([hours, [""], True, sums])
    )


def told_apart(site: Site, kind: HourRows = TEAMS) -> dict[tuple[object, int], list[Numbers]]:
    """All hours of each name and of all names, added up: those of each kind of row apart."""
    until = midnight(FIRST + DAYS * DAY, UTC_ZONE)
    made: dict[tuple[object, int], list[Numbers]] = {}
    for group_of in (str, every):
        found = kind.added(site.pk, 0, until, group_of, each(lambda _hour: None))  # type: ignore[arg-type]
        for (name, _label, known), numbers in found.items():
            made.setdefault((name, known), []).append(numbers)
    return made


@pytest.mark.parametrize("kind", [TEAMS, QUEUE])
def test_rows_of_an_older_release_are_added_up_beside_wider_ones(site: Site, kind: HourRows) -> None:
    hours, old = hours_of(FIRST, UTC_ZONE), tuple(range(1, OLD_NUMBERS[kind] + 1))
    stored_before(site, FIRST, {(hour, name): old for hour in hours for name in ("Front", "Back")}, kind)
    new = tuple(range(1, kind.numbers + 1))
    put(site, FIRST + DAY, UTC_ZONE, {(hour, "Front"): new for hour in hours_of(FIRST + DAY, UTC_ZONE)}, kind)
    assert told_apart(site, kind) == {
        ("Front", len(old)): [tuple(24 * number for number in old)],
        ("Back", len(old)): [tuple(24 * number for number in old)],
        ("Front", len(new)): [tuple(24 * number for number in new)],
        (True, len(old)): [tuple(48 * number for number in old)],
        (True, len(new)): [tuple(24 * number for number in new)],
    }


def test_a_row_in_which_hours_of_an_older_release_stay_has_what_all_of_them_have(site: Site) -> None:
    """The bounds of agents online stay known. A day that is made anew as a whole knows all."""
    old, new = (7,) * OLD_NUMBERS[TEAMS], (2,) * TEAMS.numbers
    stored_before(site, FIRST, {(hour, "Front"): old for hour in hours_of(FIRST, UTC_ZONE)})
    put(site, FIRST, KIRITIMATI, {(hour, "Front"): new for hour in hours_of(FIRST, KIRITIMATI)})
    assert told_apart(site)["Front", OLD_NUMBERS[TEAMS]] == [(24 * 2 + 14 * 7,) * OLD_NUMBERS[TEAMS]], (
        "from 10:00 UTC on"
    )
    assert {known for _name, known in told_apart(site)} == {OLD_NUMBERS[TEAMS]}
    rolled_days.forget(site, FIRST, ZoneInfo("Asia/Kolkata"))
    assert told_apart(site)["Front", OLD_NUMBERS[TEAMS]] == [(9 * 2,) * OLD_NUMBERS[TEAMS]], "until 18:30 UTC"
    put(site, FIRST, KIRITIMATI, {(hour, "Front"): new for hour in hours_of(FIRST, KIRITIMATI)})
    assert told_apart(site) == {(name, TEAMS.numbers): [(24 * 2,) * TEAMS.numbers] for name in ("Front", True)}


def test_all_names_together_are_read_without_each_and_forgotten_with_what_they_are_of(site: Site) -> None:
    hours = hours_of(FIRST, UTC_ZONE)

    def told() -> int:
        until = midnight(FIRST + DAY, UTC_ZONE)
        found = TEAMS.added(site.pk, 0, until, every, each(lambda _hour: None))
        return sum(numbers[0] for numbers in found.values())

    for number, rows in enumerate((TogetherRow, HourRow, HourRow), 1):
        put(site, FIRST, UTC_ZONE, {(hour, name): (number,) * TEAMS.numbers for hour in hours for name in NAMES})
        assert told() == 72 * number
        stored = {(hour, name): (9,) * TEAMS.numbers for hour in hours for name in NAMES[:number]}
        column = "hours" if rows is HourRow else "body"
        rows.objects.update(**{column: TEAMS.packed(stored)})  # as an older release does, which knows hours alone
        assert told() == 24 * 9 * number
    HourRow.objects.all().delete()
    assert not TogetherRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_day_that_is_summed_up_while_sums_are_taken_away_has_all_of_its_sums_or_none(site: Site) -> None:
    began = datetime(2026, 10, 20, tzinfo=UTC)
    make_span(site, KIM, "Online", began, began + DAY)
    for kind in ("agents", "visitors"):
        edges = milliseconds(began), milliseconds(began + DAY)
        Watch.objects.create(site=site, list=kind, began=edges[0], ended=edges[1], looks=17_281)
    Site.objects.filter(pk=site.pk).update(time_zone="UTC")
    site.refresh_from_db()
    for _round in range(12):
        at_once(lambda: rollups.make(site, FIRST), lambda: rolled_days.forget(site, FIRST, site.zone))
        assert len(read(site, TEAMS)) == 24 * RolledDay.objects.filter(site=site, day=FIRST).count()


@pytest.fixture
def upgrade() -> Iterator[steps.Upgrade]:
    """The migration."""
    with steps.upgrade("hours_of_a_day_in_one_row") as made:
        yield made


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_an_older_installation_become_one_a_day(upgrade: steps.Upgrade) -> None:
    """Statuses are added up, and online beside that. A day whose bounds an older release did not keep has none."""
    before = upgrade.undo()
    old, queue = (before.get_model("livechat", name) for name in ("TeamHour", "QueueHour"))
    columns = ("total_ms", "off_ms", "chat_ms", "busy_ms", "known_ms", "place_ms", "placed_ms")
    rows = [("Online", 5), ("Lunch", 7), ("Meeting", 11), ("ONLINE", 13)]
    sites = [make_site(name) for name in ("Shop", "Other")]
    Site.objects.filter(pk=sites[1].pk).update(time_zone="Mars/Base")
    hours = [hour for number in range(120) for hour in hours_of(FIRST + number * DAY, UTC_ZONE)[8:11]]
    last = hours[-1]
    for site in sites:
        keys = history.status_keys(site.pk, [name for name, _number in rows])
        old.objects.bulk_create(
            old(
                site_id=site.pk, hour=hour, team=team, status_id=keys[status],
                **dict.fromkeys(columns, number) | ({"off_ms": None} if hour == last else {}),
            )
            for hour in hours
            for team in NAMES
            for status, number in rows
        )  # fmt: skip
        queue.objects.bulk_create(
            queue(site_id=site.pk, hour=hour, department=department, answered=1, lost=2, unknown=3, waited_ms=hour % 7)
            for hour in hours
            for department in (SALES, None)
        )
    upgrade.run()
    for site in sites:
        found = read(site, TEAMS)
        expected = {
            (hour, team): (18, 0 if hour == last else 18, 36, 36, 36, 36, 18, 18, 18, 18)
            for hour in hours
            for team in NAMES
        }
        assert found == expected
        assert read(site, QUEUE) == {(hour, name): (1, 2, 3, hour % 7) for hour in hours for name in (f"{SALES}", "")}
        assert [HourRow.objects.filter(site=site, kind=one.kind).count() for one in (TEAMS, QUEUE)] == [120, 120]
        added = TEAMS.added(
            site.pk, 0, milliseconds(datetime(2028, 1, 1, tzinfo=UTC)), lambda name: name, each(lambda _hour: None)
        )
        assert {known for _team, _label, known in added} == {OLD_NUMBERS[TEAMS], 0}
        assert added["Front", None, 0][:3] == (3 * 18, 2 * 18, 3 * 36), "the last day's"
