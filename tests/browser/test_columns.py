"""The visitors' columns and saved views in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import AXE, CHECK
from tests.browser.watch import Clock
from tests.support.demo import Demo


def test_columns_are_chosen_at_once_and_stay_through_a_filter_a_poll_and_a_reload(
    clocked: Page, clock: Clock, demo: Demo
) -> None:
    page = clocked
    page.goto("/visitors/?sort=name")
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="E-mail").check()
    page.get_by_role("checkbox", name="Department").uncheck()
    email = page.get_by_role("columnheader", name="E-mail")
    department = page.get_by_role("columnheader", name="Department")
    columns = "columns=name,status,wait,place,page,visits,chats,email"
    expect(page).to_have_url(f"{demo.url}/visitors/?sort=name&{columns}")
    expect(email).to_be_visible()
    expect(page.get_by_role("checkbox", name="Department")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Status").select_option("chatting")
    expect(page).to_have_url(f"{demo.url}/visitors/?sort=name&{columns}&status=chatting")
    expect(page.locator("#visitors .shown")).to_contain_text("Showing")
    clock.second()  # answers to the requests so far
    assert columns in clock.poll("/visitors/").url
    expect(email).to_be_visible()
    expect(department).to_have_count(0)
    page.reload()
    expect(email).to_be_visible()
    expect(department).to_have_count(0)
    page.get_by_role("link", name="Default columns").click()
    expect(department).to_be_visible()
    expect(page).to_have_url(f"{demo.url}/visitors/?sort=name&status=chatting")


def test_the_keyboard_opens_the_columns_ticks_one_and_leaves(page: Page) -> None:
    page.goto("/visitors/")
    summary = page.locator("summary", has_text="Columns")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Status")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("columnheader", name="Status")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox", name="Status")).to_be_hidden()
    expect(summary).to_be_focused()


@pytest.mark.long(sibling="test_columns_are_chosen_at_once_and_stay_through_a_filter_a_poll_and_a_reload")
def test_what_is_shown_is_saved_as_a_view_opened_replaced_and_deleted(page: Page, demo: Demo) -> None:
    page.goto("/visitors/?columns=name,email")
    page.get_by_role("combobox", name="Status").select_option("chatting")
    expect(page).to_have_url(re.compile("status=chatting"))
    views = page.locator("summary", has_text="Views")
    views.click()
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name").fill("In a chat")
    page.get_by_role("button", name="Save the view").click()
    expect(page).to_have_url(re.compile(r"/visitors/\?"))
    page.goto("/visitors/")
    views.click()
    page.get_by_role("link", name="In a chat").click()
    expect(page).to_have_url(f"{demo.url}/visitors/?status=chatting&columns=name,email")
    expect(page.get_by_role("columnheader")).to_have_text(["Visitor", "E-mail"])
    views.click()
    page.get_by_role("link", name="Manage the views").click()
    page.evaluate(AXE)
    assert page.evaluate(CHECK, {}) == []
    page.get_by_role("row", name="In a chat").get_by_text("Delete").first.click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No view saved yet")).to_be_visible()


@pytest.mark.long(sibling="test_no_page_scrolls_sideways_at_any_width")
def test_on_a_phone_added_columns_stand_with_their_label_and_nothing_is_too_wide(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/visitors/?columns=name,status,wait,place,department,page,email,landing_page,referrer_url,visit_time,id")
    for menu in ("Columns", "Views"):
        page.locator("summary", has_text=menu).click()
        page.evaluate(AXE)
        assert page.evaluate(CHECK, {}) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    row = page.locator("[data-row]").first
    label = row.locator("[data-label='Visit began']").evaluate("cell => getComputedStyle(cell, '::before').content")
    assert "Visit began" in label
    box = row.bounding_box()
    assert box
    assert box["width"] <= 390
