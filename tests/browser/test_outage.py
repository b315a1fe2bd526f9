"""The dashboard's own server goes away and comes back; an open page says so and goes on by itself."""

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
