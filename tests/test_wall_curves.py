"""Curves on walls: of what a wall shows anyway, with a gap while nobody watched, with its limits, once a minute."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client

from livechat.boards.levels import Limits
from livechat.lib.epoch import milliseconds as ms
from livechat.models import Contact, Site, Wall
from livechat.models.walls import default_panels
from livechat.reports import curves
from livechat.reports.ranges import Bucket
from livechat.walls import curves as wall_curves
from livechat.walls import link_cache, links, steps
from tests.support.pages import poll, text
from tests.test_history_today import KIM, LEE, contact, span, watch

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 12, 30, 20, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """Half past twelve."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hour(site: Site) -> Site:
    """A site that was watched until now but for ten minutes from 12:00, with two who waited and agents online."""
    site.time_zone = "UTC"
    site.save()
    day = NOW.replace(hour=0, minute=0, second=0)
    watch(site, day, day + timedelta(hours=12, milliseconds=-600))
    watch(site, day + timedelta(hours=12, minutes=10), NOW)
    contact(site, day + timedelta(hours=11, minutes=40), 240)
    contact(site, day + timedelta(hours=11, minutes=42), 60)
    span(site, KIM, day + timedelta(hours=8), None)
    span(site, LEE, day + timedelta(hours=8), day + timedelta(hours=11, minutes=50))
    for key, team in ((KIM, "Front"), (LEE, "Back")):
        site.agents.filter(agent_id=key).update(team=team)
    site.bump_version()
    return site


@pytest.fixture
def show(hour: Site, supervisor: User) -> Callable[..., str]:
    """Shows a wall with these values."""

    def page(**values: Any) -> str:
        wall = Wall.objects.create(site=hour, title="Support", **values)
        link_cache.forget()
        return text(Client().get(f"/wall/{links.make_link(wall, supervisor, 'TV', days=None)[1]}/"))

    return page


def shown(page: str) -> dict[str, str]:
    """The curves of a wall: what each says."""
    return {
        re.sub("<.*?>", "", found[1]): found[2]
        for found in re.finditer(r'<p class="curve-head"><b>(.*?)</b> <span>(.*?)</span>', page)
    }


def only(*slugs: str) -> list[dict[str, Any]]:
    return [panel | {"size": "normal" if panel["slug"] in slugs else ""} for panel in default_panels()]


def test_a_wall_shows_curves_of_the_last_hour_with_the_worst_moment_of_each(show: Callable[..., str]) -> None:
    page = show(curve_waiting="hour", curve_longest="hour", curve_online="hour")
    assert shown(page) == {
        "Waiting": "≥ 2 at 11:42",
        "Longest wait": "≥ 4:00 at 11:43",
        "Online": "fewest 1 at 11:50",
    }
    assert page.count("<span>11:30</span><span>12:00</span><span>12:30</span>") == 3
    german = show(curve_waiting="hour", language="de", time_zone="Europe/Berlin", clock="12")
    assert shown(german) == {"Wartende": "≥ 2 um 12:42 nachm."}


def test_a_curve_tells_no_more_than_the_wall_shows_anyway(show: Callable[..., str]) -> None:
    every = {"curve_waiting": "hour", "curve_longest": "hour", "curve_online": "hour", "agents": False}
    assert list(shown(show(panels=only("waiting"), **every))) == ["Waiting"]
    assert list(shown(show(panels=only("away", "longest"), **every))) == ["Longest wait"]
    assert list(shown(show(panels=only("waiting"), **every | {"agents": True}))) == ["Waiting", "Online"]


def test_a_curve_of_agents_counts_the_walls_teams_and_hides_who_is_hidden(show: Callable[..., str], hour: Site) -> None:
    assert shown(show(curve_online="hour", teams=["Back"]))["Online"] == "fewest 0 at 11:50"
    hour.agents.filter(agent_id=KIM).update(hidden=True)
    hour.bump_version()
    wall_curves._curves.forget()
    assert shown(show(curve_online="hour"))["Online"] == "fewest 0 at 11:50"


def test_a_curve_breaks_where_nobody_watched(show: Callable[..., str]) -> None:
    page = show(curve_waiting="hour")
    line = re.search(r'curve-line"[^>]* d="(.*?)"', page)
    assert line is not None
    assert [part.partition(" ")[0] for part in line[1].split("M")[1:]] == ["0", "40"]
    ends = [sum(map(int, re.findall(r"h(\d+)", part))) for part in line[1].split("M")[1:]]
    assert ends == [30, 20], "until twelve, and from ten past on"


def test_parts_take_the_worst_of_what_was_watched() -> None:
    found = [Bucket(0, 10), Bucket(10, 20), Bucket(20, 30)]
    times, watched = [(0, 4), (2, 12), (3, 4), (25, 29)], [(0, 11), (20, 24)]
    assert curves.counts(times, watched, found, max) == [3, 1, 0]
    assert curves.counts(times, watched, found, min) == [1, 1, 0]
    assert curves._longest(times, watched, found) == [8, 9, 0]
    assert curves.counts(times, [(0, 5)], found, max) == [3, None, None]


