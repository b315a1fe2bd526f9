"""The wall and time: midnight, daylight saving time, a TV whose clock is wrong, hours and months on one page."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from livechat.walls import utc_offsets
from tests.browser.heap import Heap
from tests.browser.screen import LOCK, LOSE, Screen
from tests.browser.watch import Complaints, turn
from tests.support.demo import Demo


def from_moment(moment: datetime, zone: str, ago: timedelta) -> Callable[[dict[str, Any], str], str]:
    """Changes answers: it is this moment in this zone, nothing has changed for some time, and no poll comes soon."""
    ahead = utc_offsets.of(zone, moment)
    since = (moment - ago).strftime("%Y-%m-%dT%H:%M:%SZ")

    def change(figures: dict[str, Any], text: str) -> str:
        figures |= {"now": moment.timestamp() * 1000, "every": 7200, "age": 0}
        for name, value in (("offset", ahead.now), ("change", ahead.change), ("then", ahead.then)):
            text = re.sub(rf'data-{name}="[^"]*"', f'data-{name}="{value}"', text)
        text = re.sub(r'data-every="[^"]*"', 'data-every="7200"', text)
        return re.sub(r'datetime="[^"]*"', f'datetime="{since}"', text)

    return change


@pytest.mark.parametrize(
    ("moment", "zone", "before", "after"),
    [
        pytest.param(datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC), "Europe/Berlin", "01:59", "03:00", id="spring"),
        pytest.param(datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC), "Europe/Berlin", "02:59", "02:00", id="autumn"),
        pytest.param(datetime(2026, 7, 31, 21, 59, 30, tzinfo=UTC), "Europe/Berlin", "23:59", "00:00", id="midnight"),
        pytest.param(datetime(2026, 12, 31, 23, 59, 30, tzinfo=UTC), "UTC", "23:59", "00:00", id="new year"),
        pytest.param(datetime(2026, 7, 31, 21, 59, 30, tzinfo=UTC), "Asia/Kathmandu", "03:44", "03:45", id="quarters"),
    ],
)
def test_the_clock_follows_its_time_zone_and_durations_are_not_affected(
    tv: Screen, demo: Demo, moment: datetime, zone: str, before: str, after: str
) -> None:
    tv.through(from_moment(moment, zone, timedelta(minutes=89, seconds=35)))
    tv.show(demo.wall)
    tv.clock.stop()
    since = tv.page.locator(".agent time").first
    assert tv.time == before
    expect(since).to_contain_text("1 h 29")
    tv.minutes(1)
    assert tv.time == after
    expect(since).to_contain_text("1 h 30")


@pytest.mark.parametrize(
    ("hour", "shown"),
    [(18, "12:14 AM"), (20, "02:14 AM"), (6, "12:14 PM"), (17, "11:14 PM")],
    ids=lambda part: str(part),
)
def test_a_clock_of_twelve_hours_says_am_or_pm(tv: Screen, demo: Demo, hour: int, shown: str) -> None:
    change = from_moment(datetime(2026, 7, 31, hour, 29, tzinfo=UTC), "Asia/Kathmandu", timedelta(0))
    tv.through(lambda figures, text: change(figures, text).replace('data-hours="24"', 'data-hours="12"'))
    tv.show(demo.wall)
    assert tv.time == shown


def test_durations_tick_on_in_a_page_that_a_browser_has_translated(tv: Screen, demo: Demo) -> None:
    tv.through(from_moment(datetime(2026, 7, 31, 12, tzinfo=UTC), "UTC", timedelta(minutes=89, seconds=35)))
    tv.show(demo.wall)
    tv.clock.stop()
    since = tv.page.locator(".agent time").first
    since.evaluate("(time) => { time.innerHTML = '<font><font>' + time.textContent + '</font></font>'; }")
    tv.minutes(1)
    expect(since).to_contain_text("1 h 30")


@pytest.mark.parametrize("year", [1970, 2019, 2038])
def test_a_tv_whose_own_clock_is_wrong_shows_the_servers_time_and_ages(tv: Screen, demo: Demo, year: int) -> None:
    tv.show(demo.wall, at=datetime(year, 1, 1, 3, 4, 5, tzinfo=UTC))
    now = datetime.now(UTC)
    assert tv.time in {f"{now:%H:%M}", f"{now - timedelta(minutes=1):%H:%M}"}
    assert re.fullmatch(r"≥?\d+ [sm]", tv.page.locator(".agent time").first.inner_text())
    tv.until("fresh")


def test_a_clock_set_back_a_year_or_forward_by_one_changes_nothing(tv: Screen, demo: Demo) -> None:
    tv.show(demo.wall)
    before = tv.time  # of the server; a clock that is stopped is a second ahead of it, maybe in the next minute
    assert before
    tv.clock.stop()
    for days in (-366, 2 * 365):
        tv.set_clock(timedelta(days=days))
        with tv.page.expect_response("**/wall/**"):
            tv.clock.second()
        tv.until("fresh")
    assert tv.time >= before
    assert tv.loads == 1


@pytest.mark.long(sibling="test_it_does_not_reload_early")
def test_about_every_twelve_hours_it_reloads_if_the_server_answers(
    tv: Screen, demo: Demo, complaints: Complaints
) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    tv.show(demo.wall)
    tv.page.context.set_offline(True)
    tv.page.clock.fast_forward("10:55:00")
    tv.minutes(2)
    tv.page.clock.fast_forward("02:10:00")  # it is due now, but the page would not load
    tv.minutes(2)
    assert tv.loads == 1
    tv.page.context.set_offline(False)
    tv.clock.until(lambda: tv.loads == 2, "it is loaded anew")
    tv.minutes(5)
    assert tv.loads == 2


def test_it_does_not_reload_early(tv: Screen, demo: Demo) -> None:
    tv.show(demo.wall)
    tv.page.clock.fast_forward("10:55:00")
    tv.minutes(2)
    tv.until("fresh")
    assert tv.loads == 1


@pytest.mark.parametrize("waits", [False, True], ids=["wall", "to be paired"])
def test_it_drifts_by_a_few_pixels_each_minute_and_nothing_is_cut_off(tv: Screen, demo: Demo, waits: bool) -> None:
    tv.show("/tv/" if waits else demo.wall)
    shown = tv.page.locator("#screen")
    places = []
    for _ in range(12):
        tv.minutes(1)
        places.append(shown.evaluate("(shown) => (({x, y}) => [x, y])(shown.getBoundingClientRect())"))
    assert len({tuple(place) for place in places}) == 12
    assert max(abs(offset) for place in places for offset in place) <= 4


@pytest.mark.parametrize("waits", [False, True], ids=["wall", "to be paired"])
def test_on_a_phone_it_does_not_drift_because_its_page_would_become_too_wide(
    tv: Screen, demo: Demo, waits: bool
) -> None:
    tv.show("/tv/" if waits else demo.wall)
    shown = tv.page.locator("#screen")
    tv.minutes(4)
    expect(shown).not_to_have_css("transform", "none")
    tv.page.set_viewport_size({"width": 390, "height": 844})  # a narrow window counts as a phone
    expect(shown).to_have_css("transform", "none")
    widths = {tv.page.evaluate("document.documentElement.scrollWidth")}
    for _ in range(4):
        tv.minutes(1)
        widths.add(tv.page.evaluate("document.documentElement.scrollWidth"))
    assert widths == {390}


def test_the_screen_is_kept_on_and_says_so_and_asks_again_after_the_lock_was_lost(tv: Screen, demo: Demo) -> None:
    tv.page.add_init_script(LOCK)
    tv.show(demo.wall)
    line = tv.page.locator("#wake")
    expect(line).to_have_text("Screen kept on")
    turn(tv.page, hidden=True)
    tv.page.evaluate(LOSE)  # browsers release the lock of hidden pages
    expect(line).to_have_text("Screen may sleep")
    turn(tv.page, hidden=False)
    expect(line).to_have_text("Screen kept on")
    tv.page.evaluate(LOSE)  # the battery is low, or someone pressed a key of the remote control
    expect(line).to_have_text("Screen may sleep")
    tv.minutes(1)
    expect(line).to_have_text("Screen kept on")
    tv.minutes(5)
    assert tv.page.evaluate("locks.length") == 3


def test_a_screen_that_waits_to_be_paired_is_kept_on_too(tv: Screen) -> None:
    tv.page.add_init_script(LOCK)
    tv.show("/tv/")
    tv.page.evaluate(LOSE)
    tv.minutes(3)
    assert tv.page.evaluate("locks.length") == 2


def test_if_the_browser_cannot_keep_the_screen_on_the_wall_says_so(tv: Screen, demo: Demo) -> None:
    tv.page.add_init_script("Object.defineProperty(navigator, 'wakeLock', { value: undefined })")
    tv.show(demo.wall)
    expect(tv.page.locator("#wake")).to_have_text("Screen may sleep")


def test_a_hundred_refreshes_do_not_make_the_page_larger(tv: Screen, demo: Demo) -> None:
    tv.show(demo.wall)
    tv.clock.stop()
    heap = Heap(tv.page)
    heap.refresh(50)
    before, nodes = heap.measure()
    heap.refresh(100)
    after, more = heap.measure()
    assert after < before * 1.1
    assert more <= nodes * 1.1
