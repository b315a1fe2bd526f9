"""The record as pages read it: statuses changed outside, CSV, and how long it is kept."""

import csv
import importlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from livechat.lib import csv_tables
from livechat.lib.epoch import milliseconds
from livechat.live import refresh
from livechat.live.sources import Feed
from livechat.models import AgentEntry, AgentSpan, Change, LinkEvent, Outcome, Site, Span
from livechat.record import audit, change_log, old_rows
from tests.support.chatserver import ChatServer
from tests.support.cleaning import clean_up
from tests.support.corpora import strings
from tests.support.pages import region, text
from tests.support.spans import make_span, spans
from tests.test_changes import change, names

pytestmark = pytest.mark.django_db
Result = Outcome.Result
OUTSIDE = "Changed outside"


@pytest.fixture
def agent(chatserver: ChatServer, feed: Feed) -> str:
    """An agent that was seen online and has a name."""
    key = str(chatserver.world.agent_ids()[1])
    chatserver.world.set_agent(key, status="Online")
    refresh.refresh(feed, "agents")
    AgentEntry.objects.update_or_create(site_id=feed.site_id, agent_id=key, defaults={"name": "Kim Novak"})
    Site.objects.get(pk=feed.site_id).bump_version()
    return key


@pytest.fixture
def turn(chatserver: ChatServer, feed: Feed, agent: str) -> Callable[[str], None]:
    """Lets the agent's status change outside, and be observed."""

    def turn(status: str) -> None:
        chatserver.world.set_agent(agent, status=status)
        refresh.refresh(feed, "agents")

    return turn


def record(web: Client, query: str = "") -> str:
    return region(text(web.get(f"/changes/{query}")), "record")


def test_a_status_that_was_changed_elsewhere_is_shown_as_changed_outside(
    web: Client, turn: Callable[[str], None]
) -> None:
    turn("Meeting")
    page = record(web)
    assert "Kim Novak" in page
    assert OUTSIDE in page
    assert page.index("Online") < page.index("Meeting")


def test_a_status_that_was_set_here_is_not_shown_twice(
    web: Client, site: Site, agent: str, turn: Callable[[str], None]
) -> None:
    change(site, Result.SENT, Result.CONFIRMED, target=agent, asked={"status": "meeting"})
    turn("Meeting")
    assert OUTSIDE not in record(web)
    turn("Online")
    assert record(web).count(OUTSIDE) == 1


def test_a_write_long_ago_explains_nothing(web: Client, site: Site, agent: str, turn: Callable[[str], None]) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=True):
        change(site, Result.CONFIRMED, target=agent, asked={"status": "Meeting"})
    turn("Meeting")
    assert record(web).count(OUTSIDE) == 1


def test_a_status_set_here_does_not_become_changed_outside_when_its_write_is_deleted(
    web: Client, site: Site, agent: str, turn: Callable[[str], None]
) -> None:
    change(site, Result.SENT, Result.CONFIRMED, target=agent, asked={"status": "Meeting"})
    turn("Meeting")
    assert audit.expire(timedelta()) == 1
    assert OUTSIDE not in record(web)


@pytest.mark.parametrize(("days", "told"), [(0, 1), (30, 0), (60, 1)])
def test_nothing_older_than_the_record_is_shown_as_changed_outside(
    web: Client, agent: str, turn: Callable[[str], None], settings: Any, days: int, told: int
) -> None:
    turn("Meeting")
    spans(agent).filter(ended=None).update(began=milliseconds(timezone.now() - timedelta(days=31)))
    settings.RECORD_DAYS = settings.HISTORY_DAYS = days
    clean_up()
    assert record(web).count(OUTSIDE) == told
    assert len(read(web.get("/changes/csv/"))) == told


def test_a_change_that_was_not_observed_is_not_shown_as_changed_outside(
    web: Client, chatserver: ChatServer, feed: Feed, agent: str
) -> None:
    chatserver.world.set_agent(agent, status="Meeting")
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=True):
        refresh.refresh(feed, "agents")
    assert spans(agent).count() == 2
    assert OUTSIDE not in record(web)


