"""Bulk changes, with the keyboard and in the browser."""

import re
from collections.abc import Callable
from itertools import cycle
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.watch import Clock
from tests.support.demo import Demo


def test_rows_are_chosen_by_keys_and_set_by_one_bulk_change(page: Page, demo: Demo, lend: Callable[[], Any]) -> None:
    chosen = [lend(), lend()]
    page.goto("/agents/")
    expect(page.get_by_role("button", name="Set status of checked agents")).to_be_hidden()
    for agent in chosen:
        page.locator(f"#agent-{agent['id']} .cell-name a").focus()
        page.keyboard.press("x")
        expect(page.locator(f"#pick-{agent['id']}")).to_be_checked()
    page.get_by_role("button", name="Set status of checked agents").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set the status of 2 agents")
    page.get_by_label("Training").check()
    page.get_by_label("Reason").fill("Course")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("form.aside-layout")).to_contain_text("2 agents are set to Training.")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#progress")).to_contain_text("2 Confirmed")
    expect(page.locator("#progress")).to_contain_text("Done")
    now = {item["id"]: item["status"] for item in demo.agents()}
    assert [now[agent["id"]] for agent in chosen] == ["Training", "Training"]
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.locator("#progress")).to_contain_text("2 Confirmed")
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo of a bulk change")
    now = {item["id"]: item["status"] for item in demo.agents()}
    assert [now[agent["id"]] for agent in chosen] == ["Online", "Online"]


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
    clocked.goto("/agents/")
    for agent in chosen:
        clocked.locator(f"#pick-{agent['id']}").check()
    clocked.get_by_role("button", name="Set status of checked agents").click()
    clocked.get_by_label("Training").check()
    clocked.get_by_role("button", name="Preview").click()
    clocked.get_by_role("button", name="Start").click()
    row = clocked.locator("#progress [data-row]").first
    places = cycle([10.0, 20.0])

    def done() -> bool:
        row.hover(position={"x": next(places), "y": 10})
        return "Done" in clocked.locator("#progress").inner_text()

    clock.until(done, "the bulk change is done")
