"""The record as it is read: what was changed without us, CSV, and how long it is kept."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from livechat import collector, csvs
from livechat.live import refresh
from livechat.live.feeds import Feed
from livechat.models import AgentEntry, AgentSpan, Change, Outcome, Site
from livechat.record import audit
from tests.support.chatserver import ChatServer
from tests.support.corpora import strings
from tests.support.pages import region, text
from tests.test_changes import change, names

pytestmark = pytest.mark.django_db
Result = Outcome.Result
OUTSIDE = "Changed outside"


@pytest.fixture
def agent(chatserver: ChatServer, feed: Feed) -> str:
    """An agent who was seen online, and has a name."""
    key = str(chatserver.world.agent_ids()[1])
    chatserver.world.set_agent(key, status="Online")
    refresh.refresh(feed, "agents")
    AgentEntry.objects.update_or_create(site_id=feed.site_id, agent_id=key, defaults={"name": "Kim Novak"})
    Site.objects.get(pk=feed.site_id).touch()
    return key


@pytest.fixture
def turn(chatserver: ChatServer, feed: Feed, agent: str) -> Callable[[str], None]:
    """Lets the agent's status change without us, and be seen."""

    def turn(status: str) -> None:
        chatserver.world.set_agent(agent, status=status)
        refresh.refresh(feed, "agents")

    return turn


def record(web: Client, query: str = "") -> str:
    return region(text(web.get(f"/changes/{query}")), "record")


def test_a_status_that_somebody_else_changed_is_told_as_changed_outside(
    web: Client, turn: Callable[[str], None]
) -> None:
    turn("Meeting")
    page = record(web)
    assert "Kim Novak" in page
    assert OUTSIDE in page
    assert page.index("Online") < page.index("Meeting")


def test_a_status_that_was_set_here_is_not_told_twice(
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


def test_a_change_nobody_watched_is_no_claim(web: Client, chatserver: ChatServer, feed: Feed, agent: str) -> None:
    chatserver.world.set_agent(agent, status="Meeting")
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=True):
        refresh.refresh(feed, "agents")
    assert AgentSpan.objects.filter(agent_id=agent).count() == 2
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
    assert [csvs.cell(value) for value in (-1, 2.5, None, "", "a-b")] == ["-1", "2.5", "", "", "a-b"]


@pytest.mark.parametrize(("days", "left"), [(0, 2), (30, 1)])
def test_changes_are_kept_as_long_as_the_setting_says(site: Site, settings: Any, days: int, left: int) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=31), tick=True):
        change(site, Result.SENT, Result.CONFIRMED)
    change(site, Result.SENT, Result.CONFIRMED)
    settings.RECORD_DAYS = days
    collector.tidy()
    assert Change.objects.count() == left
    assert Outcome.objects.count() == 2 * left


def test_a_change_that_is_still_open_is_kept_until_it_is_settled(site: Site) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=31), tick=True):
        unsettled = change(site, Result.SENT)
    assert audit.expire(timedelta(days=30)) == 0
    audit.outcome(unsettled, Result.UNKNOWN)
    assert audit.expire(timedelta(days=30)) == 1
    assert not Change.objects.exists()
