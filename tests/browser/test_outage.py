"""The dashboard's own server goes away and comes back; an open page says so and continues by itself."""

from playwright.sync_api import Page, expect

from tests.browser.outage import REFUSED, Outage
from tests.browser.watch import Clock, Complaints


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