def test_both_sources_stand_in_one_order_and_can_be_told_apart(
    web: Client, site: Site, turn: Callable[[str], None]
) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=True):
        change(site, Result.CONFIRMED, target_name="Earlier")
    turn("Meeting")
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=True):
        change(site, Result.CONFIRMED, target_name="Later")
    whole = text(web.get("/changes/"))
    assert names(whole) == ["Later", "Kim Novak", "Earlier"]
    assert names(text(web.get("/changes/?person=outside"))) == ["Kim Novak"]
    assert names(text(web.get("/changes/?person=sue"))) == ["Later", "Earlier"]
    assert names(text(web.get("/changes/?outcome=confirmed"))) == ["Later", "Earlier"]
    assert names(text(web.get("/changes/?kind=variables"))) == []
    assert names(text(web.get("/changes/?q=novak"))) == ["Kim Novak"]


def test_the_csv_has_every_row_that_fits_and_the_page_leads_to_it(
    web: Client, site: Site, turn: Callable[[str], None]
) -> None:
    for number in range(60):
        made = change(site, target_name=f"Agent {number}", reason="Fire drill", override=number == 0)
        Outcome.objects.create(change=made, result=Result.NOT_VISIBLE, after={"status": "Online"})
    turn("Meeting")
    assert "/changes/csv/?person=sue" in record(web, "?person=sue")
    rows = read(web.get("/changes/csv/?person=sue"))
    assert len(rows) == 60
    assert rows[-1]["Of"] == "Agent 0"
    assert rows[-1] | {"When (UTC)": "", "Id": ""} == {
        "When (UTC)": "", "Person": "sue", "Kind": "Status", "Of": "Agent 0", "Id": "", "Before": "Online",
        "Asked": "Meeting", "After": "Online", "Outcome": "Not visible yet", "Message": "", "Reason": "Fire drill",
        "Set anyway": "yes",
    }  # fmt: skip
    assert read(web.get("/changes/csv/"))[0]["Outcome"] == OUTSIDE


def test_the_whole_record_is_read_once_whatever_the_size_of_the_batches(site: Site) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        change(site)
        change(site)
    for number in (1, 2, 3):  # of one moment, and two sources number theirs alike
        make_span(site, uuid4(), "Meeting", now, was="Online", outside=True, pk=number)
        LinkEvent.objects.create(site=site, link=1, label="Kitchen", what=LinkEvent.What.MADE, at=now, pk=number)
    make_span(site, uuid4(), "Meeting", now - timedelta(days=1), was="Online", outside=True)
    found = change_log.read(site, change_log.Filter())
    whole = found.fetch(slice(100))
    assert len(whole) == found.count() == 9
    for at_once in (1, 2, 3, 9, 100):
        assert list(found.iterate(at_once)) == whole


def test_new_entries_shift_nothing_while_the_record_is_read(site: Site) -> None:
    made = [change(site, target_name=str(number)) for number in range(4)]
    walk = change_log.read(site, change_log.Filter()).iterate(2)
    first = next(walk)
    change(site, target_name="new")
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=True):
        last = change(site, target_name="last")
    assert [first, *walk] == [*reversed(made), last]


@contextmanager
def steps() -> Iterator[list[None]]:
    """Counts SQLite's work, in hundreds of instructions."""
    taken: list[None] = []
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: taken.append(None), 100)
    yield taken
    connection.connection.set_progress_handler(None, 100)


def test_the_work_grows_no_faster_than_the_record(site: Site) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL has nothing that counts its steps

    def work(total: int) -> int:
        agent, now = uuid4(), timezone.now()
        made, first = Span.objects.count(), make_span(site, agent, "Meeting", now, now, was="Online", outside=True)
        same = {"site": site, "agent": first.agent, "status": first.status, "was": first.was, "outside": True}
        moments = (first.began + number * 60_000 for number in range(made + 1, total))
        Span.objects.bulk_create(Span(**same, began=began, ended=began + 60_000) for began in moments)
        found = change_log.read(site, change_log.Filter())
        with steps() as taken:
            assert found.count() == total
            assert len(found.fetch(slice(total - 50, total))) == 50
        return len(taken)

    few = work(200)
    assert work(1600) < 12 * few


