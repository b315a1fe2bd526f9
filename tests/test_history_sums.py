"""Pages that read sums of days: time in statuses, occupancy, an agent's days; and what they refuse."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.lib.epoch import HOUR_MS, MINUTE_MS, milliseconds
from livechat.models import Role, RolledDay, Site, Watch
from livechat.reports import shares
from livechat.reports.day_sums import Sums
from livechat.reports.shares import Part
from livechat.web import time_report
from tests.support import hour_rows, spans
from tests.support.pages import text
from tests.support.people import client_for, make_site
from tests.support.spans import make_span
from tests.support.stopped import stopped_at

pytestmark = pytest.mark.django_db
TIME, OCCUPANCY = "/history/time/", "/history/occupancy/"
FIRST, LAST = date(2026, 11, 26), date(2026, 11, 27)
RANGE = {"from": "2026-11-26", "to": "2026-11-27"}
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOSTILE = '"><img src=x onerror=alert(1)>&'


_at_noon = stopped_at(NOW)


@pytest.fixture
def week(site: Site, web: Client) -> Site:
    """A site in UTC, watched throughout but for the 27th from 12 on, with the sums of two days for Kim and Lee."""
    site.time_zone = "UTC"
    site.save()
    watch(site, datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 27, 12, tzinfo=UTC))
    for day in (FIRST, LAST):
        RolledDay.objects.create(site=site, day=day)
    return site


def watch(site: Site, began: datetime, ended: datetime) -> None:
    looks = round((ended - began).total_seconds() / 5) + 1
    Watch.objects.create(site=site, list="agents", began=milliseconds(began), ended=milliseconds(ended), looks=looks)


def agent(site: Site, name: str, team: str = "", **fields: Any) -> UUID:
    made = site.agents.create(agent_id=uuid4(), name=name, team=team, **fields)
    site.bump_version()
    return made.agent_id


def spend(site: Site, who: UUID, day: date, status: str, hours: float, **fields: Any) -> None:
    """An agent's sum of a day, and with `busy` and `chat` (in hours) its chats, known throughout."""
    given = {name: round(value * HOUR_MS) for name, value in fields.items()}
    spans.spend(site, who, day, status, total=round(hours * HOUR_MS), off=10_000, **given)


@pytest.fixture
def kim(week: Site) -> UUID:
    """Kim of Front: online 7 h and 5 h, at lunch for an hour and in a meeting for half of one."""
    made = agent(week, "Kim", "Front", capacity=4)
    spend(week, made, FIRST, "Online", 7, chat=6, busy=4, known=7)
    spend(week, made, LAST, "Online", 5)
    spend(week, made, FIRST, "Lunch", 1)
    spend(week, made, LAST, "Meeting", 0.5)
    spend(week, made, FIRST, "Offline", 16)
    return made


@pytest.fixture
def lee(week: Site) -> UUID:
    """Lee of Back, for whom the directory has no places: online for 2 h."""
    made = agent(week, "Lee", "Back")
    spend(week, made, FIRST, "Online", 2, chat=2, busy=2, known=2)
    return made


def told(web: Client, path: str, **asked: str) -> Any:
    answer = web.get(path, RANGE | asked | {"format": "json"})
    assert answer.status_code == 200, answer
    return answer.json()


def names(web: Client, **asked: str) -> list[str]:
    return [line.name for line in web.get(TIME, RANGE | asked).context["lines"]]


def sentence(web: Client, path: str, **asked: str) -> str:
    """The sentence by which a page refuses."""
    answer = web.get(path, asked)
    assert answer.status_code == 422
    found = re.search(r'<ul class="errorlist"[^>]*><li>(.*?)</li>', text(answer))
    assert found
    return found[1]


# time in statuses


