"""On a screen: a message comes and ends, and walls follow each other without a load of the page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen
from tests.browser.test_links import make_wall
from tests.browser.test_shifts import SETTLED, WATCH
from tests.support.demo import Demo


def make_link(page: Page) -> str:
    """Make a link of the wall whose page is open; its address. The browser is then on the link's page."""
    page.get_by_role("link", name="Make a link").click()
    page.get_by_label("Which screen?").fill("Lobby")
    page.get_by_role("button", name="Make the link").click()
    return page.locator("#wall-address").inner_text()


@pytest.mark.long(sibling="test_each_wall_is_shown_for_its_seconds_at_the_same_moments_on_all_screens")
def test_a_message_is_read_on_the_wall_and_goes_when_it_is_ended(page: Page, tv: Screen, demo: Demo) -> None:
    tv.page.set_viewport_size({"width": 1920, "height": 1080})
    tv.page.goto(demo.wall)
    page.goto("/walls/messages/")
    page.get_by_role("textbox", name="Message").fill("Fire drill at three <b>o'clock</b>")
    page.get_by_role("button", name="Show it").click()
    message = tv.page.locator(".message")
    expect(message).to_contain_text("Fire drill at three <b>o'clock</b>")
    box = message.bounding_box()
    assert box
    assert box["height"] >= 1080 * 0.06
    page.get_by_role("button", name=re.compile("^End the message")).click()
    expect(message).to_have_count(0)


@pytest.mark.long(sibling="test_each_wall_is_shown_for_its_seconds_at_the_same_moments_on_all_screens")
def test_walls_follow_each_other_in_one_page_and_the_foot_says_which(page: Page, stranger: Page) -> None:
    for title in ("Returns in turn", "Orders in turn"):
        make_wall(page, title)
    address = make_link(page)
    for title in ("Orders in turn", "Returns in turn"):
        page.get_by_label(re.compile(f"^{title}")).fill("5")
    section = page.locator("section", has=page.get_by_role("heading", name="Show walls in turn"))
    section.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: screens follow")).to_be_visible()
    stranger.add_init_script(WATCH)
    stranger.goto(address)
    stranger.wait_for_function(SETTLED)
    stranger.evaluate("window.mark = 1")
    title, present = stranger.locator("h1"), stranger.locator(".turns .present")
    for expected in ("Orders in turn", "Returns in turn", "Orders in turn"):
        expect(title).to_have_text(expected)
        expect(present).to_contain_text(expected)
        expect(stranger).to_have_title(expected)
        expect(stranger.locator("body")).to_have_attribute("data-age", re.compile("fresh|late"))
    assert stranger.evaluate("window.mark") == 1, "the page was not loaded again"
    expect(stranger.locator("#clock")).to_have_text(re.compile(r"\d\d:\d\d"))
