"""What a step did is told to screen readers, of filters and bulk changes too, and the focus lands on the result."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watch import Complaints

FOCUSED = "() => document.activeElement.id || document.activeElement.textContent.trim()"


@pytest.mark.long(sibling="test_the_filter_keeps_the_focus_goes_to_the_address_and_survives_a_reload")
def test_what_a_filter_found_is_told_while_the_focus_stays_in_it(page: Page, sample: dict[str, Any]) -> None:
    told, search = page.locator("#announce"), page.get_by_role("searchbox")
    for address, counted in (
        ("/agents/", "Showing 1 of"),
        ("/visitors/", "No visitor fits"),
        ("/directory/", "Showing 1 of"),
    ):
        page.goto(address)
        search.press_sequentially(sample["name"])
        expect(told).to_contain_text(counted)
        expect(search).to_be_focused()
        search.fill("nobody has this name")
        expect(told).to_contain_text("No ")
        search.fill("")
        expect(told).to_contain_text("in all")


@pytest.mark.long(sibling="test_the_filter_keeps_the_focus_goes_to_the_address_and_survives_a_reload")
def test_the_focus_goes_with_a_bulk_change_and_its_end_is_told(page: Page, lend: Callable[[], dict[str, Any]]) -> None:
    agents = [lend(), lend()]
    page.goto("/agents/bulk/?boxes=1&agent=" + ",".join(agent["id"] for agent in agents))
    page.get_by_label("Meeting").press("Space")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.locator("[data-result]")).to_be_focused()
    expect(page.locator("[data-result]")).to_have_text("2 agents are set to Meeting.")
    page.get_by_role("button", name="Start").press("Enter")
    page.wait_for_url("**/agents/bulk/*/")
    assert page.evaluate(FOCUSED) != ""
    expect(page.locator("#progress")).to_contain_text("Done")
    expect(page.locator("#progress :focus, #progress:focus")).to_have_count(1)
    if not page.locator("#progress [data-announce]").first.evaluate("one => one === document.activeElement"):
        expect(page.locator("#announce")).to_contain_text("Done: 2 of 2 agents")
        expect(page.locator("#announce")).to_contain_text("2 Confirmed")


def test_the_focus_lands_on_what_is_wrong_and_then_on_what_was_done(page: Page, complaints: Complaints) -> None:
    complaints.allow("422")
    page.goto("/walls/")
    page.get_by_label("Title").fill(" ")
    page.get_by_label("Title").evaluate("field => (field.form.noValidate = true)")
    page.get_by_role("button", name="Make the wall").press("Enter")
    expect(page.locator("[aria-invalid=true]")).to_be_focused()
    page.goto("/sites/1/away/")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("main .alert:focus")).to_contain_text("Saved")


def test_a_page_that_is_only_opened_takes_no_focus(page: Page) -> None:
    page.goto("/agents/")
    page.get_by_role("link", name="Walls", exact=True).click()
    page.wait_for_url("**/walls/")
    assert page.evaluate("document.activeElement === document.body")
