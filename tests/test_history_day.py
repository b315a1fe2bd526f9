"""When agents were on, on one day: strips and totals that tell only watched time, as a page, CSV and JSON."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.lib.epoch import HOUR_MS, milliseconds
from livechat.models import AgentEntry, Role, Site, Snapshot, Watch
from livechat.models import Span as SpanRow
from livechat.record import history
from livechat.reports import ranges, strips, timeline
from livechat.reports.observed import Run
from livechat.reports.timeline import Piece, Span, Watched
from tests.support.pages import text
from tests.support.people import client_for, make_site
from tests.support.spans import make_span
from tests.support.stopped import stopped_at

PAGE = "/history/day/"
NOW = datetime(2026, 11, 30, 18, tzinfo=UTC)
DAY = datetime(2026, 11, 27, tzinfo=UTC)
START = milliseconds(DAY)
HOSTILE = '"><img src=x onerror=alert(1)>&'


_in_the_evening = stopped_at(NOW)


# pure functions


def at(hours: float) -> int:
    """So many hours after the day's beginning, in epoch ms."""
    return START + round(hours * HOUR_MS)


def span(status: str, began: float, ended: float | None, slack: int | None = 5_000) -> Span:
    """A span from one hour of the day to another, seen by looks so many ms apart; None: not seen."""
    off = None if slack is None else slack // 2
    return Span(status, at(began), None if ended is None else at(ended), off, off)


def whole_day(*runs: tuple[float, float], lasts: bool = False) -> Watched:
    """A day of 24 hours that was watched in these hours."""
    ended = runs[-1][1] if lasts else 24
    return Watched(START, at(ended), tuple((at(began), at(until)) for began, until in runs), lasts, 5_000)


def told(pieces: Sequence[Piece]) -> list[tuple[str, float, float, str, str]]:
    """Pieces in hours of the day, with why they begin and end."""
    return [
        (one.status, (one.began - START) / HOUR_MS, (one.ended - START) / HOUR_MS, one.first.value, one.last.value)
        for one in pieces
    ]


def test_a_gap_cuts_the_bar_and_nobody_saw_its_ends() -> None:
    found = timeline.pieces([span("Online", 8, 17)], whole_day((0, 9), (10, 24)))
    assert told(found) == [("Online", 8, 9, "seen", "not seen"), ("Online", 10, 17, "not seen", "seen")]
    assert timeline.total(found, "online").seconds == 8 * 3600


def test_a_span_that_lasts_over_midnight_is_cut_there_and_known_to_go_on() -> None:
    found = timeline.pieces([span("Online", -3, 2), span("Lunch", 2, 26)], whole_day((-20, 30)))
    assert told(found) == [("Online", 0, 2, "midnight", "seen"), ("Lunch", 2, 24, "seen", "midnight")]
    assert [one.since for one in found] == [at(-3), at(2)]


def test_an_open_span_ends_at_the_last_look() -> None:
    seen = timeline.watched([Run(at(0), at(12), 5_000.0)], START, at(12) + 4_000, at(12) + 4_000, 5_000)
    found = timeline.pieces([span("Online", 8, None)], seen)
    assert told(found) == [("Online", 8, 12, "seen", "now")]
    assert seen.gaps == []


def test_an_open_span_after_which_nobody_looked_has_an_open_end_and_the_rest_is_a_gap() -> None:
    seen = timeline.watched([Run(at(0), at(12), 5_000.0)], START, at(14), at(14), 5_000)
    assert told(timeline.pieces([span("Online", 8, None)], seen)) == [("Online", 8, 12, "seen", "not seen")]
    assert told(timeline.pieces([span("Online", 8, None, None)], seen)) == [("Online", 8, 12, "not seen", "not seen")]
    assert seen.gaps == [(at(12), at(14))]


def test_two_runs_that_adjoin_are_no_gap_and_gaps_stay_in_the_day() -> None:
    seen = timeline.watched(
        [Run(at(-5), at(-1), 5.0), Run(at(1), at(3), 5.0), Run(at(3), at(9), 60.0), Run(at(12), at(30), 5.0)],
        START, at(24), at(90), 5_000,
    )  # fmt: skip
    assert seen.gaps == [(at(0), at(1)), (at(9), at(12))]
    assert len(timeline.pieces([span("Online", 2, 4)], seen)) == 1
    nothing = timeline.watched([], START, at(24), at(90), 5_000)
    assert nothing.gaps == [(START, at(24))]
    assert timeline.pieces([span("Online", 2, 4)], nothing) == []


