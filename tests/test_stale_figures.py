"""Figures older than three intervals and 30 s are stale: times under them stand still at what was seen, without colour.

These pages are as a browser without scripts shows them; tests/js and tests/browser hold the same for those with.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.lib.durations import duration
from livechat.live import snapshot_cache
from livechat.models import AwayLimit, Site, Wall
from livechat.walls import link_cache, links
from tests.support.chatserver import ChatServer
from tests.support.pages import figures, poll, region, text

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
WAITER = "00000000-0000-4000-8000-000000000001"
PANELS = [
    {"slug": "waiting", "size": "normal", "amber": 1, "red": 9},
    {"slug": "longest", "size": "normal", "amber": 60, "red": 120},
]
BOARDS = {  # where times are shown: the page, its region, how many times it shows
    "agents": ("/agents/", "board", 1),
    "an agent": (f"/agents/{SAMPLE}/", "facts", 1),
    "visitors": ("/visitors/?status=waiting", "visitors", 1),
    "a visitor": (f"/visitors/{WAITER}/", "record", 1),
    "the queue": ("/changes/", "queue", 1),
}


@pytest.fixture
def now() -> Iterator[datetime]:
    """The present, which stands still."""
    with time_machine.travel(timezone.now(), tick=False):
        yield timezone.now()


@pytest.fixture
def aged(
    now: datetime, site: Site, chatserver: ChatServer, renew: Callable[[], None], stop_clock: Callable[[], None]
) -> Callable[[float], datetime]:
    """An agent is at lunch and a visitor waits, both for ten minutes. Lets their figures be so many seconds old.

    Returns when they were checked. They do not age by themselves, however long an answer takes.
    """
    world = chatserver.world
    AwayLimit.objects.create(site=site, name="Lunch", key="lunch", minutes=5)
    with time_machine.travel(now - timedelta(minutes=11), tick=False):
        for key in world.agent_ids():
            world.set_agent(key, status="Offline")
        for key in world.visitor_ids():
            world.remove_visitor(key)
        renew()
    with time_machine.travel(now - timedelta(minutes=10), tick=False):
        world.set_agent(SAMPLE, status="Lunch")
        world.put_visitor({"id": WAITER, "status": "waitingForChat"})
        renew()
    renew()
    stop_clock()

    def age(seconds: float) -> datetime:
        checked = now - timedelta(seconds=seconds)
        site.snapshots.update(checked=checked, tried=now, looked=now)
        snapshot_cache.forget()
        return checked

    return age


@pytest.fixture
def show(site: Site, supervisor: User) -> Callable[..., str]:
    """Shows a wall with a design of its own, as a screen loads it."""

    def page(**design: Any) -> str:
        made = Wall.objects.create(site=site, title="Support", panels=PANELS, **design)
        link_cache.forget()
        return text(Client().get(f"/wall/{links.make_link(made, supervisor, 'TV', days=None)[1]}/"))

    return page


def times(markup: str) -> list[tuple[str, str]]:
    """The times of those in the markup that began ten minutes ago: their attributes and their words."""
    began = (timezone.now() - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:")
    return re.findall(rf'<time (datetime="{began}[^>]*)>([^<]*)</time>', markup)


@pytest.mark.parametrize("board", BOARDS)
def test_a_time_on_a_board_stands_still_from_31_seconds_on(
    web: Client, aged: Callable[[float], datetime], board: str
) -> None:
    address, element, count = BOARDS[board]
    aged(29)
    page = region(text(web.get(address)), element)
    assert 'data-age="late"' in page
    assert [" at " in words for _attributes, words in times(page)] == [False] * count
    checked = timezone.localtime(aged(31))
    page = region(text(web.get(address)), element)
    assert 'data-age="stale"' in page
    waits = {True: r"9:\d\d", False: "9 m"}
    for attributes, words in times(page):
        assert re.fullmatch(f"{waits['data-wait' in attributes]} at {checked:%H:%M}", words), words
    assert len(times(page)) == count
    assert all("data-ticks" in attributes for attributes, _words in times(page)), "scripts let it go on"


@pytest.mark.parametrize("address", ["/agents/", f"/agents/{SAMPLE}/"])
def test_a_time_past_its_limit_loses_its_colour_when_its_figures_are_stale(
    web: Client, aged: Callable[[float], datetime], address: str
) -> None:
    aged(29)
    assert 'data-over="red"' in text(web.get(address))
    aged(31)
    page = text(web.get(address))
    assert "data-over" not in page
    assert 'data-limit="300"' in page, "scripts colour it again"


def test_a_time_says_how_long_it_was_seen_to_last_if_nobody_saw_it_begin(
    web: Client, site: Site, chatserver: ChatServer, now: datetime, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Lunch")
    renew()
    site.snapshots.update(checked=now - timedelta(hours=1), tried=now, looked=now)
    snapshot_cache.forget()
    page = region(text(web.get(f"/agents/{SAMPLE}/")), "facts")
    seen = f"≥ 0 s at {timezone.localtime(now - timedelta(hours=1)):%H:%M}"
    assert re.findall(r"<time [^>]*data-least[^>]*>([^<]*)</time>", page) == [seen]
    assert 'data-age="old"' in page


def test_the_line_of_a_page_tells_stale_figures_by_colour_too(web: Client, aged: Callable[[float], datetime]) -> None:
    for seconds, state in ((29, []), (31, ["stale"]), (301, ["old"])):
        aged(seconds)
        assert re.findall(r'<div id="age" class="age"(?: data-age="(\w+)")', text(web.get("/agents/"))) == state


def test_a_poll_tells_the_time_of_the_last_check_and_is_unchanged_while_its_figures_grow_stale(
    web: Client, site: Site, aged: Callable[[float], datetime]
) -> None:
    site.away_limits.all().delete()  # nobody passes a limit meanwhile, which would move a row
    site.bump_version()
    aged(29)
    tag = poll(web, "/agents/")["HX-PTag"]
    checked = timezone.localtime(aged(400))
    answer = poll(web, "/agents/", tag)
    assert (answer.status_code, figures(answer)["seen"]) == (304, f"{checked:%H:%M}")


def test_figures_that_never_came_have_no_time_of_a_check(web: Client) -> None:
    assert figures(poll(web, "/queue/"))["seen"] == ""


def test_a_wall_stands_still_and_has_no_colour_from_31_seconds_on(
    show: Callable[..., str], aged: Callable[[float], datetime]
) -> None:
    aged(29)
    page = show()
    assert re.findall(r'data-level="(\w+)"', page) == ["amber", "red"]
    assert '<li class="agent away red"' in page
    assert re.findall(r'class="on-stale">([^<]*)<', page) == ["", ""]
    assert [words for _attributes, words in times(page)] in (["9:59", "9 m"], ["10 m", "10 m"])  # whole seconds
    checked = timezone.localtime(aged(31))
    page = show()
    assert '<body data-age="stale">' in page, "by which its style sheet takes all colour away"
    assert re.findall(r' data-level="(\w+)"', page) == []
    assert [words for _attributes, words in times(page)] in (["9:28", "9 m"], ["9:29", "9 m"])
    assert re.findall(r'class="on-stale">([^<]*)<', page) == [f"at {checked:%H:%M}"] * 2
    assert f"Figures of {checked:%H:%M}" in page
    assert 'data-count-level="amber"' in page, "scripts colour it again"
    assert 'data-amber="60" data-red="120"' in page


def test_a_wall_says_when_in_its_own_time_zone_and_language(
    show: Callable[..., str], aged: Callable[[float], datetime]
) -> None:
    checked = aged(45).astimezone(ZoneInfo("Asia/Kolkata"))
    page = show(time_zone="Asia/Kolkata", language="de")
    assert re.findall(r'class="on-stale">([^<]*)<', page) == [f"um {checked:%H:%M}"] * 2
    assert f"Zahlen von {checked:%H:%M}" in page
    assert f"&quot;seen&quot;: &quot;{checked:%H:%M}&quot;" in page


def test_a_slow_wall_goes_on_for_three_of_its_own_intervals(
    show: Callable[..., str], aged: Callable[[float], datetime]
) -> None:
    for seconds, level in ((179, ["amber", "red"]), (181, [])):
        aged(seconds)
        assert re.findall(r' data-level="(\w+)"', show(every=60)) == level


def test_the_preview_of_a_wall_stands_still_as_the_wall_does(
    web: Client, site: Site, aged: Callable[[float], datetime]
) -> None:
    wall = Wall.objects.create(site=site, title="Support", panels=PANELS)
    for seconds, level in ((29, ["amber", "red"]), (31, [])):
        aged(seconds)
        assert re.findall(r' data-level="(\w+)"', text(web.get(f"/walls/{wall.pk}/preview/"))) == level


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (59.9, "59 s"),
        (60, "1 m"),
        (3599, "59 m"),
        (3600, "1 h 00 m"),
        (3600 + 9 * 60, "1 h 09 m"),
        (86_399, "23 h 59 m"),
        (86_400, "1 d 0 h"),
        (2 * 86_400 + 3 * 3600, "2 d 3 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units_as_scripts_tell_it(seconds: float, words: str) -> None:
    assert duration(seconds, ["s", "m", "h", "d"]) == words
