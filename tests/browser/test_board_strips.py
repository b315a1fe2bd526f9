"""Strips are in a file that the board refers to: the browser must let it, and paint them in their places."""

from playwright.sync_api import Page

from tests.support.demo import Demo, wait_until

WIDTH = "document.querySelector('.col-strip use').getBBox().width"


def test_the_board_paints_what_the_file_of_its_strips_holds_and_a_strip_has_its_height(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/agents/")
    wait_until(lambda: page.evaluate(WIDTH) > 50, 10, "the hours are not painted")
    high = page.locator("[data-row] .strip").first.evaluate("(strip) => strip.getBoundingClientRect().height")
    assert high == 16
