"""A clock that was set back: what lies beyond now goes, nothing overlaps, and nothing waits until it is there again."""

from datetime import UTC, datetime, timedelta

import pytest

from livechat.lib.epoch import milliseconds
from livechat.models import Site, Snapshot, Watch
from livechat.record import directory_rows, history, watches
from livechat.record.watches import Look
from tests.support.people import make_site
from tests.support.spans import spans

pytestmark = pytest.mark.django_db
ANN, BOB = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def site(db: None) -> Site:
    """A site without a connection."""
    return make_site("Shop")


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def minutes_after(moment: int) -> float:
    return (moment - milliseconds(NOON)) / 60_000


def look(site: Site, minutes: float, last: float | None, *, watched: bool = True, **statuses: str) -> None:
    """Look at Ann and Bob."""
    seen = {key: statuses[name] for name, key in (("ann", ANN), ("bob", BOB)) if name in statuses}
    now, before = milliseconds(at(minutes)), None if last is None else milliseconds(at(last))
    slack = max(0, now - before) if watched and before is not None else None
    directory_rows.store(directory_rows.new_agents(site.pk, seen))
    history.diff_agents(site.pk, None, seen, Look(now, before, slack)).write()


def told(site: Site) -> list[tuple[str, str, float, float | None, bool]]:
    """Each span: whose, its status, its minutes after noon, and whether its end was seen."""
    return [
        (
            "ann" if str(row.agent.agent_id) == ANN else "bob",
            row.status.name,
            minutes_after(row.began),
            None if row.ended is None else minutes_after(row.ended),
            row.ended is None or row.ended_slack is not None,
        )
        for row in spans().filter(site=site)
    ]


def test_spans_beyond_now_go_those_across_it_are_cut_and_their_ends_were_not_seen(site: Site) -> None:
    look(site, 0, None, ann="Online", bob="Online")
    look(site, 10, 0, ann="Away", bob="Online")
    look(site, 40, 10, ann="Online", bob="Online")
    look(site, -20 + 45, 40, watched=False, ann="Online", bob="Online")
    assert told(site) == [
        ("ann", "Online", 0, 10, True),
        ("ann", "Away", 10, 25, False),
        ("ann", "Online", 25, None, True),
        ("bob", "Online", 0, None, True),
    ]
    assert spans(ANN).get(ended=None).began_slack is None


def test_before_everything_that_is_known_all_begins_anew(site: Site) -> None:
    look(site, 0, None, ann="Online")
    look(site, 5, 0, ann="Away")
    look(site, -60, 5, watched=False, ann="Away", bob="Online")
    assert told(site) == [("ann", "Away", -60, None, True), ("bob", "Online", -60, None, True)]


def test_who_changed_while_the_clock_was_set_back_ends_now_and_not_in_the_future(site: Site) -> None:
    look(site, 0, None, ann="Online")
    look(site, 30, 0, ann="Online")
    look(site, 10, 30, watched=False, ann="Meeting")
    assert told(site) == [("ann", "Online", 0, 10, False), ("ann", "Meeting", 10, None, True)]


def test_another_sites_spans_stay(site: Site) -> None:
    other = make_site("Other")
    look(other, 0, None, ann="Online")
    look(other, 30, 0, ann="Away")
    before = told(other)
    look(site, 0, None, ann="Online")
    look(site, -30, 0, watched=False, ann="Online")
    assert told(other) == before


def test_the_runs_of_watching_do_not_overlap(site: Site) -> None:
    row = Snapshot(site=site, fingerprint="f", kind="agents", every=5)
    for minutes in (0, 1):
        watches.note(row, at(minutes), 5, watched=minutes > 0)
        row.checked = at(minutes)
    watches.note(row, at(9), 5, watched=False)
    row.checked = at(9)
    watches.note(row, at(0.5), 5, watched=False)
    found = [
        (
            (run.began - milliseconds(NOON)) / 60_000,
            run.ended and (run.ended - milliseconds(NOON)) / 60_000,
        )
        for run in Watch.objects.order_by("began")
    ]
    assert found == [(0, 0.5), (0.5, None)]


def test_a_status_that_is_sent_from_here_just_after_a_small_step_back_cuts_nothing(site: Site) -> None:
    look(site, 0, None, ann="Online", bob="Online")
    look(site, 10, 0, ann="Away", bob="Online")
    look(site, 9.9, 10, watched=True, ann="Away", bob="Lunch")
    assert told(site) == [
        ("ann", "Online", 0, 10, True),
        ("ann", "Away", 10, None, True),
        ("bob", "Online", 0, 9.9, True),
        ("bob", "Lunch", 9.9, None, True),
    ]
