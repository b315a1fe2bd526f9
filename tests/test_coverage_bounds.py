"""How far off the times of coverage can be: the truth is within what they say."""

import random
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from livechat.lib.epoch import MINUTE_MS, SECOND_MS, milliseconds, moment_of
from livechat.models import Contact, RolledDay, Site, Watch
from livechat.ops import rollups
from livechat.reports import cover_times, presence
from livechat.reports.coverage import Coverage, Covered, Spells
from livechat.reports.presence import Times
from livechat.reports.ranges import Range
from tests.support.spans import make_span
from tests.support.stopped import stopped_at

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BEGAN = milliseconds(datetime(2026, 11, 28, tzinfo=UTC))
ENDED = BEGAN + 24 * 60 * MINUTE_MS
KIM = uuid4()
_at_noon = stopped_at(NOW)


class World:
    """A day as it was: one agent who comes and goes, and visitors who wait for minutes, looked at every few seconds."""

    def __init__(self, site: Site, seed: int, pace: int, age: int) -> None:
        self.dice, self.site, self.age = random.Random(seed), site, age * SECOND_MS
        self.looks = [BEGAN]
        while self.looks[-1] < ENDED:
            self.looks.append(min(ENDED, self.looks[-1] + self.dice.randrange(pace * 500, pace * 1_500)))
        self.changes = self.moments(20, 40 * MINUTE_MS)
        self.waits = list(zip(*[iter(self.moments(40, 5 * MINUTE_MS))] * 2, strict=True))

    def moments(self, count: int, apart: int) -> list[int]:
        """Moments of the day, some minutes apart."""
        found, at = [], BEGAN + 10 * MINUTE_MS
        for _ in range(count):
            at += apart // 2 + self.dice.randrange(apart)
            found.append(at)
        return [moment for moment in found if moment < ENDED - 10 * MINUTE_MS][: count - count % 2]

    def seen(self, moment: int) -> tuple[int, int]:
        """The look that saw a change, in a list that may be old, and how long after the look before."""
        at = moment + self.dice.randrange(self.age + 1)
        place = next(place for place, look in enumerate(self.looks) if look >= at)
        return self.looks[place], self.looks[place] - self.looks[place - 1]

    def record(self) -> None:
        """What the looks saw."""
        for kind in ("agents", "visitors"):
            Watch.objects.create(site=self.site, list=kind, began=BEGAN, ended=ENDED, looks=len(self.looks))
        last, slack, status = BEGAN, None, "Offline"
        for moment in [*self.changes, ENDED]:
            look, lasted = self.seen(moment) if moment < ENDED else (ENDED, 0)
            make_span(
                self.site, KIM, status, moment_of(last), moment_of(look), began_slack=slack,
                ended_slack=lasted if moment < ENDED else None,
            )  # fmt: skip
            last, slack, status = look, lasted, "Offline" if status == "Online" else "Online"
        for began, ended in self.waits:
            (start, began_slack), (end, ended_slack) = self.seen(began), self.seen(ended)
            Contact.objects.create(
                site=self.site, began=start, began_slack=began_slack, answered=end, answered_slack=ended_slack
            )

    @property
    def nobody(self) -> Times:
        edges = [BEGAN, *self.changes, ENDED]
        return list(zip(edges[::2], edges[1::2], strict=False))

    @property
    def uncovered(self) -> Times:
        return presence.shared(presence.merged(self.waits), self.nobody)


def covered(site: Site) -> Coverage:
    return Covered(site, Range(moment_of(BEGAN).date(), moment_of(BEGAN).date(), site.zone, NOW)).whole


@pytest.fixture(params=[(5, 0), (5, 5), (20, 5)])
def world(request: pytest.FixtureRequest, site: Site) -> World:
    pace, age = request.param
    Site.objects.filter(pk=site.pk).update(time_zone="UTC", list_age=age, opening_hours=[])
    site.refresh_from_db()
    made = World(site, pace + age, pace, age)
    made.record()
    return made


def test_how_long_nobody_was_online_and_somebody_waited_is_as_sure_as_it_says(world: World) -> None:
    def check(found: Spells, truth: Times) -> None:
        assert found.lasted_off is not None
        assert abs(found.lasted - presence.length(truth)) <= found.lasted_off
        most = 2 * len(found.inside) * (1_500 * 20 + world.age)
        assert found.lasted_off <= most

    before = covered(world.site)
    assert len(before.nobody.inside) == len(world.nobody)
    assert before.uncovered.inside
    missed = [time for time in world.uncovered if not presence.within(before.uncovered.inside, *time)]
    assert all(ended - began <= 60 * SECOND_MS + world.age for began, ended in missed)
    seen = [time for time in world.uncovered if time not in missed]
    check(before.nobody, world.nobody)
    check(before.uncovered, seen)
    rollups.make(world.site, moment_of(BEGAN).date())
    after = covered(world.site)
    assert (after.nobody, after.uncovered) == (before.nobody, before.uncovered)


def test_of_a_day_that_an_older_release_summed_up_nobody_knows_how_far_off_it_is(world: World) -> None:
    day = moment_of(BEGAN).date()
    rollups.make(world.site, day)
    row = RolledDay.objects.get(site=world.site, day=day)
    body = bytes(row.cover)
    row.cover = body[: body.index(b',"offs"')] + b"}"
    row.save()
    found = covered(world.site)
    assert (found.nobody.lasted_off, found.full.lasted_off) == (None, None)
    assert found.nobody.lasted > 0
    known, unknown = cover_times.unpacked(body), cover_times.unpacked(bytes(row.cover))
    assert cover_times.together([known, unknown]).offs is None
    assert cover_times.together([known, cover_times.CoverTimes()]).offs == known.offs
