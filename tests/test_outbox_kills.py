"""The small sibling of the drill `outbox`."""

from typing import Any

import pytest

from tests.drills import outbox_kills

KILLS = 12


@pytest.mark.django_db(transaction=True)
def test_whoever_sends_may_be_killed_at_any_seam_and_all_is_told_all_the_same(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE = True
    found = outbox_kills.series(KILLS)
    assert found.faults == []
    assert found.told == found.events > 0
    assert found.killed.total() >= KILLS
