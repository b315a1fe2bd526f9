"""A day with a known truth, and what the reports say of it: the small sibling of `python -m tests.bench fortnight`."""

import pytest

from tests.support import judged
from tests.support.fortnight import HOUR, Plan, play

# A night, then a morning. What lies around the hour that the clock tells twice is not compared.
PLAN = Plan(
    agents=6, contacts=800, visitors=20, began=20_424 * 86_400 + HOUR, seconds=8 * HOUR,
    gaps=1, kills=4, turns=3, set_back=3 * HOUR + 1800, list_cache=5.0,
)  # fmt: skip


@pytest.mark.django_db
def test_a_day_with_kills_gaps_and_a_clock_set_back_is_told_as_it_was() -> None:
    found = judged.judge(play(judged.site(), PLAN), lag=5_000)
    assert found.cells > 5
    assert (found.near, found.off) == (found.cells, [])
    assert (found.overlaps, found.negative, found.unmatched, found.outside) == (0, 0, 0, 0)
    assert found.answered == found.truly_answered > 40
    assert found.level is not None
    assert found.true_level is not None
    assert abs(found.level - found.true_level) < 0.06  # a few contacts; the fortnight holds it to 0.02
    assert found.night is None
    assert found.night_contacts > 0