def test_of_spans_that_overlap_the_later_counts_so_no_time_is_told_twice() -> None:
    found = timeline.pieces([span("Online", 8, 12), span("Lunch", 11, 13)], whole_day((0, 24)))
    assert [(one.status, one.seconds) for one in found] == [("Online", 3 * 3600), ("Lunch", 2 * 3600)]


def test_a_total_is_off_by_half_of_what_nobody_looked_at_its_ends_and_by_the_lists_age_once() -> None:
    day = whole_day((0, 24))
    assert timeline.total(timeline.pieces([span("Online", 8, 12)], day), "online").off == 2.5 + 2.5 + 5
    other = timeline.pieces([span("Away", 8, 9, 60_000), span("Lunch", 9, 12)], day)
    assert timeline.total(other, "away") == timeline.Total(4 * 3600, 30 + 2.5 + 5)
    assert timeline.total(other, "online") == timeline.Total()
    always = timeline.pieces([span("Online", -5, 30)], whole_day((-9, 40)))
    assert timeline.total(always, "online") == timeline.Total(86_400, 0.0)


def test_an_end_that_nobody_saw_is_open_in_the_strip_and_a_seen_one_is_not() -> None:
    scale = strips.Scale(at(8), at(18))
    mark = strips.Mark("away", "away-0", at(9), at(10), "Lunch", "Lunch", open_first=True)
    drawn = strips.strip("Kim", scale, [mark], "ground")
    assert drawn.count("strip-open") == 1
    assert '<rect class="strip-away-0" x="10%" y="6.19" width="10%" height="15.81">' in drawn
    assert "viewBox" not in drawn


def test_a_name_is_written_inside_only_if_it_has_room() -> None:
    scale = strips.Scale(at(8), at(18))
    for minutes, there in ((60, True), (5, False)):
        mark = strips.Mark("away", "away-0", at(9), at(9) + minutes * 60_000, "", "Short break")
        assert ("strip-name" in strips.strip("Kim", scale, [mark], "ground")) is there


def test_the_ground_hatches_what_was_not_observed_within_the_hours_that_are_shown() -> None:
    _key, drawn = strips.Grounds("g").of(strips.Scale(at(8), at(18)), [], [(at(0), at(9)), (at(20), at(24))])
    assert re.findall(r'<rect x="(.*?)" width="(.*?)"', drawn) == [("0%", "10%")]


def test_days_share_a_ground_only_if_their_hours_and_what_was_not_observed_are_the_same() -> None:
    grounds = strips.Grounds("g")

    def of(day: int, last: float = 18, noon: float = 12, *gaps: tuple[float, float]) -> tuple[str, bool]:
        hours = [strips.Tick(at(24 * day + noon), "12", minor=False)]
        unseen = [(at(24 * day + began), at(24 * day + ended)) for began, ended in gaps]
        key, drawn = grounds.of(strips.Scale(at(24 * day + 8), at(24 * day + last)), hours, unseen)
        return key, f'<g id="{key}">' in drawn

    assert [of(0), of(1), of(2, 18, 12, (6, 8)), of(3, 18, 12, (6, 9))] == [
        ("g-0", True), ("g-0", False), ("g-0", False), ("g-1", True),
    ]  # fmt: skip
    assert [of(4, 18, 13), of(5, 19), of(6, 18, 12, (7, 9)), of(7, 18, 13)] == [
        ("g-2", True), ("g-3", True), ("g-1", False), ("g-2", False),
    ]  # fmt: skip


# the page


@pytest.fixture
def week(site: Site, web: Client) -> Site:
    """A site whose list of agents was watched from the 25th to the 30th, but for 9 to 10 on the 27th."""
    site.time_zone = "UTC"
    site.save()
    watch(site, -48, 9)
    watch(site, 10, 72)
    return site


def watch(site: Site, began: float, ended: float) -> None:
    """Every 5 seconds from one hour of the day to another."""
    looks = round((ended - began) * 720) + 1
    Watch.objects.create(site=site, list="agents", began=at(began), ended=at(ended), looks=looks)


def agent(site: Site, name: str, team: str = "", **fields: Any) -> UUID:
    """An agent of the directory."""
    made = AgentEntry.objects.create(site=site, agent_id=uuid4(), name=name, team=team, **fields)
    site.bump_version()
    return made.agent_id


