"""Looks that a hint caused: they narrow the bounds of waits, and no mean moves."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from uuid import UUID

import pytest
from django.db import transaction

from livechat.comm100.records import Listing, Visitor
from livechat.lib.epoch import moment_of
from livechat.live import snapshot_history
from livechat.live.snapshot_data import SnapshotData
from livechat.live.snapshot_history import Occasion
from livechat.models import Contact, Site, Snapshot
from livechat.reports import presence, queue, tallies, wait_sums
from tests.support.cases import some
from tests.support.people import make_site

pytestmark = pytest.mark.django_db
ANN = str(UUID(int=1))
SITE, WAITING, CHATTING = "inSite", "waitingForChat", "chatting"
STEP_MS = 5_000
FROM_MS = 1_800_000_000_000
AGAIN_MS = (0, 1_000, 3_000, 6_000)
CONTACTS = 60
TOLERANCE = 0.06  # of a mean: three times what chance makes of so few contacts


@dataclass(frozen=True)
class Truth:
    """A contact as it was, in epoch ms."""

    began: int
    answered: int
    ended: int

    def status(self, moment: int) -> str:
        if self.began <= moment < self.answered:
            return WAITING
        return CHATTING if self.answered <= moment < self.ended else SITE


def crowd(seed: int, count: int = CONTACTS) -> list[Truth]:
    """One visitor after the other waits ten seconds on average, and chats."""
    chance = random.Random(seed)
    pauses = [30_000 + chance.randrange(20_000) for _ in range(count)]
    waits = [round(chance.expovariate(1 / 10_000)) for _ in range(count)]
    chats = [20_000 + chance.randrange(20_000) for _ in range(count)]
    starts = accumulate(map(sum, zip(pauses, waits, chats, strict=True)), initial=FROM_MS)
    return [
        Truth(start + pause, start + pause + wait, start + pause + wait + chat)
        for start, pause, wait, chat in zip(starts, pauses, waits, chats, strict=False)
    ]


@dataclass
class Record:
    """What a site's record learns of a list, as `refresh.store` writes it, but in one transaction."""

    site: Site
    row: Snapshot = field(init=False)
    before: SnapshotData | None = None
    shown: str = ""

    def __post_init__(self) -> None:
        self.row = Snapshot(site=self.site, kind="visitors", looks=1, every=STEP_MS / 1000)

    def look(self, now: int, status: str, *, hinted: bool) -> None:
        moment = moment_of(now)
        if status != self.shown:
            listing = Listing((Visitor(ANN, status=status),))
            occasion = Occasion(moment, self.before is not None, hinted=hinted)
            snapshot_history.learn(self.row, self.before, listing, occasion).write()
            self.before, self.shown = SnapshotData("visitors", 0, listing.rows, {}), status
        if hinted:
            self.row.extra = moment
        else:
            self.row.checked, self.row.extra = moment, None


def looks(true: list[Truth], hinted: Callable[[Truth], Iterable[int]]) -> Iterator[tuple[int, bool]]:
    """The moments of all looks in order, and whether a hint caused them."""
    steady = [(moment, False) for moment in range(FROM_MS, true[-1].ended + 2 * STEP_MS, STEP_MS)]
    extra = {(at + 300 + later, True) for one in true for at in hinted(one) for later in AGAIN_MS}
    yield from sorted({*steady, *extra})


def record(name: str, true: list[Truth], hinted: Callable[[Truth], Iterable[int]], lag: int = 0) -> Site:
    """A site that recorded a crowd. `lag`: how long Comm100 answers a list from memory."""
    site, place, made, status = make_site(name), 0, 0, SITE
    written = Record(site)
    with transaction.atomic():
        for now, is_hinted in looks(true, hinted):
            if now - made >= lag:
                while true[place].ended <= now and place + 1 < len(true):
                    place += 1
                made, status = now, true[place].status(now)
            written.look(now, status, hinted=is_hinted)
    return site