def test_times_of_agents_stand_in_a_column_each_online_first_the_longest_away_next_offline_last(
    web: Client, kim: UUID, lee: UUID
) -> None:
    page = web.get(TIME, RANGE)
    assert [str(sort.column.label) for sort in page.context["sorts"]] == [
        "Agent", "Online", "Lunch", "Meeting", "Offline", "On",
    ]  # fmt: skip
    assert "12 h 00 m <small>± 20 s</small>" in text(page)
    assert "13 h 30 m <small>± 40 s</small>" in text(page), "online and away together"
    assert f'<a href="/history/agents/{kim}/?from=2026-11-26&amp;to=2026-11-27"><bdi>Kim</bdi>' in text(page)
    rows = {row["name"]: row for row in told(web, TIME)["rows"]}
    assert rows["Kim"]["statuses"]["Lunch"] == {"kind": "away", "seconds": 3600, "error_seconds": 10.0}
    assert rows["Lee"]["on"] == {"seconds": 7200, "error_seconds": 10.0}
    assert told(web, TIME)["whole"]["statuses"]["Online"]["seconds"] == 14 * 3600


def test_rows_are_in_the_order_of_a_column_that_the_address_names(web: Client, kim: UUID, lee: UUID) -> None:
    assert names(web) == ["Kim", "Lee"]
    assert names(web, sort="-name") == ["Lee", "Kim"]
    assert names(web, sort="on") == ["Kim", "Lee"]
    assert names(web, sort="-in:lunch") == ["Lee", "Kim"]
    assert names(web, by="day") == ["Fri 27 Nov 2026", "Thu 26 Nov 2026"]
    assert names(web, by="day", sort="-share") == ["Fri 27 Nov 2026", "Thu 26 Nov 2026"]


def test_days_and_teams_add_up_to_the_same_and_a_team_leaves_its_own(web: Client, kim: UUID, lee: UUID) -> None:
    whole = told(web, TIME)["whole"]
    for by in ("team", "day"):
        found = told(web, TIME, by=by)
        assert found["whole"] == whole
        assert sum(row["on"]["seconds"] for row in found["rows"]) == whole["on"]["seconds"]
    assert [row["name"] for row in told(web, TIME, by="team")["rows"]] == ["Back", "Front"]
    assert [row["on"]["seconds"] for row in told(web, TIME, by="day", team="BACK")["rows"]] == [0, 7200]
    assert [row["name"] for row in told(web, TIME, team="front")["rows"]] == ["Kim"]


def test_a_day_that_was_observed_too_little_is_grey_and_says_so(web: Client, kim: UUID) -> None:
    lines = web.get(TIME, RANGE | {"by": "day"}).context["lines"]
    assert [(line.share, line.unsure) for line in lines] == [("50.0 %", True), ("100.0 %", False)]
    assert all(line.unsure for line in web.get(TIME, RANGE).context["lines"]), "three quarters of the range"
    assert not web.get(TIME, {"from": "2026-11-26", "to": "2026-11-26"}).context["lines"][0].unsure


def test_hidden_agents_and_those_of_another_site_are_left_out(web: Client, kim: UUID, week: Site) -> None:
    ghost = agent(week, "Ghost", "Front", hidden=True)
    spend(week, ghost, FIRST, "Online", 3)
    other = make_site("Other")
    spend(other, agent(other, "Stranger"), FIRST, "Coffee", 3)
    for by in ("agent", "team", "day"):
        found = told(web, TIME, by=by)
        assert found["whole"]["on"]["seconds"] == 13.5 * 3600
        assert "Coffee" not in found["whole"]["statuses"]


def test_a_bar_has_its_parts_in_one_scale_and_a_name_only_if_it_has_room() -> None:
    drawn = shares.bar("Kim", [Part("online", 60, "Online 1 h", "Online"), Part("away-0", 1, "<b>", HOSTILE)], 120)
    assert re.findall(r'class="strip-([\w-]+)" x="([\d.]+)%" width="([\d.]+)%"', drawn) == [
        ("online", "0.00", "50.00"), ("away-0", "50.00", "0.83"),
    ]  # fmt: skip
    assert drawn.count("<text") == 1
    assert "<b>" not in drawn


