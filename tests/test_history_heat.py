"""The heat map: divided by the hours that there were and that were observed, of teams and departments."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from livechat.lib.epoch import HOUR_MS, moment_of
from livechat.lib.epoch import milliseconds as ms
from livechat.models import Role, RolledDay, Site, Watch
from livechat.reports import heat, week_hours
from livechat.reports.ranges import Range
from livechat.web import heat_report
from tests.support import hour_rows
from tests.support.pages import text
from tests.support.people import client_for, make_site
from tests.support.stopped import stopped_at
from tests.test_history_today import MIDNIGHT, NOON, at, watch
from tests.test_week_hours import hours_of

pytestmark = pytest.mark.django_db
PAGE = "/history/heat/"
SALES = UUID(int=7)
MONDAYS = {"from": "2026-11-16", "to": "2026-11-29"}  # two weeks


_at_noon = stopped_at(NOON)


def online(site: Site, moment: datetime, agents: float, team: str = "Front", status: str = "Online") -> None:
    """So many agents of a team in a status for an hour, each with 4 places and 1 chat."""
    total = round(agents * HOUR_MS)
    places = 4 * total if status == "Online" else 0
    same = dict.fromkeys(("total", "chat", "busy", "known", "placed"), total)
    hour_rows.put_team(site, ms(moment), team, status, place=places, **same)


def queue(site: Site, moment: datetime, answered: int, lost: int, waited: int, department: UUID | None = SALES) -> None:
    hour_rows.put_queue(site, ms(moment), department, answered=answered, lost=lost, unknown=5, waited=waited)


def rolled(site: Site, first: date, days: int) -> None:
    RolledDay.objects.bulk_create(RolledDay(site=site, day=first + timedelta(days=day)) for day in range(days))


@pytest.fixture
def weeks(site: Site) -> Site:
    """A site in UTC, whose last two weeks are summed up: 2 and 4 agents on Mondays at nine, 6 of Back; 3 at lunch."""
    site.time_zone = "UTC"
    site.save()
    watch(site, MIDNIGHT - timedelta(days=14), NOON)
    rolled(site, date(2026, 11, 16), 14)
    site.agents.create(agent_id=uuid4(), team="Front")
    for back, agents in ((14, 2), (7, 4)):
        nine = at(9) - timedelta(days=back)
        online(site, nine, agents)
        online(site, nine, 6, "Back")
        online(site, nine, 3, status="Lunch")
        queue(site, nine, agents, 1, 30 * 60_000)
        queue(site, nine, 10, 0, 0, None)
    return site


def told(web: Client, what: str, **asked: str) -> dict[tuple[int, int], Any]:
    found = web.get(PAGE, MONDAYS | {"what": what, "format": "json"} | asked).json()
    return {(cell["weekday"], cell["hour"]): cell for cell in found["cells"]}


@pytest.mark.parametrize(
    ("what", "of", "value"),
    [
        ("online", {}, 9),
        ("online", {"team": "front"}, 3),
        ("occupancy", {}, 0.25),
        ("waiting", {}, 0.5),
        ("offered", {}, 14),
        ("offered", {"department": str(SALES)}, 4),
        ("lost", {}, 1),
    ],
)
def test_a_cell_is_what_happened_in_such_hours_for_each_of_them(
    web: Client, weeks: Site, what: str, of: dict[str, str], value: float
) -> None:
    weeks.departments.create(department_id=SALES, name="Sales")
    weeks.bump_version()
    cells = told(web, what, **of)
    assert cells[1, 9]["value"] == value
    assert (cells[1, 9]["hours"], cells[1, 9]["observed"]) == (2, 1)
    assert cells[1, 10]["value"] == (None if what == "occupancy" else 0)


def test_only_what_was_observed_is_divided_by_and_too_little_is_hatched(web: Client, weeks: Site) -> None:
    Watch.objects.all().delete()
    watch(weeks, MIDNIGHT - timedelta(days=7), at(9.5) - timedelta(days=7))
    hour_rows.put_team(weeks, ms(at(9) - timedelta(days=7)), "Front", "Online", anew=True, total=2 * HOUR_MS)
    cell = told(web, "online", team="Front")[1, 9]
    assert (cell["hours"], cell["observed_hours"], cell["value"]) == (2, 0.5, 4), "a week that nobody watched is out"
    page = web.get(PAGE, MONDAYS | {"team": "Front"})
    assert '<td class="unsure" title="Monday 9:00–10:00: 4.0, 25.0 % observed"><span>4.0</span>' in page.text
    assert '<td class="unseen" title="Tuesday 9:00–10:00: never observed"><span></span>' in page.text


@pytest.mark.parametrize(
    ("zone", "day", "hour", "existed", "all_hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 2, 0, 23),
        ("Europe/Berlin", date(2026, 10, 25), 2, 2, 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 1, 1.5, 24.5),
        ("America/Santiago", date(2026, 9, 6), 0, 0, 23),
    ],
)
def test_an_hour_counts_as_often_as_there_was_one(
    site: Site, zone: str, day: date, hour: int, existed: float, all_hours: float
) -> None:
    asked = Range(day, day, ZoneInfo(zone), NOON)
    Watch.objects.create(site=site, list="agents", began=asked.began - HOUR_MS, ended=asked.ended, looks=9)
    rolled(site, day, 1)
    starts = [each.began for each in hours_of(asked)]
    for start in starts:
        online(site, moment_of(start), 1)
    cells = heat.of(site, asked, "online", heat.looks(site, asked, "online"))[day.weekday() * 24 :][:24]
    assert cells[hour].existed / HOUR_MS == cells[hour].watched / HOUR_MS == existed
    assert sum(cell.existed for cell in cells) / HOUR_MS == all_hours
    assert (cells[12].value, bool(cells[hour].value)) == (1, bool(existed))


def test_watching_is_told_apart_by_hour_in_one_sweep() -> None:
    asked = Range(date(2026, 11, 30), date(2026, 11, 30), ZoneInfo("UTC"), NOON)
    began, half = asked.began, HOUR_MS // 2
    runs = [(began - half, began + half), (began + half + 6, began + HOUR_MS), (began + 2 * HOUR_MS + 5, asked.ended)]
    seen = week_hours.watched_by_hour(hours_of(asked), runs)
    assert seen == [HOUR_MS - 6, 0, HOUR_MS - 5, *[HOUR_MS] * 9, half], "the current hour is as long as it is yet"


def test_a_day_whose_sums_are_still_to_be_made_is_not_zero(web: Client, weeks: Site) -> None:
    RolledDay.objects.filter(day=date(2026, 11, 16)).delete()
    RolledDay.objects.filter(day__gte=date(2026, 11, 26)).delete()
    assert told(web, "online", team="Front")[1, 9]["observed_hours"] == 1


def test_today_counts_as_far_as_it_has_passed(web: Client, weeks: Site) -> None:
    cells = told(web, "waiting", to="2026-11-30")
    assert [cells[1, hour]["hours"] for hour in (11, 12, 13)] == [3, 2.5, 2]


def test_other_sites_stay_their_own(web: Client, weeks: Site) -> None:
    other = make_site("Other")
    online(other, at(9) - timedelta(days=7), 50)
    queue(other, at(9) - timedelta(days=7), 50, 0, 0)
    assert told(web, "online")[1, 9]["value"] == 9
    assert told(web, "offered")[1, 9]["value"] == 14


def test_a_viewer_sees_it_with_means_at_its_edges_and_without_empty_hours(weeks: Site, make_user: Any) -> None:
    page = client_for(make_user("vera", Role.VIEWER), weeks).get(PAGE, MONDAYS | {"what": "offered"})
    assert page.context["report"].shown_hours == [9]
    assert "Not shown: 0:00–9:00 and 10:00–24:00" in text(page)
    monday, tuesday, *_rest = page.context["rows"]
    assert (monday.cells[0].text, monday.cells[0].classes, tuesday.cells[0].classes) == ("14.0", "heat-6", "heat-0")
    assert page.context["means"].cells[0].text == "2.0", "14 for each of two hours of 14"
    assert monday.mean.text == "0.6", "28 in 48 hours"
    weeks.opening_hours = [[[540, 1020]]] * 7
    weeks.save()
    shown = client_for(make_user("vic", Role.VIEWER), weeks).get(PAGE, MONDAYS)
    assert shown.context["report"].shown_hours == list(range(9, 17))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"from": "2025-10-20", "to": "2026-11-29"}, "At most 400 days at once."),
        ({"from": "yesterday"}, "Write days as 2026-11-30"),
        ({"team": "Nobody"}, "No agent is in the team “Nobody”."),
        ({"what": "mood"}, "There is no heat map of that. Choose one of these: online, waiting"),
    ],
)
def test_what_cannot_be_asked_for_is_said(web: Client, weeks: Site, asked: dict[str, str], says: str) -> None:
    answer = web.get(PAGE, asked)
    assert answer.status_code == 422
    assert says in text(answer)


def test_400_days_can_be_asked_for_and_28_are_usual(web: Client, weeks: Site) -> None:
    assert web.get(PAGE, {"from": "2025-10-27", "to": "2026-11-30"}).status_code == 200
    usual = web.get(PAGE).context["report"].asked
    assert (usual.first, usual.last) == (date(2026, 11, 3), date(2026, 11, 30))


def test_its_csv_has_every_cell_after_what_they_rest_on(web: Client, weeks: Site) -> None:
    answer = web.get(PAGE, MONDAYS | {"what": "lost", "format": "csv"})
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert lines[0] == ["zone", "UTC"]
    assert ["looked every (seconds)", "5"] in lines
    assert ["lost", "contacts lost, by the moment they began ÷ hours watched"] in lines
    table = lines[lines.index([]) + 2 :]
    assert len(table) == 168
    assert table[9] == ["1", "9", "1.0", "", "1.0", "2.0", "2.0"]


def test_a_number_of_agents_has_a_bound_unless_an_older_release_summed_it_up(web: Client, weeks: Site) -> None:
    def nine_on_monday() -> tuple[dict[str, Any], str]:
        return web.get(PAGE, MONDAYS | {"format": "json"}).json()["cells"][9], text(web.get(PAGE, MONDAYS))

    cell, page = nine_on_monday()
    assert (cell["error"], "±" in page) == (None, False)
    hour_rows.change_teams(weeks, lambda one: (one[0], 60_000, *one[2:]), sure=True)
    cell, page = nine_on_monday()
    mondays = [ms(at(9) - timedelta(days=days)) for days in (14, 7)]
    changed = [key for key, one in hour_rows.teams(weeks).items() if key[0] in mondays and one.online]
    assert cell["error"] == round(60_000 * len(changed) / (2 * HOUR_MS), 4)
    assert "± 0.04 at most" in page
    hour_rows.put_team(weeks, *changed[0], "Online", sure=False, total=HOUR_MS, off=60_000)
    cell, page = nine_on_monday()
    assert (cell["error"], "±" in page) == (None, False)
    assert web.get(PAGE, MONDAYS | {"what": "offered", "format": "json"}).json()["cells"][9]["error"] is None


def test_its_json_and_its_page_say_how_often_was_looked(web: Client, weeks: Site) -> None:
    Site.objects.update(opening_hours=[[[540, 720]]] * 7)
    Watch.objects.update(began=ms(MIDNIGHT) - 7 * 24 * HOUR_MS, looks=180 * 360 + 181)
    data = web.get(PAGE, MONDAYS | {"format": "json"}).json()
    assert (data["looked_every"], data["opening_observed"]) == ([10, 10], 0.5)
    assert data["formulas"] == {"online": "seconds of agents online ÷ seconds watched"}
    assert "looked at every 10 s" in text(web.get(PAGE, MONDAYS))


def bounded(site: Site) -> None:
    """Mondays at nine: 9 contacts ± 2, 3 lost ± 1, half an hour of waiting ± 3 min; 3 of 8 places ± 1 chat and ± 1."""
    for back in (14, 7):
        nine = ms(at(9) - timedelta(days=back))
        waits = {"waited": 30 * 60_000, "waited_off": 3 * 60_000}
        hour_rows.put_queue(site, nine, SALES, sure=True, answered=6, lost=3, offered_off=2, lost_off=1, **waits)
        hour_rows.put_queue(site, nine - HOUR_MS, SALES, sure=True, offered_off=1)
        places = {"place": 8 * HOUR_MS, "placed": 3 * HOUR_MS, "placed_off": HOUR_MS, "place_off": HOUR_MS}
        hour_rows.put_team(site, nine, "Front", "Online", sure=True, total=2 * HOUR_MS, off=60_000, **places)


@pytest.fixture
def sure_weeks(site: Site) -> Site:
    """The last two weeks of a site in UTC, summed up with all bounds."""
    site.time_zone = "UTC"
    site.save()
    watch(site, MIDNIGHT - timedelta(days=14), NOON)
    rolled(site, date(2026, 11, 16), 14)
    bounded(site)
    return site


@pytest.mark.parametrize(
    ("what", "error", "title", "most"),
    [
        ("online", 0.0167, "Monday 9:00–10:00: 2.0 ± 0.02, 100.0 % observed", "± 0.02 at most"),
        ("waiting", 0.05, "Monday 9:00–10:00: 0.5 ± 0.05, 100.0 % observed", "± 0.05 at most"),
        ("offered", 2, "Monday 9:00–10:00: 9.0 ± 2.0, 100.0 % observed", "± 2.0 at most"),
        ("lost", 1, "Monday 9:00–10:00: 3.0 ± 1.0, 100.0 % observed", "± 1.0 at most"),
        ("occupancy", 0.1964, "Monday 9:00–10:00: 38 % ± 20 %, 100.0 % observed", "± 20 % at most"),
    ],
)
def test_every_number_has_a_bound(
    web: Client, sure_weeks: Site, what: str, error: float, title: str, most: str
) -> None:
    assert told(web, what)[1, 9]["error"] == error
    page = text(web.get(PAGE, MONDAYS | {"what": what}))
    assert f'title="{title}"' in page
    assert most in page
    lines = list(csv.reader(io.StringIO(web.get(PAGE, MONDAYS | {"what": what, "format": "csv"}).getvalue().decode())))
    assert lines[lines.index([]) + 2 :][9][3] == f"{float(error)}"


@pytest.mark.parametrize("what", ["waiting", "offered", "lost", "occupancy"])
def test_a_bound_of_which_an_older_release_kept_a_part_is_told_of_none(
    web: Client, sure_weeks: Site, what: str
) -> None:
    """A cell is of both Mondays. The bounds of agents online were kept before."""
    nine = at(9) - timedelta(days=7)
    hour_rows.put_team(sure_weeks, ms(nine), "Front", "Online", total=HOUR_MS, place=HOUR_MS, placed=HOUR_MS)
    hour_rows.change_teams(sure_weeks, lambda one: one, sure=True)
    queue(sure_weeks, nine, 1, 1, 60_000)
    assert told(web, what)[1, 9]["error"] is None
    assert told(web, "online")[1, 9]["error"] is not None
    page = text(web.get(PAGE, MONDAYS | {"what": what}))
    assert "±" not in page
    assert "Monday 9:00–10:00: " in page
    assert told(web, what, **{"from": "2026-11-16", "to": "2026-11-22"})[1, 9]["error"] is not None


def test_a_zero_that_may_be_more_says_so(web: Client, sure_weeks: Site) -> None:
    sure_weeks.opening_hours = [[[480, 600]]] * 7
    sure_weeks.save()
    page = text(web.get(PAGE, MONDAYS | {"what": "offered"}))
    assert 'title="Monday 8:00–9:00: 0 ± 1.0, 100.0 % observed"' in page
    assert 'title="Tuesday 8:00–9:00: 0, 100.0 % observed"' in page
    assert told(web, "offered")[1, 8]["error"] == 1


def test_an_hour_with_nothing_to_divide_by_hides_no_bound(web: Client, sure_weeks: Site) -> None:
    eight = ms(at(8) - timedelta(days=7))
    hour_rows.put_team(sure_weeks, eight, "Front", "Online", sure=True, placed_off=9_000, place_off=9_000)
    assert told(web, "occupancy")[1, 8]["error"] is None
    assert "± 20 % at most" in text(web.get(PAGE, MONDAYS | {"what": "occupancy"}))


def test_means_have_bounds_and_other_sites_stay_their_own(web: Client, sure_weeks: Site) -> None:
    bounded(make_site("Other"))
    means = web.get(PAGE, MONDAYS | {"what": "lost"}).context["means"]
    assert means.cells[0].title == "All days 9:00–10:00: 0.4 ± 0.2, 100.0 % observed", "1 in each seventh hour"
    assert web.get(PAGE, MONDAYS | {"what": "occupancy", "format": "json"}).json()["whole"]["error"] == 0.1964


@pytest.mark.parametrize(
    ("what", "error", "said"),
    [
        ("online", 0.01, "0.01"), ("lost", 0.07, "0.07"), ("lost", 0.0701, "0.08"), ("waiting", 0.1001, "0.2"),
        ("offered", 9.91, "10.0"), ("offered", 12.3, "13"), ("occupancy", 0.07, "7 %"), ("occupancy", 0.0701, "8 %"),
    ],
)  # fmt: skip
def test_a_bound_is_rounded_up(what: str, error: float, said: str) -> None:
    assert heat_report.tolerance(what, error) == said
