"""Undo in a row of the board: in place with scripts, over its page without, by the pointer and by the keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from tests.browser.test_every_page import AXE, LOOKS, look
from tests.browser.test_in_place import badge, menu, pick, toast
from tests.support.demo import Demo

Agent = dict[str, Any]


def undo(page: Page, agent: Agent) -> Locator:
    """The undo in an agent's row."""
    return page.locator(f"#undo-{agent['id']}")


def set_in_place(page: Page, agent: Agent) -> None:
    """Set a status on the board, and close what tells of it."""
    page.goto(f"/agents/?q={agent['id']}")
    badge(page, agent).click()
    pick(page, "Meeting")
    expect(toast(page)).to_contain_text("confirmed")
    expect(undo(page, agent)).to_be_attached()
    expect(undo(page, agent)).to_be_hidden()  # the toast has its own
    toast(page).get_by_role("button", name="Close").click()


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_a_click_sets_the_status_before_again_and_the_board_stays(
    page: Page, demo: Demo, agent: Agent, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    set_in_place(page, agent)
    page.evaluate("window.stayed = true")
    name = page.locator(f"#agent-{agent['id']} .cell-name bdi")
    where = name.bounding_box()
    box = undo(page, agent).bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= (24 if width == 1440 else 40)
    undo(page, agent).click()
    expect(toast(page)).to_contain_text(f"{agent['name']}: Meeting → Online, confirmed")
    expect(badge(page, agent)).to_have_text("Online")
    assert demo.status(agent["id"]).lower() == "online"
    assert page.evaluate("window.stayed") is True
    assert name.bounding_box() == where


@pytest.mark.long(sibling="test_a_click_sets_the_status_before_again_and_the_board_stays")
def test_the_keyboard_reaches_it_by_tab_and_by_its_letter_and_keeps_its_place(
    page: Page, demo: Demo, agent: Agent
) -> None:
    set_in_place(page, agent)
    badge(page, agent).focus()
    page.keyboard.press("Tab")
    expect(undo(page, agent)).to_be_focused()
    expect(undo(page, agent)).to_have_accessible_name(f"Undo {agent['name']}’s last change: Online again")
    page.keyboard.press("u")
    expect(badge(page, agent)).to_be_focused()
    expect(toast(page)).to_contain_text("Meeting → Online, confirmed")
    page.keyboard.press("u")  # the toast is the newer one: its undo sets the status again
    expect(toast(page)).to_contain_text("Online → Meeting, confirmed")
    assert demo.status(agent["id"]) == "Meeting"


@pytest.mark.long(sibling="test_a_conflict_says_what_is_and_lets_choose_again")
def test_what_somebody_set_meanwhile_is_not_overwritten(page: Page, demo: Demo, agent: Agent, complaints: Any) -> None:
    complaints.allow(r"\b409\b")
    set_in_place(page, agent)
    link = undo(page, agent)
    link.hover()  # a row under the pointer does not change
    demo.set_status(agent["id"], "Lunch")
    link.click()
    expect(toast(page)).to_contain_text("is Lunch now, no longer Meeting")
    assert demo.status(agent["id"]) == "Lunch"
    toast(page).get_by_role("button", name="Choose again").click()
    expect(menu(page)).to_be_visible()


@pytest.mark.long(sibling="test_a_change_is_undone_from_the_record")
def test_without_scripts_it_leads_to_the_page_that_undoes_it(
    page: Page, browser: Browser, signed_in: StorageState, demo: Demo, agent: Agent
) -> None:
    set_in_place(page, agent)
    with browser.new_context(base_url=demo.url, storage_state=signed_in, java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(f"/agents/?q={agent['id']}")
        undo(plain, agent).click()
        expect(plain).to_have_url(re.compile(r"/changes/[^/]+/undo/$"))
        plain.get_by_role("button", name="Undo", exact=True).click()
        expect(plain.locator("main")).to_contain_text("Confirmed")
    assert demo.status(agent["id"]).lower() == "online"


@pytest.mark.long(sibling="test_a_page_is_quiet_accessible_and_fits")
def test_a_row_with_an_undo_is_accessible_and_fits(page: Page, agent: Agent) -> None:
    set_in_place(page, agent)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AXE)
    assert [text for each in LOOKS for text in look(page, *each)] == []
    for width in (320, 360, 390, 724, 768, 1024, 1280, 2560):
        page.set_viewport_size({"width": width, "height": 844})
        row = page.locator(f"#agent-{agent['id']}").bounding_box()
        box = undo(page, agent).bounding_box()
        name = page.locator(f"#agent-{agent['id']} .cell-name a").bounding_box()
        assert row
        assert box
        assert name
        assert box["x"] + box["width"] <= row["x"] + row["width"] + 1, width
        assert box["y"] + box["height"] <= row["y"] + row["height"] + 1, width
        assert box["x"] >= name["x"] + name["width"] or box["y"] >= name["y"] + name["height"] - 1, width
