"""The directory in a browser: an entry is edited in its row, by mouse and by keyboard."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.watch import Complaints
from tests.support.demo import Demo


def row(page: Page, agent: dict[str, Any]) -> Locator:
    """The row of an agent, as text or as a form."""
    page.goto("/directory/")
    shown = page.get_by_role("row", name=agent["name"])
    return page.locator(f"#{shown.get_attribute('id')}")


def test_a_row_becomes_its_form_and_then_the_saved_row(page: Page, agent: dict[str, Any]) -> None:
    entry = row(page, agent)
    entry.get_by_role("link", name="Edit").click()
    expect(entry.get_by_label("Name")).to_be_focused()
    expect(entry.get_by_label("Name")).to_have_value(agent["name"])
    entry.get_by_label("Team").fill("Night shift")
    page.keyboard.press("Enter")
    expect(entry).to_contain_text("Night shift")
    expect(entry).to_contain_text("Saved.")
    expect(entry.get_by_role("link", name="Edit")).to_be_focused()
    expect(page.locator("#announce")).to_have_text("Saved.")
    assert page.url.endswith("/directory/"), "it happened in place"
    page.reload()
    expect(row(page, agent)).to_contain_text("Night shift")


def test_escape_and_cancel_bring_the_row_back_as_it_was(page: Page, sample: dict[str, Any]) -> None:
    entry = row(page, sample)
    before = entry.inner_text()
    for leave in (lambda: page.keyboard.press("Escape"), lambda: entry.get_by_role("link", name="Cancel").click()):
        entry.get_by_role("link", name="Edit").click()
        entry.get_by_label("Team").fill("Never kept")
        leave()
        expect(entry.get_by_role("link", name="Edit")).to_be_focused()
        assert entry.inner_text() == before
    assert page.url.endswith("/directory/")


def test_refused_values_stay_in_the_row_and_the_focus_is_on_the_wrong_one(
    page: Page, sample: dict[str, Any], complaints: Complaints
) -> None:
    complaints.allow(r"\b422\b")
    entry = row(page, sample)
    entry.get_by_role("link", name="Edit").click()
    entry.get_by_label("Team").fill("Typed team")
    entry.get_by_label("Chats at once").evaluate("field => field.removeAttribute('max')")
    entry.get_by_label("Chats at once").fill("100000")
    entry.get_by_role("button", name="Save").click()
    expect(entry.get_by_label("Chats at once")).to_be_focused()
    expect(entry.get_by_label("Team")).to_have_value("Typed team")
    expect(entry).to_contain_text("less than or equal to 1000")


def test_of_two_administrators_the_later_sees_both_values(
    page: Page, sample: dict[str, Any], complaints: Complaints
) -> None:
    complaints.allow(r"\b409\b")
    other = page.context.new_page()
    for window in (page, other):
        row(window, sample).get_by_role("link", name="Edit").click()
    for window, order in ((other, "7"), (page, "9")):
        window.get_by_label("Order").fill(order)
        window.get_by_role("button", name="Save").click()
    told = page.locator(".alert", has_text="Nothing was saved.")
    expect(told).to_contain_text("It is now")
    expect(told).to_contain_text("7")
    page.get_by_label("Order").fill("")
    page.get_by_role("button", name="Save it anyway").click()
    expect(page.get_by_role("row", name=sample["name"])).to_contain_text("Saved.")


@pytest.mark.long(sibling="test_of_two_administrators_the_later_sees_both_values")
def test_an_entry_that_was_removed_is_reported_at_edit_and_at_save(
    page: Page, demo: Demo, complaints: Complaints
) -> None:
    complaints.allow(r"\b404\b")
    made = "from livechat.models import *; Site.objects.get(name='Demo').departments."
    for name in ("Soon gone", "Gone when saved"):
        demo.shell(f"{made}create(department_id='{uuid4()}', name='{name}')")
    page.goto("/directory/")
    told = page.locator("#failed")
    saved = page.get_by_role("row", name="Gone when saved")
    entry = page.locator(f"#{saved.get_attribute('id')}")
    entry.get_by_role("link", name="Edit").click()
    entry.get_by_label("Name").fill("A better name")
    demo.shell(f"{made}filter(name__in=['Soon gone', 'Gone when saved']).delete()")
    entry.get_by_role("button", name="Save").click()
    expect(told).to_contain_text("has left or was removed")
    expect(entry.get_by_label("Name")).to_have_value("A better name")
    told.evaluate("banner => (banner.hidden = true)")
    with page.expect_response(lambda answer: answer.status == 404):
        page.get_by_role("row", name="Soon gone").get_by_role("link", name="Edit").click()
    expect(told).to_contain_text("has left or was removed")


def test_a_search_leaves_an_open_row_alone(page: Page, sample: dict[str, Any]) -> None:
    entry = row(page, sample)
    entry.get_by_role("link", name="Edit").click()
    entry.get_by_label("Team").fill("Half typed")
    page.get_by_label("Search").fill(sample["name"].split()[0])
    expect(page.locator(".shown").first).to_contain_text("Showing")
    expect(entry.get_by_label("Team")).to_have_value("Half typed")


def test_a_file_is_looked_at_and_then_imported(page: Page, agent: dict[str, Any]) -> None:
    page.goto("/directory/upload/")
    table = f"id;team\r\n{agent['id']};Day shift\r\n".encode("utf-8-sig")
    page.get_by_label("A CSV file").set_input_files({"name": "d.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("row", name=agent["name"])).to_contain_text(re.compile(r"team .*\s+→ Day shift"))
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Imported: 0 new, 1 changed, 0 unchanged.")).to_be_visible()
    expect(page.get_by_role("row", name=agent["name"])).to_contain_text("Day shift")


def test_what_is_exported_changes_nothing_when_it_comes_back(page: Page) -> None:
    page.goto("/directory/upload/")
    with page.expect_download() as started:
        page.get_by_role("link", name="The directory as CSV").click()
    page.get_by_label("A CSV file").set_input_files(started.value.path())
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("There is nothing to import.")).to_be_visible()