def record(site: Site, who: UUID, *changes: tuple[str, float], until: float | None, **fields: Any) -> None:
    """Spans of an agent: each status from its hour to the next one's, the last one until an hour, or open."""
    ends = [hour for _status, hour in changes[1:]]
    for (status, began), ended in zip(changes, [*ends, until], strict=True):
        given: dict[str, Any] = {"began_slack": 0, "ended_slack": 0} | fields
        until = None if ended is None else DAY + timedelta(hours=ended)
        make_span(site, who, status, DAY + timedelta(hours=began), until, **given)


def data(web: Client, **asked: Any) -> dict[str, Any]:
    """The day as JSON."""
    found: dict[str, Any] = web.get(PAGE, {"day": "2026-11-27", "format": "json"} | asked).json()
    return found


@pytest.fixture
def kim(week: Site) -> UUID:
    """An agent who was on from 8 to 17, with a lunch of an hour."""
    made = agent(week, "Kim Østergård", "Front")
    record(week, made, ("Offline", -40), ("Online", 8), ("Lunch", 12), ("Online", 13), ("Offline", 17), until=None)
    return made


pytestmark = pytest.mark.django_db


def test_the_page_says_who_was_on_how_long_how_sure_that_is_and_in_which_zone(web: Client, kim: UUID) -> None:
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert f'<a href="/history/agents/{kim}/?from=2026-11-21&amp;to=2026-11-27"><bdi>Kim Østergård</bdi></a>' in page
    for words in (
        "95.8 % observed", "looked at every 5 s", "not observed 9:00–10:00", "Fri 27 Nov 2026 · UTC",
        "7 h 00 m <small>± 15 s</small>", "1 h 00 m <small>± 5 s</small>", ">8:00</td>", ">17:00</td>",
        "Lunch 12:00–13:00, 1 h 00 m",
    ):  # fmt: skip
        assert words in page, words
    assert re.findall(r'class="strip-tick[^"]*" x="[^"]*" y="14">(\d*)<', page) == [str(hour) for hour in range(8, 18)]


def test_the_gap_is_hatched_and_no_bar_goes_through_it(web: Client, kim: UUID) -> None:
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert re.findall(r'<rect x="(.*?)" width="(.*?)" height="100%" fill="url\(#day-ground-0-hatch\)"', page) == [
        ("11.11%", "11.11%")
    ]
    bars = re.findall(r'<rect class="strip-online" x="([\d.]+)%" y="[\d.]+" width="([\d.]+)%"', page)
    assert bars == [("0", "11.11"), ("22.22", "22.22"), ("55.56", "44.44")]
    assert page.count('class="strip-open"') == 2
    assert "viewBox" not in page[page.index('class="table day-table"') : page.index("</table>")]


def test_agents_and_statuses_that_another_process_has_recorded_since_are_told_by_their_names(
    web: Client, kim: UUID, week: Site
) -> None:
    assert "Kim Østergård" in text(web.get(PAGE, {"day": "2026-11-27"}))
    lee = agent(week, "Lee", "Front")
    record(week, lee, ("Offline", -40), ("Training", 10), ("Offline", 12), until=None)
    page = text(web.get(f"/history/agents/{lee}/", {"from": "2026-11-27", "to": "2026-11-27"}))
    assert "Training 10:00–12:00, 2 h 00 m" in page
    may = agent(week, "May", "Front")
    record(week, may, ("Offline", -40), ("Coaching", 10), ("Offline", 12), until=None)
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert f'id="agent-{may}"' in page
    assert "Coaching 10:00–12:00, 2 h 00 m" in page


