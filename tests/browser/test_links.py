"""A wall's link as its screen sees it: paired by a code, paused and resumed, given a new address, ended."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.watch import Clock, Complaints
from tests.support.demo import wait_until

WALL = re.compile(r"/wall/[\w-]{43,}/$")


def make_wall(page: Page, title: str) -> None:
    """Make a wall; the browser is then on its page."""
    page.goto("/walls/")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Make the wall").click()
    page.get_by_label("Seconds between refreshes").fill("2")
    page.get_by_role("button", name="Save", exact=True).click()


def pair(page: Page, tv: Page, title: str) -> None:
    """Let a TV become a wall of this title; the browser is then on its link's page."""
    make_wall(page, title)
    page.get_by_role("link", name="Pair a TV").click()
    page.get_by_label("Code on the screen").fill("-".join(tv.locator(".code span").all_inner_texts()))
    page.get_by_label("Which screen?").fill("Lobby")
    page.get_by_role("button", name="Pair the TV").click()


def test_a_tv_becomes_the_wall_within_five_seconds_of_its_code(page: Page, stranger: Page) -> None:
    stranger.goto("/tv/")
    pair(page, stranger, "Lobby wall")
    stranger.wait_for_url(WALL, timeout=5000)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Lobby wall")
    expect(page.get_by_text("Paired with a screen")).to_be_visible()
    expect(page.locator("#link-now").get_by_text("Screens now").locator("..")).to_contain_text("1", timeout=10_000)
    wait_until(lambda: ask(page, "link-now") == 304, 20, "its link's page shows no more than it has")
    assert stranger.context.cookies() == []


@pytest.mark.long(sibling="test_a_tv_becomes_the_wall_within_five_seconds_of_its_code")
def test_a_tv_without_javascript_becomes_the_wall_too(page: Page, new_context: Callable[..., BrowserContext]) -> None:
    old = new_context(java_script_enabled=False).new_page()
    old.goto("/tv/")
    pair(page, old, "Old TV")
    old.wait_for_url(WALL)
    expect(old.get_by_role("heading", level=1)).to_have_text("Old TV")


def test_a_screen_says_that_it_is_paused_comes_back_and_says_that_it_has_ended(
    page: Page, stranger: Page, complaints: Complaints
) -> None:
    complaints.allow(r"\b410\b")
    stranger.clock.install()
    screen = Clock(stranger)
    stranger.goto("/tv/")
    pair(page, stranger, "Paused wall")
    screen.until(lambda: bool(WALL.search(stranger.url)), "the TV is a wall")
    page.get_by_role("button", name="Pause", exact=True).and_(page.locator("[name=step]")).click()
    screen.until(lambda: heading(stranger) == "This wall is paused", "it says so")
    page.reload()
    expect(page.locator("#link-now").get_by_text("Screens now").locator("..")).to_contain_text("1")
    page.get_by_role("button", name="Resume").and_(page.locator("[name=step]")).click()
    screen.until(lambda: stranger.locator("#wall").count() == 1, "the wall is back")
    page.locator("summary", has_text=re.compile(r"^\s*End\s*$")).click()
    page.get_by_role("button", name="End", exact=True).click()
    screen.until(lambda: heading(stranger) == "This link has ended", "it says so")
    assert stranger.locator("form").count() == 0


def ask(page: Page, region: str) -> int:
    """Let a region of the page poll now. Returns the status of the answer."""
    with page.expect_response(page.url) as answer:
        page.locator(f"#{region}").evaluate("element => element.dispatchEvent(new CustomEvent('refresh'))")
    return answer.value.status


@pytest.mark.long(sibling="test_a_screen_says_that_it_is_paused_comes_back_and_says_that_it_has_ended")
def test_a_wall_s_links_follow_their_screens_and_leave_the_design_that_is_being_typed_alone(
    page: Page, stranger: Page
) -> None:
    make_wall(page, "Followed")
    wall = page.url
    for label in ("Old", "New"):
        page.goto(f"{wall}links/")
        page.get_by_label("Which screen?").fill(label)
        page.get_by_role("button", name="Make the link").click()
        address = page.locator("#wall-address").inner_text()
        if label == "Old":
            page.locator("summary", has_text=re.compile(r"^\s*End\s*$")).click()
            page.get_by_role("button", name="End", exact=True).click()
            expect(page.locator("#link-now")).to_contain_text("Ended")
    page.goto(wall)
    fold = page.locator("#ended-links")
    fold.locator("summary").click()
    title = page.get_by_label("Title")
    title.fill("Half typed")
    stranger.goto(address)
    ask(page, "links")
    expect(page.get_by_role("row", name="New").locator(".cell-number")).to_have_text("1")
    assert ask(page, "links") == 304
    expect(fold.get_by_role("link", name="Old")).to_be_visible()
    expect(title).to_have_value("Half typed")
    expect(title).to_be_focused()


def heading(page: Page) -> str:
    """The first heading of a page."""
    return page.locator("h1").first.inner_text()


@pytest.mark.long(sibling="test_a_screen_says_that_it_is_paused_comes_back_and_says_that_it_has_ended")
def test_two_screens_of_one_link_are_two_one_that_reloads_stays_one_and_a_new_address_ends_both(
    page: Page, new_context: Callable[..., BrowserContext], complaints: Complaints
) -> None:
    complaints.allow(r"\b410\b")
    make_wall(page, "Twice")
    page.get_by_role("link", name="Make a link").click()
    page.get_by_label("Which screen?").fill("Two of a kind")
    page.get_by_role("button", name="Make the link").click()
    address, link = page.locator("#wall-address").inner_text(), page.url
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "a long address does not widen the page"
    screens = [new_context().new_page() for _ in range(2)]
    clocks = [Clock(screen) for screen in screens]
    for screen, clock in zip(screens, clocks, strict=True):
        screen.clock.install()
        screen.goto(address)
        clock.poll("/")
    screens[0].reload()
    clocks[0].poll("/")
    page.goto(link)
    expect(page.locator("#link-now").get_by_text("Screens now").locator("..")).to_contain_text("2")
    page.locator("summary", has_text="New address").click()
    page.get_by_role("button", name="New address").click()
    assert page.locator("#wall-address").inner_text() != address
    for screen, clock in zip(screens, clocks, strict=True):
        clock.until(lambda page=screen: heading(page) == "This link has ended", "it says so")
