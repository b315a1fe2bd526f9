"""The dashboard's own server goes away and comes back; an open page says so and continues by itself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.outage import REFUSED, Outage
from tests.browser.watch import Clock, Complaints

TOO_WIDE = """[...document.querySelectorAll(".cell-time")].filter(
  (cell) => cell.scrollWidth > cell.clientWidth || cell.querySelector("time").offsetWidth > cell.clientWidth
).map((cell) => cell.textContent)"""


@pytest.mark.long(sibling="test_while_the_server_is_away_waits_stand_still_without_colour_and_go_on_when_it_is_back")
def test_a_page_says_that_the_server_does_not_answer_and_comes_back_by_itself(
    clocked: Page, clock: Clock, outage: Outage, complaints: Complaints
) -> None:
    complaints.allow(REFUSED)
    clocked.goto("/agents/")
    line = clocked.locator("#age")
    rows = clocked.locator("[data-row]").count()
    outage.begin()
    clock.until(lambda: "server does not answer; last figures" in line.inner_text(), "it says so")
    clock.until(lambda: line.get_attribute("data-age") == "stale", "it turns red")
    expect(clocked.locator("[data-row]")).to_have_count(rows)
    outage.end()
    clock.until(lambda: line.get_attribute("data-age") == "fresh", "it is fresh again")
    expect(line).to_contain_text("Updated")


@pytest.mark.parametrize("path", ["/agents/", "/visitors/?status=waiting"])
def test_while_the_server_is_away_waits_stand_still_without_colour_and_go_on_when_it_is_back(
    clocked: Page, clock: Clock, outage: Outage, complaints: Complaints, path: str
) -> None:
    complaints.allow(f"{REFUSED}|htmx:error: timeout")  # seven minutes pass faster than an answer comes
    clocked.emulate_media(reduced_motion="reduce")
    clocked.goto(path)
    queue, line = clocked.locator("#queue"), clocked.locator("#age")
    times = clocked.locator("time[data-ticks]:visible")
    clock.until(lambda: queue.get_attribute("data-age") == "fresh", "it is fresh")
    colour = (
        "document.querySelector('#queue a') && getComputedStyle(document.querySelector('#queue a')).backgroundColor"
    )
    busy = clocked.evaluate(colour)
    outage.begin()
    for region in (line, queue):  # each by its own figures
        clock.until(lambda region=region: region.get_attribute("data-age") == "stale", "it is stale")
    seen = times.all_inner_texts()
    assert len(seen) > 1
    assert [words for words in seen if not re.fullmatch(r"(≥ )?(\d+ .*|\d:\d\d) at \d\d:\d\d", words)] == []
    grey = clocked.evaluate(colour)
    assert grey != busy
    size = clocked.viewport_size
    assert size
    for width in (1440, 390, size["width"]):
        clocked.set_viewport_size({"width": width, "height": 900})
        assert clocked.evaluate(TOO_WIDE) == []
        assert clocked.evaluate("document.documentElement.scrollWidth") == width
    clocked.clock.run_for(7 * 60_000)
    assert line.get_attribute("data-age") == "old"
    assert times.all_inner_texts() == seen
    outage.end()
    clock.until(lambda: queue.get_attribute("data-age") == line.get_attribute("data-age") == "fresh", "it is back")
    assert [words for words in times.all_inner_texts() if " at " in words] == []
    assert clocked.evaluate(colour) != grey


def test_a_filter_that_gets_no_answer_says_that_the_rows_are_those_of_before(
    page: Page, complaints: Complaints
) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page.goto("/changes/")
    told = page.locator("#failed")
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill("nobody at all")
    expect(told).to_contain_text("could not be loaded")
    page.context.set_offline(False)
    page.get_by_role("searchbox").fill("nobody")
    expect(told).to_be_hidden()
    expect(page.locator("#record")).to_contain_text("No change fits the filters")