def test_csv_and_json_are_the_pages_own_rows(web: Client, kim: UUID) -> None:
    answer = web.get(PAGE, {"day": "2026-11-27", "format": "csv"})
    body = b"".join(answer).decode().removeprefix("\ufeff")  # type: ignore[arg-type]
    facts, _blank, table = body.partition("\r\n\r\n")
    assert facts.splitlines()[:3] == ["zone,UTC", "observed share,0.9583", "looked every (seconds),5"]
    assert facts.splitlines()[3].startswith("formula,")
    lines = list(csv.DictReader(io.StringIO(table)))
    told = data(web)
    assert [{key: line[key] for key in ("status", "from", "to", "begins", "ends")} for line in lines] == [
        {key: one[key] for key in ("status", "from", "to", "begins", "ends")} for one in told["agents"][0]["spans"]
    ]
    assert lines[1]["from"] == "2026-11-27T08:00:00+00:00"
    for kind in ("online", "away"):
        assert sum(int(line["seconds"]) for line in lines if line["kind"] == kind) == told["agents"][0][kind]["seconds"]
    assert told["agents"][0]["online"] == {"seconds": 7 * 3600, "error_seconds": 15.0}
    assert (told["zone"], told["observed"], told["looked_every"]) == ("UTC", 0.9583, [5, 5])
    assert told["not_observed"] == [{"from": "2026-11-27T09:00:00+00:00", "to": "2026-11-27T10:00:00+00:00"}]


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24), ("2026-04-05", 24.5)]
)
def test_a_day_has_as_many_hours_as_its_zone_gave_it(web: Client, week: Site, day: str, hours: float) -> None:
    week.time_zone = "Europe/Berlin" if hours != 24.5 else "Australia/Lord_Howe"
    week.save()
    watch(week, -9_000, -48)
    record(week, agent(week, "Kim"), ("Online", -8_999), until=None)
    told = data(web, day=day)
    assert told["agents"][0]["online"]["seconds"] == hours * 3600
    assert told["agents"][0]["spans"][0]["begins"] == told["agents"][0]["spans"][0]["ends"] == "midnight"
    assert told["from"].startswith(f"{day}T00:00:00")
    page = text(web.get(PAGE, {"day": day}))
    assert "after 24:00" in page
    asked = ranges.parse(day, day, ZoneInfo(week.time_zone), NOW)
    # An hour that comes twice has two lines; if only its half comes again, that has none.
    full = [bucket.began for bucket in asked.buckets() if not asked.local(bucket.began).minute]
    assert page.count('<line class="strip-hour') == len(full) == int(hours)


def test_both_ends_of_the_day_belong_to_it_and_nothing_beyond(web: Client, week: Site) -> None:
    early, late, other = (agent(week, name) for name in ("Early", "Late", "Other"))
    record(week, early, ("Online", -1), ("Offline", 0.5), until=None)
    record(week, late, ("Offline", -40), ("Away", 23.5), ("Offline", 25), until=None)
    record(week, other, ("Online", -4), ("Offline", -1), ("Online", 24), until=None)
    told = {one["name"]: one for one in data(web)["agents"]}
    assert told.keys() == {"Early", "Late"}
    assert (told["Early"]["online"]["seconds"], told["Late"]["away"]["seconds"]) == (1800, 1800)
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert "before 0:00" in page
    assert "after 24:00" in page
    assert "1 agent was never on" in page


def test_a_change_just_after_midnight_that_may_have_been_before_it_counts_in_the_middle(
    web: Client, week: Site
) -> None:
    kim, seen = agent(week, "Kim"), 24 + 10 / 3600
    record(week, kim, ("Online", 23), until=seen, ended_slack=60_000)
    record(week, kim, ("Lunch", seen), until=25, began_slack=60_000)
    found = data(web)["agents"][0]
    assert (found["online"]["seconds"], found["away"]["seconds"]) == (3600 - 20, 20)
    assert data(web, day="2026-11-28")["agents"][0]["away"]["seconds"] == 3600


@pytest.fixture
def today(week: Site) -> Callable[[timedelta], None]:
    """An agent who is on since seven today, at a site that was last looked at so long ago."""

    def make(ago: timedelta) -> None:
        week.refresh_from_db()
        assert week.shared
        six = datetime(2026, 11, 30, 6, tzinfo=UTC)
        Watch.objects.create(site=week, list="agents", began=milliseconds(six))
        Snapshot.objects.create(
            site=week, fingerprint=week.shared.fingerprint, kind="agents", checked=NOW - ago, looks=8_640
        )
        make_span(week, agent(week, "Kim"), "Online", six + timedelta(hours=1))

    return make


def test_today_ends_at_the_last_look_and_who_is_on_then_is_on_now(
    web: Client, today: Callable[[timedelta], None]
) -> None:
    today(timedelta(seconds=4))
    last = data(web, day="")["agents"][0]["spans"][-1]
    assert (last["to"], last["ends"]) == ("2026-11-30T17:59:56+00:00", "now")
    page = text(web.get(PAGE))
    assert ">now</td>" in page
    assert "today so far, until 17:59" in page


