"""Waits as numbers that are added up say the same as each wait by itself, with bounds that are no narrower."""

import random
from collections.abc import Iterable
from itertools import pairwise

import pytest

from livechat.lib.epoch import MINUTE_MS, SECOND_MS
from livechat.reports import tallies, wait_sums
from livechat.reports.queue import Queue
from livechat.reports.tallies import Tally, Wait
from livechat.reports.wait_edges import EDGES
from livechat.reports.wait_sums import WaitSums

LIMITS = (1, 5, 19, 20, 60, 119)  # seconds
AGE = 5_000


def tally(seed: int, longest: int, *, paces: Iterable[int] = (0,)) -> Tally:
    """Contacts with waits of up to so many ms."""
    dice, made = random.Random(seed), Tally(unknown=seed)
    for number in range(300):
        pace = dice.choice(list(paces))
        measured, slack = dice.randrange(longest), dice.randrange(200, 15_000)
        lower = max(0, measured - dice.randrange(15_000))
        wait = Wait(lower, measured, measured + slack, pace)
        lost = number % 4 == 0
        (made.lost_waits if lost else made.waits)[wait] += 1
        made.lost += lost
        made.answered += not lost
        if made.longest is None or measured > made.longest:
            made.longest, made.longest_at = measured, number
    made.answered += 3  # whose waits are not known
    return made


def kept(*found: Tally) -> WaitSums:
    """As rows of days keep them, added up."""
    return wait_sums.together(wait_sums.unpacked(wait_sums.of(one).packed()) for one in found)


@pytest.mark.parametrize("paces", [(0,), (0, 5_000, 11_500)])
@pytest.mark.parametrize("longest", [100 * SECOND_MS, 90 * MINUTE_MS])
def test_days_added_up_say_the_same_as_all_their_waits(longest: int, paces: tuple[int, ...]) -> None:
    days = [tally(seed, longest, paces=paces) for seed in range(5)]
    whole, added = tallies.merged(days), kept(*days)
    for limit in LIMITS:
        exact, told = (Queue(limit * SECOND_MS, one, AGE) for one in (whole, added))
        assert (told.answered, told.lost, told.unknown) == (exact.answered, exact.lost, exact.unknown)
        assert (told.longest, told.longest_at, told.longest_off) == (exact.longest, exact.longest_at, exact.longest_off)
        assert (told.mean, told.mean_off, told.slack) == (exact.mean, exact.mean_off, exact.slack)
        assert told.in_time == pytest.approx(exact.in_time, abs=0.05)
        assert told.abandoned == pytest.approx(exact.abandoned, abs=0.02)
        assert (told.level is None) == (exact.level is None)
        if told.level and exact.level:
            assert told.level.value == pytest.approx(exact.level.value, abs=0.0005)
            assert told.level.low <= exact.level.low <= exact.level.high <= told.level.high
            assert told.level.high - told.level.low == pytest.approx(exact.level.high - exact.level.low, abs=0.06)


@pytest.mark.parametrize("longest", [100 * SECOND_MS, 9 * MINUTE_MS, 90 * MINUTE_MS])
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 0.99, 1.0])
def test_a_percentile_has_bounds_that_hold_and_are_an_edge_wider_at_most(longest: int, share: float) -> None:
    days = [tally(seed, longest, paces=(0, 5_000)) for seed in range(3)]
    exact, told = (Queue(20_000, one, AGE) for one in (tallies.merged(days), kept(*days)))
    low, value, high = exact.waits.percentile(share)
    off, found = exact.percentile(share), told.percentile(share)
    assert off is not None
    assert found is not None
    edge = next(after - before for before, after in pairwise(EDGES) if after > high)
    assert abs(found[0] - value) <= edge / 2
    assert max(0, found[0] - found[1]) <= max(0, low - AGE)
    assert found[0] + found[1] >= high + AGE
    assert found[1] <= off[1] + 2 * edge


def test_a_limit_between_two_edges_is_told_in_proportion_and_its_bounds_hold() -> None:
    days = [tally(seed, 9 * MINUTE_MS) for seed in range(3)]
    exact, told = (Queue(203 * SECOND_MS, one, AGE) for one in (tallies.merged(days), kept(*days)))
    assert exact.level is not None
    assert told.level is not None
    assert told.in_time == pytest.approx(exact.in_time, abs=2)
    assert told.level.low <= exact.level.value <= told.level.high


def test_who_waited_as_long_as_an_edge_exactly_is_in_time() -> None:
    made = Tally(2, waits=tallies.Counter({Wait(20_000, 20_000, 20_000): 1, Wait(20_001, 20_001, 20_001): 1}))
    assert Queue(20_000, kept(made), 0).in_time == 1


def test_waits_of_weeks_are_kept_and_no_wait_is_none() -> None:
    long = Wait(70 * 86_400_000, 71 * 86_400_000, 72 * 86_400_000)
    told = Queue(20_000, kept(Tally(1, waits=tallies.Counter({long: 1}), longest=long.measured)), 0)
    assert told.percentile(0.5) == (EDGES[-1], 0)
    assert told.longest == long.measured
    assert told.in_time == 0
    nothing = Queue(20_000, kept(), 0)
    assert (nothing.offered, nothing.mean, nothing.percentile(0.5), nothing.level) == (0, None, None, None)
    unknown = Queue(20_000, kept(Tally(4, 1, 2)), 0)
    assert (unknown.offered, unknown.unknown, unknown.mean, unknown.abandoned) == (5, 2, None, 0.0)
