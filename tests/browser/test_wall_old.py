"""The wall in browsers that are old, run no scripts, or did not receive them."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from tests.browser.outage import REFUSED, Outage
from tests.browser.screen import HOLD, LET_GO, WALL, Screen
from tests.browser.test_every_page import AXE, CHECK, COLOURS
from tests.browser.watch import Complaints
from tests.support.demo import ROOT, Demo, wait_until
from tests.test_proxy_sample import away

SCREEN = re.compile(r"/(wall|tv)/[^/]+/$")
SCRIPTS = [ROOT / "static" / "js" / f"{name}.js" for name in ("ages", "fit", "screen", "holding", "wall", "wall_page")]
# Syntax of ECMAScript 2015 and later that such scripts might use.
NEW = re.compile(
    r"=>|`|\?\.|\?\?|\*\*|\.\.\.|^\s*(?:let|const|class|async|import|export)\b|\bfor \(.* of |\bfunction\*"
    r"|[{,]\s*\w+\([^()]*\) \{",
    re.MULTILINE,
)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
STRING = re.compile(r'"[^"\n]*"')
OLD = """for (const name of ["fetch", "DOMParser", "AbortController", "Intl", "sessionStorage"]) {
  Object.defineProperty(window, name, { configurable: true, value: undefined });
}"""
ANCIENT = f'{OLD} Object.defineProperty(performance, "now", {{ value: undefined }});'


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_walls_scripts_are_old_javascript(path: Path) -> None:
    text = STRING.sub('""', COMMENT.sub("", path.read_text()))
    assert NEW.findall(text) == []


@pytest.mark.long(sibling="test_the_wall_shows_the_same")
def test_an_old_browser_and_one_without_scripts_show_what_has_changed(
    new_context: Callable[..., BrowserContext], demo: Demo, agent: dict[str, Any]
) -> None:
    old, plain = new_context().new_page(), new_context(java_script_enabled=False).new_page()
    ancient = new_context().new_page()
    ancient.add_init_script(ANCIENT)
    old.add_init_script(OLD)
    old.clock.install()
    old.route(WALL, far_east)
    plain.route(WALL, sooner)
    for page in (old, plain):
        page.goto(demo.wall)
        expect(page.locator(".agent").first).to_be_visible()
    expect(plain.locator("#age")).to_contain_text(re.compile(r"(Figures of|Not updated since) \d+ \w+ \d\d:\d\d:\d\d"))
    expect(old.locator("#age")).to_contain_text(re.compile(r"Updated \d+ s ago"))
    there = datetime.now(timezone(timedelta(hours=14)))
    expect(old.locator("#clock")).to_have_text(re.compile(f"^({there:%H:%M}|{there - timedelta(minutes=1):%H:%M})$"))
    ancient.goto(demo.wall)
    expect(ancient.locator("#age")).to_contain_text(re.compile(r"Updated \d+ s ago"))
    demo.set_status(agent["id"], "Meeting")
    for page in (plain, old):
        if page is old:
            page.clock.run_for(11_000)
        line = page.locator(".agent", has_text=agent["name"].split()[0]).filter(has_text="Meeting")
        expect(line).to_have_count(1)


def far_east(route: Route) -> None:
    """Set the wall's time zone to Kiritimati."""
    with suppress(Error):  # the page has navigated meanwhile
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('data-offset="0"', 'data-offset="50400"'))


def sooner(route: Route) -> None:
    """Let a page reload after one second instead of ten."""
    answer = route.fetch()
    text = answer.text()
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in text
    route.fulfill(response=answer, body=text.replace('content="10"', 'content="1"'))


@pytest.mark.long(sibling="test_while_the_server_is_away_waits_stand_still_without_colour_and_go_on_when_it_is_back")
def test_behind_the_sample_proxy_a_tv_without_scripts_and_a_tv_that_starts_meanwhile_survive_an_outage(
    new_context: Callable[..., BrowserContext], demo: Demo, outage: Outage, complaints: Complaints
) -> None:
    complaints.allow(r"\b503\b")
    plain, late = new_context(java_script_enabled=False).new_page(), new_context().new_page()
    for page in (plain, late):
        page.route(WALL, through_the_proxy)
    plain.goto(demo.wall)
    expect(plain.locator(".agent").first).to_be_visible()
    outage.begin()
    late.goto(demo.wall)
    for page in (plain, late):
        expect(page.get_by_text("This page tries again")).to_be_visible()
    outage.end()
    for page in (plain, late):
        expect(page.locator(".agent").first).to_be_visible()


def through_the_proxy(route: Route) -> None:
    """Answer as the sample proxy does, but let pages reload after one second."""
    with suppress(Error):  # the page has navigated meanwhile
        try:
            answer = route.fetch()
        except Error:
            said = away()
            headers = said["headers"] | {"Refresh": said["headers"]["Refresh"].replace("30", "1")}
            route.fulfill(status=said["status"], headers=headers, body=said["body"])
        else:
            route.fulfill(response=answer, body=answer.text().replace('content="10"', 'content="1"'))


