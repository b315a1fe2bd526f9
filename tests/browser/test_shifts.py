"""Nothing jumps: neither while a page loads, nor while figures come in."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import sign_in
from tests.support.cases import every, some
from tests.support.demo import Demo, wait_until
from tests.support.every_page import SIGNED_IN

MOST = 0.05  # of a page's load: what is good by the Web Vitals is 0.1
NOTHING = 0.001  # in all: a time whose next digit is wider
WATCHED = 45_000 if every() else 12_000  # milliseconds, in which figures come in twice
# Each shift: its score, when it was, and what moved.
WATCH = """(() => {
  window.shifts = [];
  const name = ({ node }) => (node?.nodeType === 1 ? node : node?.parentElement)?.outerHTML.slice(0, 80);
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, startTime, sources }) =>
    window.shifts.push({ value, at: startTime, moved: sources.slice(0, 2).map(name) }))
  ).observe({ type: "layout-shift", buffered: true });
})()"""
PAGES = ("agents", "agent", "visitors-columns", "visitors-further", "visitor", "walls", "wall-edit", "link", "changes")
PAINTED = "() => performance.getEntriesByType('paint').length > 0"
SETTLED = "() => performance.now() > 2500"


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo whose world moves by itself."""
    with Demo(tmp_path_factory.mktemp("moving"), ready=True, DEMO_AGENTS="48", DEMO_VISITORS="104") as running:
        yield running


def shifts(page: Page, since: float = 0) -> list[dict[str, Any]]:
    """What has moved in a page since so many milliseconds after its load began."""
    found: list[dict[str, Any]] = page.evaluate("window.shifts")
    return [each for each in found if each["at"] >= since]


@pytest.mark.parametrize("width", [1350, 1440, 1920])
def test_a_wall_whose_scripts_come_late_does_not_jump(stranger: Page, demo: Demo, width: int) -> None:
    def late(route: Route) -> None:
        # Whatever is painted before the script comes has been painted by then.
        if stranger.evaluate("document.readyState") == "loading":
            stranger.wait_for_timeout(700)
        route.continue_()

    stranger.add_init_script(WATCH)
    stranger.route("**/wall*.js", late)
    stranger.set_viewport_size({"width": width, "height": width * 9 // 16})
    stranger.goto(demo.wall)
    stranger.wait_for_function(PAINTED)
    stranger.wait_for_function(SETTLED)
    assert sum(each["value"] for each in shifts(stranger)) <= MOST, shifts(stranger)
    assert stranger.locator("#wall").evaluate("wall => getComputedStyle(wall).visibility") == "visible"


@pytest.mark.long(sibling="test_a_wall_whose_scripts_come_late_does_not_jump")
def test_a_wall_that_nobody_looked_at_for_a_while_does_not_jump_when_it_is_opened(
    tmp_path: Path, browser: Browser
) -> None:
    with Demo(tmp_path, ready=True, DEMO_FREEZE="1", DEMO_AGENTS="48", DEMO_VISITORS="104") as demo:
        wait_until(lambda: demo.query("SELECT min(version) FROM livechat_snapshot")[0][0], 30, "nothing was fetched")
        before = (datetime.now(UTC) - timedelta(seconds=45)).replace(tzinfo=None).isoformat(" ")
        demo.query("UPDATE livechat_snapshot SET checked = ?, tried = ?, looked = NULL", before, before)
        with browser.new_context(viewport={"width": 1350, "height": 759}) as context:
            tv = context.new_page()
            tv.add_init_script(WATCH)
            tv.goto(demo.wall)
            expect(tv.locator("body")).to_have_attribute("data-age", "fresh")
            tv.wait_for_function(SETTLED)
            assert sum(each["value"] for each in shifts(tv)) <= MOST, shifts(tv)


@pytest.mark.long(sibling="test_a_wall_whose_scripts_come_late_does_not_jump")
def test_a_wall_that_cannot_be_sized_is_shown_all_the_same(stranger: Page, demo: Demo) -> None:
    stranger.route("**/wall*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    stranger.goto(demo.wall)
    stranger.wait_for_function("() => getComputedStyle(document.getElementById('wall')).visibility === 'visible'")


def test_on_a_phone_the_age_of_a_wall_stays_in_its_place_if_an_agent_leaves(stranger: Page, demo: Demo) -> None:
    stranger.set_viewport_size({"width": 390, "height": 2400})
    stranger.goto(demo.wall)
    place = "() => document.getElementById('age').getBoundingClientRect().top"
    before = stranger.evaluate(place)
    stranger.evaluate("document.querySelector('.agent').remove()")
    assert stranger.evaluate(place) == before


def test_words_about_free_places_change_without_a_jump(page: Page) -> None:
    def more(route: Route) -> None:
        answer = route.fetch(headers=route.request.headers | {"hx-ptag": "old"})
        route.fulfill(response=answer, body=re.sub(r"<b>\d+ free</b>", "<b>12345 free</b>", answer.text()))

    page.add_init_script(WATCH)
    page.set_viewport_size({"width": 1920, "height": 900})
    page.goto("/visitors/?status=waiting")
    page.wait_for_function(SETTLED)
    since = page.evaluate("(window.row = document.querySelector('[data-row]:has(.names)'), performance.now())")
    page.route("**/visitors/?status=waiting", more)
    page.evaluate("document.getElementById('visitors').dispatchEvent(new CustomEvent('refresh'))")
    expect(page.locator(".takers:has(.names)").first).to_contain_text("12345 free")
    page.evaluate("() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    assert page.evaluate("row.isConnected && row.innerText.includes('12345 free')")
    assert sum(each["value"] for each in shifts(page, since)) == 0, shifts(page, since)


def test_no_page_jumps_on_load_or_while_figures_come_in(browser: Browser, moving: Demo) -> None:
    places = {"agent": moving.agents()[0]["id"], "visitor": moving.visitors()[0]["id"]}
    addresses = {name: SIGNED_IN[name].format(**places) for name in some(PAGES, 9)} | {"tv": moving.wall}
    addresses |= {"all": "/visitors/"} if every() else {}
    pages: dict[tuple[str, int], Page] = {}
    with browser.new_context(base_url=moving.url) as context:
        sign_in(context.new_page(), moving)
        context.add_init_script(WATCH)
        for name, address in addresses.items():
            for width in (390, 1440):
                page = pages[name, width] = context.new_page()
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(address)
        for page in pages.values():
            page.wait_for_function(SETTLED)
        since = {key: page.evaluate("performance.now()") for key, page in pages.items()}
        on_load = {key: shifts(page) for key, page in pages.items()}
        assert {key: all_of for key, all_of in on_load.items() if sum(each["value"] for each in all_of) > MOST} == {}
        page.wait_for_function(f"() => performance.now() > {since[name, width] + WATCHED}", timeout=2 * WATCHED)
        later = {key: shifts(page, since[key]) for key, page in pages.items()}
        assert {key: moved for key, moved in later.items() if sum(each["value"] for each in moved) > NOTHING} == {}
