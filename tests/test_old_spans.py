"""An installation of before: its spans and gaps become today's while it runs, and what lasts goes on."""

import importlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps

from livechat.lib import clock
from livechat.lib.epoch import milliseconds
from livechat.models import AgentSpan, Gap, Site, Span, Watch
from livechat.record import history, old_rows
from livechat.record.watches import Look
from tests.support.people import make_site
from tests.support.spans import gaps, make_span, spans

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def site(db: None) -> Site:
    """A site without a connection."""
    return make_site("Shop")


def old(site: Site, agent: UUID, status: str, began: datetime, ended: datetime | None, **fields: Any) -> None:
    """A span as it was recorded before."""
    AgentSpan.objects.create(site=site, agent_id=agent, status=status, began=began, ended=ended, **fields)


def test_spans_of_before_keep_what_is_known_of_their_ends(site: Site) -> None:
    kim = uuid4()
    old(site, kim, "Online", NINE, NINE + HOUR, began_exact=False, ended_slack=5_000)
    old(site, kim, "", NINE + HOUR, NINE + 2 * HOUR, began_slack=5_000, was="Online", outside=True)
    old(site, kim, "Away", NINE + 2 * HOUR, NINE + 3 * HOUR, ended_exact=False)
    old_rows.convert_some()
    assert not AgentSpan.objects.exists()
    told = [(row.status.name, row.began_slack, row.ended_slack, row.was and row.was.name) for row in spans(kim)]
    assert told == [
        ("Online", None, 5_000, None),
        ("", 5_000, old_rows.OLD_SLACK_MS, "Online"),
        ("Away", old_rows.OLD_SLACK_MS, None, None),
    ]
    assert [row.began for row in spans(kim)] == [milliseconds(NINE + hours * HOUR) for hours in range(3)]


def test_what_lasts_is_a_span_from_the_migration_on_and_none_lasts_twice(site: Site) -> None:
    kim, joe = uuid4(), uuid4()
    old(site, kim, "Online", NINE, None)
    old(site, joe, "Lunch", NINE, None, began_exact=False)
    importlib.import_module("livechat.migrations.0035_spans").keep_open(apps, None)
    assert {(row.status.name, row.ended, row.began_slack is None) for row in spans()} == {
        ("Online", None, False),
        ("Lunch", None, True),
    }
    old(site, kim, "Meeting", NINE + HOUR, None)  # by a process of before that still ran
    old_rows.convert_some()
    assert [row.status.name for row in spans(kim)] == ["Online"]
    assert not AgentSpan.objects.exists()


def test_the_time_between_gaps_was_watched_and_what_is_watched_today_stays(site: Site) -> None:
    other = make_site("Other")
    make_span(other, uuid4(), "Online", NINE)
    old(site, uuid4(), "Online", NINE, NINE + 10 * HOUR)
    for kind in ("agents", "visitors"):
        Gap.objects.create(site=site, kind=kind, began=NINE + 2 * HOUR, ended=NINE + 3 * HOUR)
        Watch.objects.create(site=site, list=kind, began=milliseconds(NINE + 12 * HOUR))
    for _ in range(3):
        old_rows.convert_some()
    runs = Watch.objects.filter(site=site, list="agents").order_by("began").values_list("began", "ended", "looks")
    hours = [
        ((began - milliseconds(NINE)) / 3.6e6, ended and (ended - milliseconds(NINE)) / 3.6e6)
        for began, ended, _ in runs
    ]
    assert hours == [(0, 2), (3, 12), (12, None)]
    assert gaps() == [(milliseconds(NINE + 2 * HOUR), milliseconds(NINE + 3 * HOUR))]
    assert runs[0][2] == 121, "at the slowest pace that there was: nobody knows better"
    assert not Gap.objects.exists()
    assert not Watch.objects.filter(site=other).exists()


def test_a_turn_ends_although_there_is_more_and_the_newest_go_first(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = uuid4()
    AgentSpan.objects.bulk_create(
        AgentSpan(site=site, agent_id=kim, status="Online", began=NINE + hour * HOUR, ended=NINE + (hour + 1) * HOUR)
        for hour in range(9)
    )
    monkeypatch.setattr(old_rows, "BATCH_ROWS", 2)
    ticking = iter(range(0, 100, 10))
    monkeypatch.setattr(clock, "steady", lambda: next(ticking))
    old_rows.convert_some()
    old_rows.convert_some()
    found = list(spans(kim).values_list("began", flat=True))
    assert found[-1] == milliseconds(NINE + 8 * HOUR)
    assert len(found) + AgentSpan.objects.count() == 9
    assert AgentSpan.objects.exists()
    monkeypatch.undo()
    old_rows.convert_some()
    assert Span.objects.count() == 9


@pytest.mark.long(sibling="test_a_turn_ends_although_there_is_more_and_the_newest_go_first")
def test_a_million_spans_of_before_are_converted_while_lists_are_recorded(site: Site) -> None:
    agents = [uuid4() for _ in range(200)]
    for agent in agents:
        AgentSpan.objects.bulk_create(
            AgentSpan(
                site=site, agent_id=agent, status=("Online", "Away")[number % 2], began=NINE - (number + 1) * HOUR / 4,
                ended=NINE - number * HOUR / 4,
            )
            for number in range(5_000)
        )  # fmt: skip
        old(site, agent, "Online", NINE, None)
    importlib.import_module("livechat.migrations.0035_spans").keep_open(apps, None)
    statuses = {str(agent): "Online" for agent in agents}
    turns, now = 0, milliseconds(NINE)
    while AgentSpan.objects.exists():
        old_rows.convert_some()
        turns, now, changed = turns + 1, now + 5_000, str(agents[turns % 200])
        after = statuses | {changed: "Meeting" if statuses[changed] == "Online" else "Online"}
        history.diff_agents(site.pk, statuses, after, Look(now, now - 5_000, 5_000)).write()
        statuses = after
    assert turns > 20, "a list comes between two turns"
    assert Span.objects.count() == 1_000_000 + 200 + turns
    assert Span.objects.filter(ended=None).count() == 200