def test_csv_has_the_same_rows_after_the_zone_the_observed_share_the_pace_and_the_formula(
    web: Client, kim: UUID, lee: UUID, week: Site
) -> None:
    spend(week, agent(week, "=1+1"), FIRST, HOSTILE, 1)
    for path, columns in ((TIME, {"Online s": 12 * 3600}), (OCCUPANCY, {"busy share": 0.5714})):
        answer = web.get(path, RANGE | {"by": "agent", "format": "csv"})
        body = b"".join(answer).decode().removeprefix("\ufeff")  # type: ignore[arg-type]
        facts, _blank, table = body.partition("\r\n\r\n")
        known = [line.partition(",")[0] for line in facts.splitlines()]
        assert known[:6] == [
            "zone", "from", "to", "observed share", "opening hours observed share", "looked every (seconds)",
        ]  # fmt: skip
        assert "observed share,0.75" in facts
        lines = {line["agent"]: line for line in csv.DictReader(io.StringIO(table))}
        assert {name: float(lines["Kim"][name]) for name in columns} == columns
    page = text(web.get(TIME, RANGE))
    assert "<img" not in page


# occupancy


@pytest.fixture
def busy(week: Site, kim: UUID, lee: UUID) -> Site:
    """The hours of these agents: Front has places, Back has none that are known; at 9 and 10 on the 26th."""
    nine = milliseconds(datetime(2026, 11, 26, 9, tzinfo=UTC))

    def hour(at: int, team: str, status: str, *numbers: float) -> None:
        fields = dict(zip(("chat", "busy", "known", "place", "placed"), numbers, strict=True))
        times = {name: round(hours * HOUR_MS) for name, hours in fields.items()}
        hour_rows.put_team(week, nine + at * HOUR_MS, team, status, total=HOUR_MS, **times)

    hour(0, "Front", "Online", 3, 1, 1, 4, 3)
    hour(0, "Back", "Online", 2, 1, 1, 0, 0)
    hour(1, "Front", "Online", 0, 0, 1, 4, 0)
    hour(1, "Front", "Away", 1, 0.5, 1, 0, 0)
    return week


def test_occupancy_leaves_out_agents_without_places_who_are_in_the_other_figures(web: Client, busy: Site) -> None:
    whole = told(web, OCCUPANCY)["whole"]
    assert whole["occupancy"] == pytest.approx(3 / 8), "chats of Back are in none"
    assert whole["busy_share"] == pytest.approx(2 / 3, abs=1e-4)
    assert whole["concurrency"] == pytest.approx(6 / 2.5), "chats of those away too"
    assert (whole["busy_online_seconds"], whole["known_online_seconds"]) == (2 * 3600, 3 * 3600), (
        "of those online alone"
    )
    rows = {row["name"]: row for row in told(web, OCCUPANCY, by="team")["rows"]}
    assert (rows["Back"]["occupancy"], rows["Back"]["busy_share"]) == (None, 1)
    assert told(web, OCCUPANCY)["agents_without_places"] == 1
    page = text(web.get(OCCUPANCY, RANGE | {"by": "team"}))
    assert "The directory has no places for 1 agent who was online" in page
    assert "cannot be told" in page
    for anchor in ("occupancy", "busy", "concurrency"):
        assert f'href="/history/about/#{anchor}"' in page
        assert f'<div id="{anchor}">' in text(web.get("/history/about/"))


def test_days_and_hours_of_the_day_have_their_own_figures_and_a_plot(web: Client, busy: Site) -> None:
    hours = told(web, OCCUPANCY, by="hour", team="Front")["rows"]
    assert [(row["name"], row["occupancy"], row["observed"]) for row in hours] == [
        ("9:00–10:00", 0.75, 1), ("10:00–11:00", 0, 1),
    ]  # fmt: skip
    days = told(web, OCCUPANCY)["rows"]
    assert [(row["id"], row["occupancy"]) for row in days] == [("2026-11-26", 0.375), ("2026-11-27", None)]
    for by, plots in (("day", 1), ("hour", 1), ("team", 0)):
        assert text(web.get(OCCUPANCY, RANGE | {"by": by})).count('<svg class="plot') == plots