def nothing(_one: Truth) -> tuple[int, ...]:
    return ()


def everything(one: Truth) -> tuple[int, ...]:
    return one.began, one.answered, one.ended


def answers(one: Truth) -> tuple[int, ...]:
    return (one.answered,)


def requests(one: Truth) -> tuple[int, ...]:
    return (one.began,)


CASES = {
    "answers are hinted": (answers, 0),
    "all is hinted and lists are old": (everything, 5_000),
    "requests are hinted": (requests, 0),
    "all is hinted": (everything, 0),
}


@pytest.mark.parametrize(("hinted", "lag"), some(CASES.values(), 2), ids=some(CASES, 2))
def test_the_mean_stays_true_and_the_bounds_become_narrower(hinted: Callable[[Truth], Iterable[int]], lag: int) -> None:
    true = crowd(7)
    mean = sum(one.answered - one.began for one in true) / len(true)
    sites = [record("Without", true, nothing, lag), record("With", true, hinted, lag)]
    rows = [tallies.contacts(site, FROM_MS, true[-1].ended + 60_000) for site in sites]
    without, found = (queue.of(each, 20_000, 5_000) for each in rows)
    assert found.answered == without.answered == len(true)
    assert without.mean is not None
    assert found.mean is not None
    assert abs(found.mean - mean) < TOLERANCE * mean
    assert abs(found.mean - without.mean) < TOLERANCE * mean
    assert found.slack == pytest.approx(STEP_MS, abs=1)
    waited = [sum(end - began for began, end in (presence.wait_of(row, 0) for row in each)) for each in rows]
    assert waited[1] == pytest.approx(len(true) * found.mean)
    for one, row in zip(true, rows[1], strict=True):
        (wait,) = tallies.of([row]).waits
        assert wait.lower - lag <= one.answered - one.began <= wait.upper + lag
    wide = [sum(n * (wait.upper - wait.lower) for wait, n in each.tally.waits.items()) for each in (without, found)]
    assert wide[1] < (0.8 if lag == 0 else 1.0) * wide[0]
    level, before = found.level, without.level
    assert level is not None
    assert before is not None
    late = sum(one.answered - one.began > 20_000 for one in true)
    assert level.low <= 1 - late / len(true) <= level.high
    assert level.low <= level.value <= level.high
    assert abs(level.value - before.value) < 0.03


def test_somebody_who_gives_up_between_two_steady_looks_has_bounds_that_hold() -> None:
    site = make_site()
    written = Record(site)
    for now, status, hinted in (
        (0, SITE, False), (5_000, SITE, False), (7_000, WAITING, True), (9_500, SITE, True), (10_000, SITE, False),
    ):  # fmt: skip
        written.look(FROM_MS + now, status, hinted=hinted)
    (row,) = tallies.contacts(site, FROM_MS, FROM_MS + 60_000)
    (wait,) = tallies.of([row]).lost_waits
    assert (wait.lower, wait.measured, wait.upper, wait.slack) == (0, 0, 4_500, 5_000)
    kept = wait_sums.unpacked(wait_sums.of(tallies.of([row])).packed())
    assert (kept.known_lost, kept.slack, kept.most) == (1, 5_000, (0, 4_500))
    assert (kept.surely(4_000), kept.surely(5_000), kept.perhaps(0)) == ((0, 0), (0, 1), (0, 1))


def test_a_contact_without_hints_is_recorded_as_ever() -> None:
    site = make_site()
    written = Record(site)
    for now, status in ((0, SITE), (5_000, WAITING), (15_000, CHATTING), (20_000, SITE)):
        written.look(FROM_MS + now, status, hinted=False)
    row = Contact.objects.get()
    assert (row.began_steady, row.end_steady, row.pace, row.ended_slack) == (None, None, None, None)
    assert (row.answered or 0) - row.began == 10_000