@pytest.mark.parametrize(
    ("week", "now", "opened"),
    [
        ([], (30, 12), (30, 0)),
        ([[[540, 720], [780, 1080]]] * 7, (30, 14), (30, 9)),
        ([[[540, 720]]] * 7, (30, 8), (30, 0)),
        ([[[1080, 1560]]] * 7, (30, 1), (29, 18)),  # open past midnight
        ([[[1080, 1560]]] * 7, (30, 20), (30, 18)),
        ([[[0, 1440]]] * 7, (30, 12), (30, 0)),
    ],
)
def test_the_day_of_a_curve_begins_when_the_site_opened(
    site: Site, week: list[Any], now: tuple[int, int], opened: tuple[int, int]
) -> None:
    site.time_zone, site.opening_hours = "Europe/Berlin", week
    moment, expected = (datetime(2026, 11, day, at, tzinfo=UTC) - timedelta(hours=1) for day, at in (now, opened))
    assert curves.since_opening(site, ms(moment)) == ms(expected)


def test_a_curve_since_opening_has_few_parts_and_begins_then(show: Callable[..., str], hour: Site) -> None:
    hour.opening_hours = [[[480, 1080]]] * 7
    hour.save()
    page = show(curve_online="day")
    assert "<span>08:00</span><span>10:15</span><span>12:30</span>" in page
    assert 'viewBox="0 0 54 60"' in page, "270 minutes, five a part"


def test_what_is_past_a_limit_has_its_colour_and_a_limit_in_reach_a_line() -> None:
    calm = wall_curves.plot("waiting", [0, 2, 1], Limits(3, 6))
    assert ("linearGradient" in calm, calm.count("curve-limit")) == (False, 1), "amber is in reach, red is not"
    over = wall_curves.plot("waiting", [0, 3, 8], Limits(3, 6))
    stops = re.findall(r'<stop class="(\w+)" offset="(.*?)"', over)
    assert [level for level, _offset in stops] == ["red", "amber", "amber", "well"]
    assert float(stops[-1][1]) * 60 > 60 - 3 * 58 / 8, "three are past a limit of three: their line too"
    assert over.count('"url(#c-waiting)"') == 2
    assert over.count("curve-limit") == 2
    assert wall_curves.plot("online", [0, 1], Limits(None, None)).count("curve-limit") == 0
    assert 'd=""' in wall_curves.plot("waiting", [None], Limits(3, 6))


def test_polls_within_a_minute_are_unchanged_and_the_next_minute_is_new(
    show: Callable[..., str], hour: Site, supervisor: User, clock: Any
) -> None:
    wall = Wall.objects.create(site=hour, title="Own", curve_waiting="hour")
    path = f"/wall/{links.make_link(wall, supervisor, 'TV', days=None)[1]}/"
    link_cache.forget()
    browser = Client()
    first = poll(browser, path)
    for _ in range(3):
        contact(hour, NOW - 3 * MINUTE, 60)
    clock.shift(timedelta(seconds=30))
    assert poll(browser, path, first.headers["HX-PTag"]).status_code == 304
    assert "≥ 2 at 11:42" in show(curve_waiting="hour"), "the record is read once for all walls"
    clock.shift(timedelta(seconds=30))
    later = poll(browser, path, first.headers["HX-PTag"])
    assert later.status_code == 200
    assert "12:31" in text(later)
    assert "≥ 3 at 12:27" in text(later)


def test_a_wall_keeps_its_curves_while_the_database_fails(
    show: Callable[..., str], hour: Site, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    before = shown(show(curve_waiting="hour"))

    def fail(*_values: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(wall_curves.curves, "waiting", fail)
    clock.shift(MINUTE)
    assert shown(show(curve_waiting="hour")) == before
    wall_curves._curves.forget()
    assert shown(show(curve_waiting="hour")) == {}


def test_another_sites_waits_are_not_on_a_wall(show: Callable[..., str], hour: Site) -> None:
    other = Site.objects.create(name="Other")
    for _ in range(5):
        contact(other, NOW - 20 * MINUTE, 600)
    assert Contact.objects.filter(site=other, began__lt=ms(NOW)).count() == 5
    other.agents.create(agent_id=uuid4())
    assert shown(show(curve_waiting="hour"))["Waiting"] == "≥ 2 at 11:42"


# designing


@pytest.fixture
def form(web: Client, hour: Site) -> tuple[str, dict[str, Any]]:
    """A wall's page, and what its form sends when nothing is changed."""
    wall = Wall.objects.create(site=hour, title="Support")
    found = {field.html_name: field.value() for field in web.get(f"/walls/{wall.pk}/").context["form"]}
    given = {name: "on" if value is True else value for name, value in found.items() if value not in (None, "", False)}
    return f"/walls/{wall.pk}/", given | {"step": "save"}


def test_a_design_has_curves_and_its_preview_shows_them(web: Client, form: tuple[str, dict[str, Any]]) -> None:
    page, values = form
    chosen = values | {"curve_waiting": "hour", "curve_online": "day"}
    assert list(shown(text(web.post(f"{page}preview/", chosen)))) == ["Waiting", "Online"]
    assert web.post(page, chosen).status_code == 302
    wall = Wall.objects.get()
    assert (wall.curve_waiting, wall.curve_longest, wall.curve_online) == ("hour", "", "day")
    assert 'value="day" selected' in text(web.get(page))


def test_a_curve_of_a_figure_that_is_not_shown_is_refused_at_its_field(
    web: Client, form: tuple[str, dict[str, Any]]
) -> None:
    page, values = form
    answer = web.post(page, values | {"waiting-size": "", "curve_waiting": "hour"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["curve_waiting"]
    assert "Add the figure “Waiting” too" in text(answer)
    assert Wall.objects.get().curve_waiting == ""


def test_with_curves_twelve_agents_are_named_and_of_more_those_who_need_a_look() -> None:
    assert steps.of_agents(12, curves=True) == (12, "step-12 wide-4 square-6 tall-6")
    assert steps.of_agents(13, curves=True) == (24, "beside wide-4 square-4 tall-4")