def test_occupancy_of_teams_days_and_hours_has_a_bound_if_no_older_release_summed_it_up(
    web: Client, busy: Site
) -> None:
    """What an older release summed up has none, and what it is a part of has none either."""
    for by in ("team", "day", "hour"):
        assert "±" not in text(web.get(OCCUPANCY, RANGE | {"by": by}))
    eleven = milliseconds(datetime(2026, 11, 27, 11, tzinfo=UTC))
    offs = {
        "placed_off": HOUR_MS // 2,
        "place_off": HOUR_MS // 3,
        "busy_off": HOUR_MS // 10,
        "known_off": HOUR_MS // 12,
    }
    times = {"known": HOUR_MS, "place": 4 * HOUR_MS, "placed": HOUR_MS, "chat": HOUR_MS, "busy": HOUR_MS // 2}
    hour_rows.put_team(busy, eleven, "Side", "Online", sure=True, total=HOUR_MS, chat_off=HOUR_MS // 4, **times, **offs)
    errors = {
        "occupancy_error": round(1.5 / (4 - 1 / 3) - 0.25, 4),
        "busy_share_error": round(0.6 / (1 - 1 / 12) - 0.5, 4),
        "concurrency_error": round(1.25 / 0.4 - 2, 4),
    }
    for by, name in (("team", "Side"), ("day", "Fri 27 Nov 2026"), ("hour", "11:00–12:00")):
        found = told(web, OCCUPANCY, by=by)
        known = {row["name"]: {key: row[key] for key in errors} for row in found["rows"] if row["busy_share_error"]}
        assert known == {name: errors}
        assert {found["whole"][key] for key in errors} == {None}
        page = text(web.get(OCCUPANCY, RANGE | {"by": by}))
        assert page.count("±") == 3
        for figure in ("25.0 % <small>± 16 %", "50.0 % <small>± 16 %", "2.00 <small>± 1.13"):
            assert f"{figure}</small></td>" in page
    day = {"from": "2026-11-27", "to": "2026-11-27"}
    assert "<dd><b>25.0 %</b> <small>± 16 %</small></dd>" in text(web.get(OCCUPANCY, day))
    table = web.get(OCCUPANCY, day | {"by": "team", "format": "csv"}).getvalue().decode().partition("\r\n\r\n")[2]
    (line,) = csv.DictReader(io.StringIO(table))
    assert {key: line[key.replace("_", " ")] for key in errors} == {key: f"{error}" for key, error in errors.items()}


def test_single_agents_have_figures_of_todays_places(web: Client, busy: Site) -> None:
    rows = {row["name"]: row for row in told(web, OCCUPANCY, by="agent")["rows"]}
    assert rows["Kim"]["occupancy"] == pytest.approx(6 / 28, abs=1e-4)
    assert (rows["Lee"]["occupancy"], rows["Lee"]["concurrency"]) == (None, 1)
    assert rows["Kim"]["occupancy_error"] is None, "an older release summed it up"


def test_single_agents_have_bounds_if_no_older_release_summed_a_day_up(web: Client, week: Site, kim: UUID) -> None:
    times = {"total": 3, "chat": 2, "busy": 1, "known": 3, "chat_off": 0.5, "busy_off": 0.125, "known_off": 0.25}
    for day in (FIRST, LAST):
        RolledDay.objects.filter(day=day).update(times=b"", doubts=b"")
        spans.spend(week, kim, day, "Online", **{name: round(hours * HOUR_MS) for name, hours in times.items()})
        spans.spend(week, kim, day, "Lunch", chat_off=HOUR_MS // 4)
    busy_share, concurrency = 1.125 / 2.75 - 1 / 3, (2 + 0.75) / (1 - 0.125) - 2
    days = f"/history/agents/{kim}/"

    def agents() -> list[tuple[float | None, ...]]:
        keys = ("occupancy_error", "busy_share_error", "concurrency_error")
        return [tuple(row[key] for key in keys) for row in told(web, OCCUPANCY, by="agent")["rows"]]

    def errors(*found: dict[str, Any]) -> list[tuple[float | None, float | None]]:
        return [(one["busy_share_error"], one["concurrency_error"]) for one in found]

    expected = (round(2.5 / (4 * 2.75) - 2 / 12, 4), round(busy_share, 4), round(concurrency, 4))
    assert agents() == [expected]
    assert "2.00 <small>± 1.15</small></td>" in text(web.get(OCCUPANCY, RANGE | {"by": "agent"}))
    found = told(web, days)
    assert errors(*found["days"], found["whole"]) == [expected[1:]] * 3, "two days, and both together"
    assert {status for one in found["days"] for status in one["statuses"]} == {"Online"}, "Lunch was not seen"
    page = text(web.get(days, RANGE))
    assert page.count("33.3 % <small>± 8 %</small></td>") == page.count("2.00 <small>± 1.15</small></td>") == 3
    assert "Lunch" not in page
    table = web.get(days, RANGE | {"format": "csv"}).getvalue().decode().partition("\r\n\r\n")[2]
    assert [line["concurrency error"] for line in csv.DictReader(io.StringIO(table))] == [f"{expected[2]}"] * 2

    RolledDay.objects.filter(day=LAST).update(doubts=None)  # as an older release summed it up
    assert agents() == [(None, None, None)]
    found = told(web, days)
    assert errors(*found["days"], found["whole"]) == [expected[1:], (None, None), (None, None)]


# an agent's days


def test_an_agents_days_have_strips_sums_and_when_they_were_online(web: Client, kim: UUID, week: Site) -> None:
    for status, began, ended in (("Online", 8, 12), ("Lunch", 12, 13), ("Online", 13, 16), ("Offline", 16, 60)):
        start = datetime(2026, 11, 26, tzinfo=UTC)
        make_span(week, kim, status, start + timedelta(hours=began), start + timedelta(hours=ended))
    page = web.get(f"/history/agents/{kim}/", RANGE)
    newest, oldest = page.context["lines"]
    assert (oldest.first, oldest.last, oldest.online[0]) == ("8:00", "16:00", "7 h 00 m")
    assert oldest.strip.count('<rect class="strip-online"') == 2
    assert "Lunch 12:00–13:00, 1 h 00 m" in oldest.strip
    assert oldest.away == [("Lunch", "1 h 00 m", "± 10 s")]
    assert (newest.first, newest.unsure) == ("–", True)
    assert page.context["whole"].online == ("12 h 00 m", "± 20 s")
    assert f'href="/history/day/?day=2026-11-26&amp;team=Front#agent-{kim}"' in text(page)
    assert [figure.value for figure in oldest.figures] == ["57.1 %", "1.50"]
    found = told(web, f"/history/agents/{kim}/")
    assert found["days"][0]["first_online"] == "2026-11-26T08:00:00+00:00"
    assert found["days"][0]["statuses"]["Online"]["seconds"] == 7 * 3600


def test_every_strip_of_an_agents_days_has_what_lies_behind_it(web: Client, kim: UUID, week: Site) -> None:
    for place in (24, 25, 27):  # the 27th was watched until noon
        began = datetime(2026, 11, place, 8, tzinfo=UTC)
        make_span(week, kim, "Online", began, began + timedelta(hours=6))
    page = text(web.get(f"/history/agents/{kim}/", {"from": "2026-11-24", "to": "2026-11-27"}))
    used, drawn = re.findall(r'<use href="#(day-ground-\d)"', page), re.findall(r'<g id="(day-ground-\d)"', page)
    assert (len(used), len(drawn), set(used)) == (3, 2, set(drawn))


def test_of_a_longer_range_and_of_deleted_details_there_are_only_sums(web: Client, kim: UUID) -> None:
    for first in ("2026-11-26", "2026-10-01"):
        page = web.get(f"/history/agents/{kim}/", {"from": first, "to": "2026-11-27"})
        assert "12 h 00 m" in text(page)
        assert 'class="strip"' not in text(page)


def test_the_days_of_no_agent_or_of_another_sites_are_not_found_and_viewers_are_refused(
    web: Client, kim: UUID, week: Site, make_user: Callable[..., User]
) -> None:
    other = make_site("Other")
    for key in (uuid4(), agent(other, "Stranger")):
        assert web.get(f"/history/agents/{key}/").status_code == 404
    assert f"/history/agents/{kim}/" in text(web.get("/history/day/", {"day": "2026-11-26"}))
    viewer = client_for(make_user("vic", Role.VIEWER), week)
    for path in (f"/history/agents/{kim}/", f"{TIME}?by=agent", f"{OCCUPANCY}?by=agent", f"{TIME}?by=agent&format=csv"):
        answer = viewer.get(path)
        assert answer.status_code == 403
        assert "This site does not show single agents’ times to your role." in text(answer)
    for path in (TIME, OCCUPANCY):
        page = viewer.get(path, RANGE)
        assert page.status_code == 200
        assert not re.search(r"\bKim\b", text(page))
        assert 'value="agent"' not in text(page)


@pytest.mark.parametrize("path", [f"{TIME}?by=day", f"{OCCUPANCY}?by=day", "days"])
def test_many_days_stand_on_pages_newest_first_and_a_file_has_all_of_them(
    web: Client, busy: Site, kim: UUID, path: str
) -> None:
    path = f"/history/agents/{kim}/" if path == "days" else path
    year = {"by": "day", "from": "2025-11-28", "to": "2026-11-27"}
    pages = [text(web.get(path, year | {"page": number})) for number in (1, 8)]
    assert ["1 to 50 of 365" in pages[0], "351 to 365 of 365" in pages[1]] == [True, True]
    assert [page.count("<tr data-row") for page in pages] == [50, 15]
    assert '<p class="pages-printed">1 to 50 of 365</p>' in pages[0], "paper says which of them it has"
    newest, oldest = (re.findall(r"day=(\d{4}-\d\d-\d\d)", page) for page in pages)
    assert (newest[0], oldest[-1]) == ("2026-11-27", "2025-11-28")
    links = re.findall(r'href="([^"]*)"', pages[1])
    assert [link for link in links if "page=8" in link] == [], "neither a day nor a file is asked for by this page"
    together = [
        re.search(r'<tbody class="together">.*?</tbody>|<dl class="history-figures.*?</dl>', page, re.S)
        for page in pages
    ]
    assert together[0]
    assert together[1]
    assert together[0][0] == together[1][0], "sums are of all pages"
    found = web.get(path, year | {"format": "json"}).json()
    assert len(found["days"] if "days" in found else found["rows"]) == 365


# what is refused


def test_ranges_of_400_days_are_shown_and_longer_ones_refused_in_a_sentence(web: Client, kim: UUID) -> None:
    pages = (TIME, OCCUPANCY, f"/history/agents/{kim}/", "/history/queue/", "/history/coverage/", "/history/heat/")
    for path in pages:
        assert web.get(path, {"from": "2025-10-27", "to": "2026-11-30"}).status_code == 200
        assert sentence(web, path, **{"from": "2025-10-26", "to": "2026-11-30"}) == "At most 400 days at once."
    assert sentence(web, TIME, **{"from": "2026-11-27", "to": "2026-11-26"}) == "The range ends before it begins."


@pytest.mark.parametrize("path", [TIME, OCCUPANCY])
def test_rows_columns_and_teams_that_there_are_not_are_refused_in_a_sentence(web: Client, kim: UUID, path: str) -> None:
    assert "week" in sentence(web, path, by="week")
    assert "No agent is in the team “&quot;&gt;&lt;img" in sentence(web, path, team=HOSTILE)
    assert sentence(web, path, sort="in:nap") == "There is no column “in:nap” to sort by."
    assert web.get(path, {"by": "week", "format": "csv"}).status_code == 422


def test_days_that_wait_for_their_sums_are_counted(web: Client, kim: UUID) -> None:
    page = text(web.get(TIME, {"from": "2026-11-20", "to": "2026-11-30"}))
    assert "6 days of this range are not summed up yet" in page, "two are made, three for the page"
    assert "not summed up yet" not in text(web.get(TIME, RANGE))


def test_a_thousand_hours_are_told_without_minutes_and_the_bound_has_room_for_that() -> None:
    short, long = 999 * HOUR_MS + 59 * MINUTE_MS, 1000 * HOUR_MS + 31 * MINUTE_MS
    assert time_report.words(Sums(short, 60_000)) == ("999 h 59 m", "± 1 m")
    assert time_report.words(Sums(long, 60_000)) == ("1001 h", "± 31 m")
    assert time_report.words(Sums(long)) == ("1001 h", "")