def test_after_a_last_look_of_long_ago_nothing_is_told(web: Client, today: Callable[[timedelta], None]) -> None:
    today(timedelta(hours=2))
    told = data(web, day="")
    last = told["agents"][0]["spans"][-1]
    assert (last["to"], last["ends"]) == ("2026-11-30T16:00:00+00:00", "not seen")
    assert told["not_observed"][-1] == {"from": "2026-11-30T16:00:00+00:00", "to": "2026-11-30T18:00:00+00:00"}
    page = text(web.get(PAGE))
    assert "after 16:00" in page
    assert ">now</td>" not in page


def test_what_lasts_past_its_limit_is_taller_from_the_limit_on_and_red_from_one_and_a_half_times(
    web: Client, kim: UUID, week: Site
) -> None:
    week.away_limits.create(key="lunch", minutes=30)
    week.bump_version()
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    found = dict(re.findall(r'<rect class="strip-(amber|red)" x="([\d.]+)%" y="0" ', page))
    assert found == {"amber": "50", "red": "52.78"}
    assert "past its limit" in page
    assert "past 1.5 × its limit" in page
    assert 'class="strip-amber"' not in text(web.get(PAGE, {"day": "2026-11-28"}))


def test_a_limit_counts_from_before_midnight(web: Client, week: Site) -> None:
    week.away_limits.create(key="lunch", minutes=60)
    record(week, agent(week, "Kim"), ("Lunch", -0.75), ("Online", 0.5), until=1)
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert re.findall(r'<rect class="strip-(amber|red)" x="([\d.]+)%" y="0" ', page) == [("amber", "25")]


def test_a_limit_counts_from_before_midnight_over_a_run_that_ended_there(web: Client, week: Site) -> None:
    Watch.objects.all().delete()
    watch(week, -9, -0.25)
    watch(week, -0.25, 20)
    test_a_limit_counts_from_before_midnight(web, week)


def test_a_team_leaves_its_own_and_an_unknown_one_is_said_and_stays_chosen(web: Client, kim: UUID, week: Site) -> None:
    record(week, agent(week, "Lee", "Back"), ("Online", 8), until=9)
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert re.findall(r'<th scope="rowgroup" colspan="2"><bdi>(.*?)</bdi>', page) == ["Back", "Front"]
    assert [one["name"] for one in data(web, team="FRONT")["agents"]] == ["Kim Østergård"]
    answer = web.get(PAGE, {"day": "2026-11-27", "team": HOSTILE})
    assert answer.status_code == 200
    assert "No agent is in the team “&quot;&gt;&lt;img" in text(answer)
    assert re.search(r'<option value="&quot;&gt;&lt;img[^>]*" selected', text(answer))
    assert HOSTILE not in text(answer)


def test_hidden_agents_are_left_out_and_who_was_never_on_is_counted_and_named(
    web: Client, kim: UUID, week: Site
) -> None:
    record(week, agent(week, "Ghost", hidden=True), ("Online", 8), until=9)
    agent(week, "Nobody")
    record(week, agent(week, "Asleep"), ("Offline", -40), until=None)
    assert [one["name"] for one in data(web)["never_on"]] == ["Asleep", "Nobody"]
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert "2 agents were never on, as far as it was observed" in page
    assert ("Nobody" in page, "Asleep" in page, "Ghost" in page) == (True, True, False)


def test_hostile_names_and_statuses_are_only_text(web: Client, week: Site) -> None:
    record(week, agent(week, HOSTILE, HOSTILE[:60]), ("Online", 8), (HOSTILE, 12), until=13)
    record(week, agent(week, "=1+1"), ("", 8), until=9)
    page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert "<img" not in page
    assert "&lt;img src=x" in page
    body = b"".join(web.get(PAGE, {"day": "2026-11-27", "format": "csv"})).decode()  # type: ignore[arg-type]
    assert "'=1+1" in body


def test_a_viewer_is_refused_in_words_and_has_no_tab(
    web: Client, kim: UUID, week: Site, make_user: Callable[..., User]
) -> None:
    viewer = client_for(make_user("vic", Role.VIEWER), week)
    for asked in ({}, {"format": "csv"}, {"format": "json"}, {"day": "nonsense"}):
        answer = viewer.get(PAGE, asked)
        assert answer.status_code == 403
        assert "This site does not show single agents’ times to your role." in text(answer)
        assert "Kim" not in text(answer)
    for path in ("/history/queue/", "/history/about/"):
        assert PAGE not in text(viewer.get(path))
        assert PAGE in text(web.get(path))