def test_the_whole_record_is_counted_once(web: Client, site: Site) -> None:
    change(site)
    with CaptureQueriesContext(connection) as queries:
        web.get("/changes/")
    counts = [query["sql"] for query in queries if "COUNT(*)" in query["sql"]]
    assert len(counts) == len(set(counts)) > 0


@pytest.mark.parametrize(("days", "told"), [(0, {"Meeting": "Online", "Away": "Away"}), (30, {"Meeting": "Online"})])
def test_what_was_observed_before_the_upgrade_is_shown_as_it_was(
    site: Site, settings: Any, days: int, told: dict[str, str]
) -> None:
    agent, hour, now = uuid4(), timedelta(hours=1), timezone.now()
    settings.RECORD_DAYS = settings.HISTORY_DAYS = days
    old = now - timedelta(days=30)

    def was(agent: UUID, status: str, began: datetime, ended: datetime | None = None, **more: Any) -> AgentSpan:
        return AgentSpan.objects.create(site=site, agent_id=agent, status=status, began=began, ended=ended, **more)

    was(agent, "Away", old - hour, old, began_exact=False)
    was(agent, "Away", old, now - 4 * hour)
    was(agent, "Online", now - 3 * hour, now - 2 * hour)  # nothing ended where it began
    was(uuid4(), "Lunch", now - 3 * hour, now - 2 * hour)  # somebody else's
    was(agent, "Meeting", now - 2 * hour, now - hour)
    ours = was(agent, "Training", now - hour)
    with time_machine.travel(now - hour, tick=False):
        change(site, target=agent, asked={"status": "training"})
    importlib.import_module("livechat.migrations.0011_span_outside").note(apps, None)
    assert dict(AgentSpan.objects.filter(outside=True).values_list("status", "was")) == told
    ours.refresh_from_db()
    assert (ours.was, ours.outside) == ("Meeting", False)
    while old_rows.convert():
        pass
    assert dict(Span.objects.filter(outside=True).values_list("status__name", "was__name")) == told


def read(answer: Any) -> list[dict[str, str]]:
    """A CSV's rows by their heads."""
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def test_no_cell_of_a_csv_is_a_formula(web: Client, site: Site) -> None:
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", *(item for item in strings() if item.strip())]
    for item in evil:
        change(site, reason=item[:300].replace("\x00", ""))
    for row in read(web.get("/changes/csv/")):
        assert not row["Reason"].lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), row["Reason"]


def test_numbers_stay_numbers_and_nothing_is_an_empty_cell() -> None:
    assert [csv_tables.cell(value) for value in (-1, 2.5, None, "", "a-b")] == ["-1", "2.5", "", "", "a-b"]


@pytest.mark.parametrize(("days", "left"), [(0, 2), (30, 1)])
def test_changes_are_kept_as_long_as_the_setting_says(site: Site, settings: Any, days: int, left: int) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=31), tick=True):
        change(site, Result.SENT, Result.CONFIRMED)
    change(site, Result.SENT, Result.CONFIRMED)
    settings.RECORD_DAYS = settings.HISTORY_DAYS = days
    clean_up()
    assert Change.objects.count() == left
    assert Outcome.objects.count() == 2 * left


def test_a_change_that_is_still_open_is_kept_until_it_is_settled(site: Site) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=31), tick=True):
        unsettled = change(site, Result.SENT)
    assert audit.expire(timedelta(days=30)) == 0
    audit.outcome(unsettled, Result.UNKNOWN)
    assert audit.expire(timedelta(days=30)) == 1
    assert not Change.objects.exists()
