"""Bulk changes, with the keyboard and in the browser."""

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_every_page import AXE, LOOKS, look
from tests.browser.watch import Clock
from tests.support.demo import Demo


def bar(page: Page) -> Locator:
    """The bar of chosen agents."""
    return page.locator("#bulk-bar")


def test_rows_are_chosen_by_keys_and_set_from_the_bar_without_leaving_the_board(
    page: Page, demo: Demo, lend: Callable[[], Any]
) -> None:
    chosen = [lend(), lend()]
    page.goto("/agents/")
    expect(bar(page)).to_be_hidden()
    for number, agent in enumerate(chosen, start=1):
        page.locator(f"#agent-{agent['id']} .cell-name a").focus()
        page.keyboard.press("x")
        expect(page.locator(f"#pick-{agent['id']}")).to_be_checked()
        expect(bar(page)).to_contain_text(f"{number} chosen")
    bar(page).get_by_label("Set to").select_option(label="Training")
    bar(page).get_by_role("button", name="Preview").click()
    expect(bar(page)).to_contain_text("2 agents are set to Training.")
    bar(page).get_by_label("Reason").fill("Course")
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AXE)
    assert [text for each in LOOKS for text in look(page, *each)] == []
    bar(page).get_by_role("button", name="Set Training for 2").click()
    expect(bar(page)).to_contain_text("2 of 2 agents")
    expect(bar(page)).to_contain_text("Done")
    expect(bar(page)).to_contain_text("2 Confirmed")
    assert "Done" in page.locator("#announce").inner_text()
    now = {item["id"]: item["status"] for item in demo.agents()}
    assert [now[agent["id"]] for agent in chosen] == ["Training", "Training"]
    for agent in chosen:
        expect(page.locator(f"#pick-{agent['id']}")).not_to_be_checked()
    bar(page).get_by_role("button", name="Undo").click()
    expect(bar(page)).to_contain_text("Undone")
    expect(bar(page)).to_contain_text("2 Confirmed")
    now = {item["id"]: item["status"] for item in demo.agents()}
    assert [now[agent["id"]] for agent in chosen] == ["Online", "Online"]
    bar(page).get_by_role("button", name="Close").click()
    expect(bar(page)).to_be_hidden()
    assert "/agents/" in page.url


def test_one_box_chooses_all_in_sight_and_clear_lets_them_go(page: Page, agent: dict[str, Any]) -> None:
    page.goto(f"/agents/?status=online&q={agent['name'].split()[0]}")
    boxes = page.locator("#agents-on .pick")
    every = page.get_by_label("Choose all in sight")
    every.check()
    expect(page.locator("#agents-on .pick:checked")).to_have_count(boxes.count())
    boxes.first.uncheck()
    expect(every).not_to_be_checked()
    bar(page).get_by_role("button", name="Clear").click() if boxes.count() > 1 else every.check()
    if boxes.count() == 1:
        bar(page).get_by_role("button", name="Clear").click()
    expect(page.locator(".pick:checked")).to_have_count(0)
    expect(bar(page)).to_be_hidden()


def test_another_choice_takes_the_preview_of_the_one_before_away(page: Page, lend: Callable[[], Any]) -> None:
    chosen = [lend(), lend()]
    page.goto("/agents/")
    page.locator(f"#pick-{chosen[0]['id']}").check()
    bar(page).get_by_label("Set to").select_option(label="Meeting")
    bar(page).get_by_role("button", name="Preview").click()
    expect(bar(page)).to_contain_text("1 agent is set to Meeting.")
    page.locator(f"#pick-{chosen[1]['id']}").check()
    expect(bar(page)).to_contain_text("2 chosen")
    expect(bar(page).get_by_role("button", name="Preview")).to_be_visible()


def test_the_page_of_a_bulk_change_does_without_scripts_what_the_bar_does(plain: Page, lend: Callable[[], Any]) -> None:
    chosen = [lend(), lend()]
    plain.goto("/agents/")
    for agent in chosen:
        plain.locator(f"#pick-{agent['id']}").check()
    plain.get_by_role("button", name="Set status of checked agents").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Set the status of 2 agents")
    plain.get_by_label("Training").check()
    plain.get_by_label("Reason").fill("Course")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.locator("form.aside-layout")).to_contain_text("2 agents are set to Training.")


@pytest.mark.long(sibling="test_rows_are_chosen_by_keys_and_set_from_the_bar_without_leaving_the_board")
def test_a_box_stays_checked_when_the_list_is_refreshed(
    clocked: Page, clock: Clock, agent: dict[str, Any], lend: Callable[[], Any], elsewhere: Callable[[str, str], None]
) -> None:
    other = lend()
    clocked.goto("/agents/")
    clocked.locator(f"#pick-{agent['id']}").check()
    elsewhere(other["id"], "Lunch")
    row = clocked.locator(f"#agent-{other['id']}")
    clock.until(lambda: "Lunch" in row.inner_text(), "the update")
    expect(clocked.locator(f"#pick-{agent['id']}")).to_be_checked()
    expect(clocked.locator(f"#pick-{other['id']}")).not_to_be_checked()


def test_a_bulk_changes_outcome_is_shown_under_the_pointer_too(
    clocked: Page, clock: Clock, lend: Callable[[], Any]
) -> None:
    chosen = [lend(), lend()]
    named = ",".join(agent["id"] for agent in chosen)
    clocked.goto(f"/agents/bulk/?boxes=1&agent={named}")
    clocked.get_by_label("Training").check()
    clocked.get_by_role("button", name="Preview").click()
    clocked.get_by_role("button", name="Start").click()
    row = clocked.locator("#progress [data-row]").first
    places = cycle([10.0, 20.0])

    def done() -> bool:
        row.hover(position={"x": next(places), "y": 10})
        return "Done" in clocked.locator("#progress").inner_text()

    clock.until(done, "the bulk change is done")
