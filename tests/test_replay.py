"""The agents' board of a moment of the past: what was seen then, and nothing that nobody saw."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.comm100 import records
from livechat.lib.epoch import milliseconds
from livechat.models import AgentEntry, Contact, DepartmentEntry, Role, Site, Snapshot, Watch
from livechat.record import frames
from livechat.reports import moments, replay
from tests.support.pages import text
from tests.support.people import client_for, make_site
from tests.support.spans import department, make_span, spans
from tests.support.stopped import stopped_at

pytestmark = pytest.mark.django_db
PAGE = "/history/replay/"
NOW = datetime(2026, 11, 30, 18, 0, 30, tzinfo=UTC)
DAY = datetime(2026, 11, 28, tzinfo=UTC)
SALES = uuid4()
HOSTILE = '"><img src=x onerror=alert(1)>&'


_in_the_evening = stopped_at(NOW)


def at(hours: float) -> datetime:
    """So many hours after the day began."""
    return DAY + timedelta(hours=hours)


def ms(hours: float) -> int:
    """The same in epoch ms."""
    return milliseconds(at(hours))


def watch(site: Site, kind: str, began: float, ended: float) -> None:
    """Look every 5 seconds from one hour of the day to another."""
    looks = round((ended - began) * 720) + 1
    Watch.objects.create(site=site, list=kind, began=ms(began), ended=ms(ended), looks=looks)


def agent(site: Site, name: str, *changes: tuple[str, float], until: float | None = 40, **fields: Any) -> UUID:
    """An agent whose status changed at these hours."""
    key = AgentEntry.objects.create(site=site, agent_id=uuid4(), name=name, **fields).agent_id
    ends = [hour for _status, hour in changes[1:]]
    for (status, began), ended in zip(changes, [*ends, until], strict=True):
        make_span(site, key, status, at(began), None if ended is None else at(ended))
    site.bump_version()
    return key


def contact(site: Site, began: float, answered: float | None, ended: float | None, **fields: Any) -> None:
    """A visitor who asked for a chat at an hour."""
    given: dict[str, Any] = {
        "began_slack": 5_000,
        "department": department(site, SALES),
        "answered_slack": 5_000,
    } | fields
    hours = {"began": began, "answered": answered, "ended": ended}
    moments = {name: None if hour is None else ms(hour) for name, hour in hours.items()}
    Contact.objects.create(site=site, **moments, **given)


@pytest.fixture
def past(site: Site, web: Client) -> Site:
    """A site that was watched from 9:00 to 30:00, but for a quarter of an hour from 13:12 on."""
    site.time_zone = "UTC"
    site.save()
    DepartmentEntry.objects.update_or_create(site=site, department_id=SALES, defaults={"name": "Sales"})
    for kind in ("agents", "visitors"):
        watch(site, kind, 9, 13.2)
        watch(site, kind, 13 + 26.5 / 60, 30)
    return site


@pytest.fixture
def kim(past: Site) -> UUID:
    """An agent who is online from 10:00 to 14:00, at lunch until 15:00, and then online again."""
    changes = (("Offline", 9), ("Online", 10), ("Lunch", 14), ("Online", 15))
    return agent(past, "Kim Østergård", *changes, team="Front", capacity=3)


def chats(site: Site, hours: float, counts: dict[UUID, int]) -> None:
    """A frame of an hour."""
    items = [records.Agent(str(key), "Online", n) for key, n in counts.items()]
    frames.note(Snapshot(site=site, kind="agents"), at(hours) + timedelta(seconds=2), items)


def data(web: Client, moment: str = "2026-11-28T14:05", **asked: Any) -> dict[str, Any]:
    """The JSON of a moment."""
    answer = web.get(PAGE, {"at": moment, "format": "json"} | asked)
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


def told(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page[page.index("<main") :]))


def test_the_board_of_a_moment_has_statuses_times_chats_and_counts(web: Client, kim: UUID, past: Site) -> None:
    lee = agent(past, "Lee", ("Online", 9), until=None, capacity=2)
    agent(past, "Mia", ("Offline", 9))
    agent(past, "Ghost", ("Online", 9), hidden=True)
    chats(past, 14 + 5 / 60, {kim: 1, lee: 3})
    page = text(web.get(PAGE, {"at": "2026-11-28T14:05"}))
    words = told(page)
    for part in ("You see the past: Sat 28 Nov 14:05", "1 Online", "1 Away", "1 Offline", "4 Ongoing chats",
                 "0 Waiting visitors", "Lunch", "5 m", "1 over", "5 h 05 m", "1 was offline", "Nobody waited",
                 "Names, teams and capacities are today’s"):  # fmt: skip
        assert part in words, part
    assert "Ghost" not in page
    assert 'method="post"' not in page[page.index("<main") : page.index("</main>")]
    assert "data-ticks" not in page[page.index("<main") : page.index("</main>")]


def test_a_change_at_the_moment_itself_has_happened_and_one_just_after_has_not(web: Client, kim: UUID) -> None:
    for moment, status, seconds in (("13:59", "Online", 4 * 3600 - 60), ("14:00", "Lunch", 0), ("15:00", "Online", 0)):
        (row,) = data(web, f"2026-11-28T{moment}")["agents"]
        assert (row["status"], row["seconds"]) == (status, seconds), moment


def test_chats_of_a_minute_without_a_frame_are_not_known(web: Client, kim: UUID, past: Site) -> None:
    chats(past, 14, {kim: 2})
    assert [data(web, f"2026-11-28T14:0{n}")["agents"][0]["chats"] for n in (0, 1, 2)] == [2, 2, None]
    assert "Of this minute no chats were recorded" in text(web.get(PAGE, {"at": "2026-11-28T14:05"}))
    assert "– Ongoing chats" in told(text(web.get(PAGE, {"at": "2026-11-28T14:05"})))


def test_the_queue_of_a_moment_is_who_waited_then_the_longest_first(web: Client, kim: UUID, past: Site) -> None:
    visitor = uuid4()
    contact(past, 14, 14 + 6 / 60, None, visitor=visitor)
    contact(past, 14 + 4 / 60, None, 14.5, department=None, outcome="gone")
    contact(past, 13.9, 14 + 5 / 60, 15, outcome="chatEnded")  # answered at this very moment
    contact(past, 13.8, None, 14, outcome="gone")
    contact(past, 14.1, None, None)
    assert [(one["department"], one["seconds"]) for one in data(web)["queue"]] == [("Sales", 300), ("", 60)]
    page = text(web.get(PAGE, {"at": "2026-11-28T14:05"}))
    assert "5:00" in page
    assert str(visitor) not in page
    assert "2 Waiting visitors" in told(page)
    Watch.objects.filter(list="visitors").delete()
    assert data(web)["queue"] is None
    assert "Nobody looked at the visitors then" in text(web.get(PAGE, {"at": "2026-11-28T14:05"}))


def test_in_a_gap_the_board_is_empty_and_its_edges_are_links(web: Client, kim: UUID) -> None:
    assert "Nobody watched since" in told(text(web.get(PAGE)))  # this page is looked at, so the agents are from now on
    page = text(web.get(PAGE, {"at": "2026-11-28T13:20", "team": "Front"}))
    assert "Nobody watched 13:12 – 13:26" in told(page)
    links = re.findall(r'class="empty-title".*?</p>', page, re.S)[0]
    assert re.findall(r'href="([^"]*)"', links) == [
        "?at=2026-11-28T13%3A12&amp;team=Front",
        "?at=2026-11-28T13%3A27&amp;team=Front",
    ]
    assert "Kim" not in page
    assert data(web, "2026-11-28T13:20")["not_watched"] == {
        "from": "2026-11-28T13:12:00+00:00", "to": "2026-11-28T13:26:30+00:00"
    }  # fmt: skip
    for edge in ("13:11", "13:27"):
        assert [row["name"] for row in data(web, f"2026-11-28T{edge}")["agents"]] == ["Kim Østergård"]


def test_after_a_deletion_the_time_without_looks_ends_with_the_first_look_that_is_left(past: Site) -> None:
    for mark, first in ((15, 15), (13.3, 13 + 26.5 / 60)):  # in a run, and in the gap
        past.details_since = ms(mark)
        assert replay.watching(past, "agents", ms(10), NOW) == replay.Gap(None, ms(first))


def test_while_it_is_watched_the_page_opens_with_this_minute(web: Client, kim: UUID, past: Site) -> None:
    assert past.shared
    Watch.objects.create(site=past, list="agents", began=ms(60))
    fingerprint, last = past.shared.fingerprint, NOW - timedelta(seconds=30)  # as the minute began
    Snapshot.objects.create(site=past, fingerprint=fingerprint, kind="agents", checked=last, looks=4_000)
    spans(kim).filter(ended=ms(40)).update(ended=None)
    page = text(web.get(PAGE))
    assert "You see the past: Mon 30 Nov 18:00" in told(page)
    assert "Kim" in page
    assert "+1 m" not in re.findall(r">([^<]*)</a>", page)


def test_steps_lead_to_other_minutes_and_to_the_next_change(web: Client, kim: UUID) -> None:
    page = text(web.get(PAGE, {"at": "2026-11-28T13:55", "team": "Front"}))
    assert re.findall(r'href="\?at=2026-11-28T([^&]*)&amp;team=Front"', page) == [
        "13%3A40", "13%3A54", "13%3A56", "14%3A10", "14%3A00"
    ]  # fmt: skip
    assert 'href="/history/day/?team=Front&amp;day=2026-11-28"' in page
    assert data(web)["next_change"] == "2026-11-28T15:00:00+00:00"
    day = text(web.get("/history/day/", {"day": "2026-11-28", "team": "Front"}))
    assert 'href="/history/replay/?team=Front&amp;at=2026-11-28T12%3A00"' in day


def test_a_change_that_was_seen_late_counts_in_the_middle_and_the_next_one_is_another(web: Client, past: Site) -> None:
    kim = agent(past, "Kim", ("Online", 10), ("Lunch", 14 + 5 / 60 + 10 / 3600), ("Online", 15))
    spans(kim).filter(status__name="Lunch").update(began_slack=30_000)
    found = data(web)
    assert (found["agents"][0]["status"], found["next_change"]) == ("Lunch", "2026-11-28T15:00:00+00:00")


@pytest.mark.parametrize(
    ("seconds", "slack", "expected"),
    [
        (20, 0, "14:19:50"),  # Kim's: before it
        (20, 120, "14:19:20"),  # seen after it, happened before it
        (3600, 120, "14:19:50"),
    ],
)
def test_the_next_change_is_the_first_that_happened_whenever_it_was_seen(
    web: Client, past: Site, seconds: int, slack: int, expected: str
) -> None:
    quarter = 14 + 20 / 60  # a quarter of an hour after the moment
    agent(past, "Kim", ("Online", 10), ("Lunch", quarter - 10 / 3600), ("Online", 15))
    late = agent(past, "Late", ("Online", 10), ("Lunch", quarter + seconds / 3600), ("Online", 16))
    spans(late).filter(status__name="Lunch").update(began_slack=slack * 1000)
    assert data(web)["next_change"] == f"2026-11-28T{expected}+00:00"


def test_the_next_change_may_be_days_ahead(web: Client, past: Site) -> None:
    agent(past, "Kim", ("Online", 10), ("Lunch", 10 + 72))
    assert data(web)["next_change"] == "2026-12-01T10:00:00+00:00"


def test_the_slider_sends_a_minute_of_the_day(web: Client, kim: UUID) -> None:
    page = text(web.get(PAGE, {"day": "2026-11-28", "minute": "845", "team": "Front"}))
    assert "You see the past: Sat 28 Nov 14:05" in told(page)
    assert re.search(r'<input type="range"[^>]* max="1439" value="845" aria-valuetext="14:05" autofocus', page)
    assert 'name="at" value="2026-11-28T14:05"' in page
    for bad in (
        {"minute": "x"},
        {"minute": "99999"},
        {"day": "x", "minute": "5"},
        {"day": "2027-01-01", "minute": "0"},
    ):
        answer = web.get(PAGE, {"day": "2026-11-28", "minute": "0"} | bad)
        assert answer.status_code == 422, bad
        assert "Write the moment as" in text(answer), bad


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("nonsense", "Write the moment as 2026-11-28T14:05"),
        ("2026-02-30T10:00", "Write the moment as"),
        ("0001-01-01T00:00", "Write the moment as"),
        ("9999-12-31T23:59", "Write the moment as"),
        ("2026-11-30T18:01", "still to come"),
        ("2026-11-28T08:59", "Nothing was recorded before Sat 28 Nov 9:00."),
        (HOSTILE, "Write the moment as"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_in_a_sentence_and_stays_as_typed(
    web: Client, kim: UUID, typed: str, why: str
) -> None:
    answer = web.get(PAGE, {"at": typed, "team": "Front"})
    assert answer.status_code == 422
    assert why in text(answer)
    if typed != HOSTILE:
        assert f'value="{typed}"' in text(answer)
    assert HOSTILE not in text(answer)
    assert '<option value="Front" selected' in text(answer)


def test_a_time_that_the_clocks_left_out_is_refused(web: Client, kim: UUID, past: Site) -> None:
    past.time_zone = "Europe/Berlin"
    past.save()
    answer = web.get(PAGE, {"at": "2026-03-29T02:30"})
    assert (answer.status_code, "the clocks went forward" in text(answer)) == (422, True)


def test_a_time_that_came_twice_has_two_addresses() -> None:
    zone = ZoneInfo("Europe/Berlin")
    first = moments.parse("2026-10-25T02:30", zone, NOW)
    assert moments.written(first, zone) == "2026-10-25T02:30+02:00"
    assert moments.written(first + 3_600_000, zone) == "2026-10-25T02:30+01:00"
    assert moments.parse("2026-10-25T02:30+01:00", zone, NOW) == first + 3_600_000
    assert moments.of_day("2026-10-25", 210, zone, NOW) == first + 3_600_000


def test_before_anything_was_recorded_the_page_says_so(web: Client, site: Site) -> None:
    answer = web.get(PAGE)
    assert (answer.status_code, "Nothing to see yet" in text(answer)) == (200, True)


def test_a_moment_before_anything_was_recorded_is_refused(web: Client, site: Site) -> None:
    answer = web.get(PAGE, {"at": "2026-11-28T10:00"})
    assert (answer.status_code, "Nothing has been recorded yet" in text(answer)) == (422, True)
    for asked in ({}, {"at": "2026-11-28T10:00"}):
        Watch.objects.all().delete()  # a look at the page begins it
        told = web.get(PAGE, {"format": "json"} | asked)
        assert (told.status_code, told.json()["error"]) == (422, "Nothing has been recorded yet.")


def test_csv_has_the_pages_own_rows_and_runs_no_formula(web: Client, kim: UUID, past: Site) -> None:
    agent(past, "=1+1", ("Online", 10))
    contact(past, 14, None, 15)
    body = b"".join(web.get(PAGE, {"at": "2026-11-28T14:05", "format": "csv"})).decode()  # type: ignore[arg-type]
    facts, table, queue = body.removeprefix("\ufeff").split("\r\n\r\n")
    assert facts.splitlines()[:3] == ["zone,UTC", "moment,2026-11-28T14:05:00+00:00", "watched,True"]
    lines = list(csv.DictReader(io.StringIO(table)))
    found = data(web)
    assert [line["id"] for line in lines] == [row["id"] for row in found["agents"]]
    assert [line["seconds"] for line in lines] == [str(row["seconds"]) for row in found["agents"]]
    assert "'=1+1" in table
    assert queue.splitlines()[1].startswith("Sales,2026-11-28T14:00:00+00:00,True,300")


def test_only_those_who_see_single_agents_times_see_it(
    web: Client, kim: UUID, past: Site, make_user: Callable[..., User]
) -> None:
    viewer = client_for(make_user("vic", Role.VIEWER), past)
    for asked in ({}, {"at": "2026-11-28T14:05", "format": "json"}, {"at": "nonsense"}):
        answer = viewer.get(PAGE, asked)
        assert (answer.status_code, "Kim" in text(answer)) == (403, False)
    assert PAGE not in text(viewer.get("/history/about/"))
    assert PAGE in text(web.get("/history/about/"))
    assert Client().get(PAGE).status_code == 302


def test_nothing_of_another_site_is_shown(web: Client, kim: UUID, past: Site) -> None:
    other = make_site("Second")
    watch(other, "agents", -48, 48)
    agent(other, "Stranger", ("Online", 8))
    make_span(other, kim, "Offline", at(14.01))
    frames.note(Snapshot(site=other, kind="agents"), at(14.1), [records.Agent(str(kim), "Online", 9)])
    contact(other, 14, None, 15)
    found = data(web, "2026-11-28T14:06")
    assert [(row["name"], row["status"], row["chats"]) for row in found["agents"]] == [("Kim Østergård", "Lunch", None)]
    assert found["queue"] == []


def test_hostile_names_are_only_text_and_a_team_that_nobody_is_in_is_said(web: Client, kim: UUID, past: Site) -> None:
    agent(past, HOSTILE, (HOSTILE, 10), team=HOSTILE[:60])
    assert "<img" not in text(web.get(PAGE, {"at": "2026-11-28T14:05"}))
    answer = web.get(PAGE, {"at": "2026-11-28T14:05", "team": "None<b>"})
    assert "No agent of the team “None&lt;b&gt;” was in the list" in text(answer)
    assert [row["name"] for row in data(web, team="FRONT")["agents"]] == ["Kim Østergård"]


def test_many_agents_take_as_many_queries_as_one(
    web: Client, past: Site, django_assert_max_num_queries: Any, stop_clock: Callable[[], None]
) -> None:
    made = AgentEntry.objects.bulk_create(AgentEntry(site=past, agent_id=uuid4(), team="Front") for _ in range(100))
    for one in made:
        make_span(past, one.agent_id, "Online", at(10))
    chats(past, 14, {one.agent_id: 2 for one in made})
    past.bump_version()
    stop_clock()
    web.get(PAGE)
    with django_assert_max_num_queries(32):
        page = text(web.get(PAGE, {"at": "2026-11-28T14:00"}))
    assert page.count("data-row") == 100