@pytest.mark.long(sibling="test_an_old_browser_asks_again_if_the_end_of_a_request_was_never_reported")
def test_a_tv_without_css_custom_properties_shows_colours_and_icons(
    tv: Screen, demo: Demo, outage: Outage, complaints: Complaints
) -> None:
    complaints.allow(REFUSED)
    tv.page.route("**/wall*.css", without_properties)
    tv.show(demo.wall)
    tv.until("fresh")
    levels = "(panel) => ['data-level', 'data-count-level'].forEach((name) => panel.setAttribute(name, 'red'))"
    tv.page.locator(".panel").first.evaluate(levels)
    tv.page.evaluate(AXE)
    assert tv.page.evaluate(CHECK, COLOURS) == []
    looks = "(({ color, backgroundColor }) => [color, backgroundColor])"
    places = ("body", ".panel", ".agent:not(.amber):not(.red)", ".age-dot")

    def seen() -> dict[str, list[str]]:
        return {
            place: tv.page.evaluate(f"{looks}(getComputedStyle(document.querySelector({place!r})))") for place in places
        }

    fresh = seen()
    assert fresh["body"] == ["rgb(244, 247, 250)", "rgb(10, 14, 19)"]
    assert fresh[".panel"] == ["rgb(255, 255, 255)", "rgb(216, 22, 31)"]
    assert fresh[".agent:not(.amber):not(.red)"][1] == "rgb(22, 29, 38)"
    assert fresh[".age-dot"][1] == "rgb(74, 222, 138)"
    outage.begin()
    tv.until("stale")
    stale = seen()
    assert stale[".panel"] == ["rgb(244, 247, 250)", "rgba(0, 0, 0, 0)"]
    assert stale[".age-dot"][1] == "rgb(170, 181, 194)"
    expect(tv.page.locator("#stale")).to_be_visible()
    uses = tv.page.locator("use")
    assert uses.count() == tv.page.locator(r"use[*|href^='#i-']").count() == tv.page.locator("use:not([href])").count()


def without_properties(route: Route) -> None:
    """The style sheet as a browser without custom properties reads it."""
    answer = route.fetch()
    css = re.sub(r"[\w-]+:[^;{}]*var\([^;{}]*;", "", answer.text())
    assert "@supports not (--a: 0)" in css
    route.fulfill(response=answer, body=css.replace("@supports not (--a: 0)", "@supports (color: red)"))


@pytest.mark.long(sibling="test_an_old_browser_asks_again_if_the_end_of_a_request_was_never_reported")
def test_an_old_browser_does_not_reload_into_its_own_error_page(tv: Screen, demo: Demo, complaints: Complaints) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|502")
    tv.page.add_init_script(OLD)
    tv.show(demo.wall)
    tv.page.context.set_offline(True)
    tv.minutes(1)
    assert (tv.state, tv.loads) == ("stale", 1)
    assert "The dashboard does not answer" in tv.line
    assert "Last figures at" in tv.words
    tv.page.route(WALL, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    tv.page.context.set_offline(False)
    tv.minutes(1)
    assert tv.loads == 1
    tv.page.unroute(WALL)
    with tv.page.expect_navigation():
        tv.minutes(0.2)
    expect(tv.page.locator(".agent").first).to_be_visible()
    assert "does not answer" not in tv.words


def test_an_old_browser_asks_again_if_the_end_of_a_request_was_never_reported(tv: Screen, demo: Demo) -> None:
    tv.page.add_init_script(OLD)
    tv.show(demo.wall)
    tv.page.evaluate(HOLD)
    tv.minutes(0.2)
    tv.page.evaluate(LET_GO)
    tv.clock.until(lambda: tv.loads == 2, "it is loaded anew")


def test_a_page_reloads_if_any_of_its_files_is_missing_and_not_if_all_have_arrived(
    new_context: Callable[..., BrowserContext], demo: Demo, complaints: Complaints
) -> None:
    complaints.allow("404|uncaught")
    files = ("ages*.js", "screen*.js", "fit*.js", "wall*.js", "wall*.css")
    well, lacking = come_and_go(new_context().new_page, demo.wall, files)
    expect(well.page.locator("#again")).to_have_count(0)
    for screen in lacking:
        expect(screen.page.locator("#age")).to_contain_text("Updated")
        expect(screen.page.locator("#again")).to_have_count(0)


@pytest.mark.long(sibling="test_a_page_reloads_if_any_of_its_files_is_missing_and_not_if_all_have_arrived")
def test_a_waiting_screen_reloads_if_any_of_its_files_is_missing_and_not_if_all_have_arrived(
    new_context: Callable[..., BrowserContext], complaints: Complaints
) -> None:
    complaints.allow("404|uncaught")
    context = new_context()
    first = context.new_page()
    first.goto("/tv/")
    files = ("screen*.js", "holding*.js", "wall*.css", "holding*.css")
    well, lacking = come_and_go(context.new_page, first.url, files)
    for screen in (well, *lacking):
        expect(screen.page.locator("#again")).to_have_count(0)


def come_and_go(new_page: Callable[[], Page], address: str, files: tuple[str, ...]) -> tuple[Screen, list[Screen]]:
    """Pages that reload after a second instead of a minute: one with all files, and some that each lack one file.

    The latter reload twice and then get their file; the former does not reload.
    """
    well, *lacking = screens = [Screen(new_page()) for _ in ("", *files)]
    for screen, file in zip(screens, ("", *files), strict=True):
        screen.page.route(SCREEN, impatient)
        if file:
            screen.page.route(f"**/{file}", lambda route: route.fulfill(status=404))
        screen.page.goto(address)
    for screen, file in zip(lacking, files, strict=True):
        expected = f"without {file} it is not loaded anew"
        wait_until(lambda screen=screen: well.page.wait_for_timeout(20) or screen.loads > 2, 20, expected)  # type: ignore[misc]
        screen.page.unroute(f"**/{file}")
    assert well.loads == 1
    return well, lacking


def impatient(route: Route) -> None:
    """Let a page reload after a second instead of a minute."""
    with suppress(Error):  # it has navigated meanwhile
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('content="60"', 'content="1"'))
