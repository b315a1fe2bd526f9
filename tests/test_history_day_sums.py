"""A day that is over and has its sums: a page of it reads the spans of those alone whom it shows, and says the same."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from livechat.lib.epoch import milliseconds
from livechat.models import AgentEntry, HourRow, Site, Watch
from livechat.ops import rollups
from livechat.reports import timeline
from tests.support.pages import text
from tests.support.spans import make_span
from tests.support.stopped import stopped_at

PAGE = "/history/day/"
NOW = datetime(2026, 11, 30, 18, tzinfo=UTC)
DAY = datetime(2026, 11, 27, tzinfo=UTC)

pytestmark = pytest.mark.django_db


_in_the_evening = stopped_at(NOW)


def person(site: Site, name: str, *spans: tuple[str, float, float], **fields: Any) -> AgentEntry:
    """An agent of the directory, in these statuses from an hour of the day to another."""
    entry = AgentEntry.objects.create(site=site, agent_id=uuid4(), name=name, **fields)
    for status, began, ended in spans:
        slacks = {"began_slack": 5_000, "ended_slack": 5_000}
        make_span(site, entry.agent_id, status, *(DAY + timedelta(hours=hour) for hour in (began, ended)), **slacks)
    return entry


@pytest.fixture
def crowd(site: Site, web: Client) -> Site:
    """Sixty agents who were on, of two teams; the last one from early on and in a status of their own; one never."""
    site.time_zone = "UTC"
    site.save()
    first, last = (milliseconds(DAY + timedelta(hours=hour)) for hour in (-48, 72))
    Watch.objects.create(site=site, list="agents", began=first, ended=last, looks=(last - first) // 5000 + 1)
    for number in range(59):
        person(site, f"Agent {number:02}", ("Online", 8, 12), ("Yoga", 12, 13), ("Online", 13, 17), team="Front")
    person(site, "Zoe", ("Offline", -30, 5), ("Reading", 5, 6), ("Online", 6, 7), team="Night")
    person(site, "Never", ("Offline", -30, 30), team="Front")
    site.bump_version()
    shown(web)  # who is in the list gets into the directory
    return site


def shown(web: Client, **asked: Any) -> str:
    """What the page says."""
    page = text(web.get(PAGE, {"day": "2026-11-27"} | asked))
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize("number", [1, 2])
def test_a_page_says_the_same_by_sums_as_by_details(web: Client, crowd: Site, number: int) -> None:
    by_details = shown(web, page=number)
    rollups.make(crowd, date(2026, 11, 27))
    assert shown(web, page=number) == by_details
    assert ("Never" in by_details, "472 h 00 m" in by_details) == (True, True)


def test_with_sums_the_spans_of_nobody_else_are_read(web: Client, crowd: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    pieces = timeline.pieces
    monkeypatch.setattr(timeline, "pieces", lambda spans, day: read.append(len(spans)) or pieces(spans, day))
    for made, rows in ((False, 59 * 3 + 3 + 1), (True, 9 * 3 + 3)):
        if made:
            rollups.make(crowd, date(2026, 11, 27))
        read.clear()
        with CaptureQueriesContext(connection):
            shown(web, page=2)
        assert sum(read) == rows


def other_zone(site: Site) -> None:
    """The site moves after the day was summed up: its day has other hours then."""
    site.time_zone = "Asia/Tokyo"
    site.save()
    site.bump_version()


def other_rows(site: Site) -> None:
    """The sums lack the hours in which anybody was on."""
    HourRow.objects.filter(site=site).delete()


@pytest.mark.parametrize("change", [other_zone, other_rows])
def test_sums_that_do_not_agree_with_the_details_are_not_told(
    web: Client, crowd: Site, change: Callable[[Site], None]
) -> None:
    rollups.make(crowd, date(2026, 11, 27))
    change(crowd)
    by_sums = shown(web)
    crowd.rolled_days.all().delete()
    assert shown(web) == by_sums


def test_a_team_and_an_export_read_all_of_their_agents(web: Client, crowd: Site) -> None:
    before = shown(web, team="Night"), web.get(PAGE, {"day": "2026-11-27", "format": "json"}).json()
    rollups.make(crowd, date(2026, 11, 27))
    assert (shown(web, team="Night"), web.get(PAGE, {"day": "2026-11-27", "format": "json"}).json()) == before
    assert len(before[1]["agents"]) == 60