@pytest.mark.parametrize("day", ["nonsense", "2026-02-30", "2026-12-01", "1899-01-01", "9999-12-31", "0", "2026-11"])
def test_a_day_that_is_none_is_refused_in_a_sentence_and_stays_as_typed(web: Client, kim: UUID, day: str) -> None:
    answer = web.get(PAGE, {"day": day, "team": "Front"})
    assert answer.status_code == 422
    assert "Write the day as 2026-11-30" in text(answer)
    assert f'value="{day}"' in text(answer)
    assert '<option value="Front" selected' in text(answer)
    assert web.get(PAGE, {"day": day, "format": "csv"}).status_code == 422


def test_a_day_before_the_record_says_when_it_begins_and_one_that_nobody_watched_says_so(
    web: Client, kim: UUID, week: Site
) -> None:
    page = text(web.get(PAGE, {"day": "2026-11-01", "team": "Front"}))
    assert "Nothing was recorded before Wed 25 Nov 2026." in page
    assert 'href="?day=2026-11-25&amp;team=Front"' in page
    assert "never on" not in page
    Watch.objects.filter(ended=at(72)).update(ended=at(24))
    page = text(web.get(PAGE, {"day": "2026-11-29"}))
    assert "Nobody watched" in page
    assert "Kim" not in page
    Watch.objects.all().delete()
    assert web.get(PAGE).status_code == 200


def test_a_day_on_which_nobody_was_on_says_so(web: Client, kim: UUID) -> None:
    page = text(web.get(PAGE, {"day": "2026-11-28"}))
    assert "Nobody was on" in page
    assert "1 agent was never on" in page


def test_other_days_are_a_link_away_with_the_same_team_and_none_is_to_come(web: Client, kim: UUID) -> None:
    page = text(web.get(PAGE, {"day": "2026-11-27", "team": "Front", "page": "1"}))
    links = dict(re.findall(r'<a rel="(prev|next)" href="([^"]*)"', page))
    assert links == {"prev": "?day=2026-11-26&amp;team=Front", "next": "?day=2026-11-28&amp;team=Front"}
    today = text(web.get(PAGE))
    assert 'rel="next"' not in today
    assert 'name="day" value="2026-11-30"' in today


def test_agents_stand_on_pages_of_fifty_and_the_export_has_them_all(web: Client, week: Site) -> None:
    for number in range(60):
        record(week, agent(week, f"Agent {number:02}", "Front"), ("Online", 8), until=9)
    first, second = (text(web.get(PAGE, {"day": "2026-11-27", "page": number})) for number in (1, 2))
    assert (first.count("data-row"), second.count("data-row")) == (50, 10)
    assert "51 to 60 of 60" in second
    assert "60 h 00 m" in first
    assert "60 h 00 m" in second
    assert len(data(web)["agents"]) == 60


def test_nothing_of_another_site_is_shown(web: Client, kim: UUID, make_user: Callable[..., User]) -> None:
    other = make_site("Second")
    watch(other, -48, 48)
    record(other, agent(other, "Stranger"), ("Online", 8), until=9)
    record(other, kim, ("Lunch", 8), until=9)
    assert [one["name"] for one in data(web)["agents"]] == ["Kim Østergård"]
    assert data(web)["agents"][0]["away"]["seconds"] == 3600
    assert data(web)["agents"][0]["spans"][1]["status"] == "Online"


def test_two_hundred_agents_take_as_many_queries_as_one(
    web: Client, kim: UUID, week: Site, django_assert_max_num_queries: Any, stop_clock: Callable[[], None]
) -> None:
    entries = AgentEntry.objects.bulk_create(AgentEntry(site=week, agent_id=uuid4(), team="Front") for _ in range(200))
    names = list(history.status_keys(week.pk, ["Online", "Lunch"]).values())
    first = milliseconds(DAY)
    SpanRow.objects.bulk_create(
        SpanRow(
            site=week, agent=entry, status_id=names[hour % 2], began=first + hour * HOUR_MS,
            ended=first + (hour + 1) * HOUR_MS, began_slack=5_000, ended_slack=5_000,
        )
        for entry in entries
        for hour in range(-4, 30)
    )  # fmt: skip
    week.bump_version()
    stop_clock()
    web.get(PAGE)
    with django_assert_max_num_queries(20):
        page = text(web.get(PAGE, {"day": "2026-11-27"}))
    assert page.count("data-row") == 50
    assert date(2026, 11, 27).isoformat() in page
