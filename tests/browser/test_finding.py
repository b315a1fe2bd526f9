"""Finding someone: the filters and the keyboard."""

import re
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.support.demo import Demo


def test_the_filter_keeps_the_focus_goes_to_the_address_and_survives_a_reload(
    page: Page, demo: Demo, sample: dict[str, Any]
) -> None:
    name = sample["name"]
    page.goto("/agents/")
    search = page.get_by_role("searchbox")
    search.press_sequentially(name[:3])
    search.press_sequentially(name[3:])
    expect(page).to_have_url(f"{demo.url}/agents/?{urlencode({'q': name})}")
    expect(page.locator("#board .shown")).to_contain_text(re.compile(r"^\s*Showing \d+ of \d+"))
    expect(page.locator("#agents-on [data-row]")).to_have_text(re.compile(re.escape(name)))
    expect(search).to_be_focused()
    expect(search).to_have_value(name)
    page.reload()
    expect(search).to_have_value(name)
    expect(page.locator("#agents-on [data-row]")).to_have_text(re.compile(re.escape(name)))


def test_the_back_button_leads_back_to_the_filtered_list(page: Page, demo: Demo, sample: dict[str, Any]) -> None:
    page.goto("/visitors/")
    page.get_by_role("link", name="Agents", exact=True).click()
    page.get_by_label("Status", exact=True).select_option("online")
    page.get_by_role("searchbox").fill(sample["name"])
    expect(page.locator("#agents-on [data-row]")).to_have_count(1)
    page.get_by_role("link", name=sample["name"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(sample["name"])
    page.evaluate("history.back()")
    expect(page.get_by_role("searchbox")).to_have_value(sample["name"])
    expect(page.get_by_label("Status", exact=True)).to_have_value("online")
    expect(page.locator("#agents-on [data-row]")).to_have_count(1)
    page.evaluate("history.back()")
    expect(page).to_have_url(f"{demo.url}/visitors/")


def test_a_filter_without_a_match_says_so_and_can_be_cleared(page: Page, demo: Demo) -> None:
    page.goto("/agents/")
    page.get_by_role("searchbox").fill("nobody has this name")
    expect(page.locator("#board")).to_contain_text("No agent fits the filters")
    page.get_by_role("link", name="Clear the filters").click()
    expect(page).to_have_url(f"{demo.url}/agents/")
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_offline_agents_are_unfolded_if_a_filter_looks_for_them(page: Page) -> None:
    page.goto("/agents/")
    offline = page.locator("#board [data-row]").filter(has_text="Offline")
    expect(offline.first).to_be_hidden()
    page.get_by_label("Status", exact=True).select_option("offline")
    expect(offline.first).to_be_visible()
    expect(page.locator("#board .shown").first).to_contain_text("Showing")
    page.get_by_label("Status", exact=True).select_option("")
    expect(offline.first).to_be_hidden()


def test_the_keyboard_searches_moves_opens_and_tells_its_keys(page: Page) -> None:
    page.goto("/agents/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    links = page.locator("#agents-on .cell-name a")
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(links.nth(place)).to_be_focused()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(links.nth(1)).to_be_focused()
    name = links.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_letters_typed_into_a_field_are_not_commands(page: Page, sample: dict[str, Any]) -> None:
    page.goto(f"/agents/{sample['id']}/")
    page.get_by_label("Reason").press_sequentially("just /?p")
    expect(page.get_by_label("Reason")).to_have_value("just /?p")
    expect(page.get_by_role("dialog")).to_be_hidden()
