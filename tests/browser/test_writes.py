"""Setting a status and editing custom variables, to the confirmed end."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import AXE, LOOKS, look
from tests.browser.watch import Clock, Complaints
from tests.support.demo import Demo


def choose(page: Page, agent: dict[str, Any], status: str, reason: str) -> None:
    """Fill the form on an agent's page and send it."""
    page.goto(f"/agents/{agent['id']}/")
    page.get_by_role("radio", name=status, exact=True).check()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Set the status").click()


def test_a_status_is_set_confirmed_by_itself_and_seen_everywhere(page: Page, demo: Demo, agent: dict[str, Any]) -> None:
    choose(page, agent, "Meeting", "Asked for by the browser test")
    expect(page.locator("#status-form .outcome")).to_contain_text("Confirmed")
    expect(page.get_by_role("button", name="Set the status")).to_be_visible()
    assert demo.status(agent["id"]) == "Meeting"
    page.goto("/agents/")
    expect(page.locator(f"#agent-{agent['id']}")).to_contain_text("Meeting")
    page.goto("/changes/")
    line = page.get_by_role("row", name="Asked for by the browser test")
    for text in (demo.user, agent["name"], "Online → Meeting", "Confirmed"):
        expect(line).to_contain_text(text)


def test_a_paused_page_tells_what_becomes_of_ones_own_write(page: Page, demo: Demo, agent: dict[str, Any]) -> None:
    page.goto(f"/agents/{agent['id']}/")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("radio", name="Meeting", exact=True).check()
    page.get_by_role("button", name="Set the status").click()
    expect(page.locator("#status-form .outcome")).to_contain_text("Confirmed")
    expect(page.locator("#age")).to_contain_text("Paused")
    assert demo.status(agent["id"]) == "Meeting"


def test_an_older_outcome_goes_as_soon_as_something_else_is_chosen(
    page: Page, demo: Demo, agent: dict[str, Any]
) -> None:
    choose(page, agent, "Meeting", "")
    outcome = page.locator("#status-form .outcome")
    expect(outcome).to_contain_text("Confirmed")
    page.get_by_role("radio", name="Training", exact=True).check()
    expect(outcome).to_have_count(0)


def test_a_change_is_undone_from_the_record(page: Page, demo: Demo, agent: dict[str, Any]) -> None:
    choose(page, agent, "Meeting", "To be undone")
    expect(page.locator("#status-form .outcome")).to_contain_text("Confirmed")
    page.goto("/changes/")
    page.get_by_role("row", name="To be undone").get_by_role("link", name="Undo").click()
    expect(page.get_by_role("row", name="Status changed Meeting Online")).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AXE)
    assert [text for each in LOOKS for text in look(page, *each)] == []
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#status-form .outcome")).to_contain_text("Confirmed")
    assert demo.status(agent["id"]) == "Online"
    page.goto(f"/agents/{agent['id']}/")
    expect(page.locator(".changes li").first).to_contain_text("Undo: ")


def test_where_somebody_was_quicker_both_are_told_and_it_can_be_set_anyway(
    page: Page, demo: Demo, agent: dict[str, Any], complaints: Complaints
) -> None:
    complaints.allow(r"\b409\b")
    page.goto(f"/agents/{agent['id']}/")
    demo.set_status(agent["id"], "Lunch")
    page.get_by_role("radio", name="Training").check()
    page.get_by_label("Reason").fill("Kept over the conflict")
    page.get_by_role("button", name="Set the status").click()
    told = page.locator("#status-form .alert")
    expect(told).to_contain_text("Nothing was sent")
    expect(told).to_contain_text("Lunch")
    assert demo.status(agent["id"]) == "Lunch"
    expect(page.get_by_label("Reason")).to_have_value("Kept over the conflict")
    page.get_by_role("button", name="Set it anyway").click()
    expect(page.locator("#status-form .outcome")).to_contain_text("Confirmed")
    assert demo.status(agent["id"]) == "Training"


@pytest.mark.long(sibling="test_where_somebody_was_quicker_both_are_told_and_it_can_be_set_anyway")
@pytest.mark.parametrize("begun", [False, True], ids=["untouched", "begun"])
def test_a_form_expects_the_status_that_its_page_showed_when_it_was_begun(
    clocked: Page,
    clock: Clock,
    demo: Demo,
    agent: dict[str, Any],
    complaints: Complaints,
    begun: bool,
    elsewhere: Callable[[str, str], None],
) -> None:
    complaints.allow(r"\b409\b")
    clocked.goto(f"/agents/{agent['id']}/")
    training = clocked.get_by_role("radio", name="Training")
    if begun:
        training.check()
    elsewhere(agent["id"], "Lunch")
    facts = clocked.locator("#facts .now")
    clock.until(lambda: "Lunch" in facts.inner_text(), "the page shows the new status")
    training.check()
    clocked.get_by_role("button", name="Set the status").click()
    told = clocked.locator("#status-form").locator(".alert" if begun else ".outcome")
    expect(told).to_contain_text("Nothing was sent" if begun else "Confirmed")
    assert demo.status(agent["id"]) == ("Lunch" if begun else "Training")


def test_a_variable_is_changed_and_another_added_and_the_rest_are_still_there(
    page: Page, demo: Demo, visitor: dict[str, Any]
) -> None:
    before = demo.variables(visitor["id"])
    name = next(iter(before))
    page.goto(f"/visitors/{visitor['id']}/variables/")
    form = page.locator("#variables-form")
    form.get_by_label("Value").first.fill("Changed in the browser")
    form.get_by_label("Name").last.fill("addedHere")
    form.get_by_label("Value").last.fill("And a new one <b>")
    form.get_by_role("button", name="Preview the changes").click()
    expect(form.get_by_role("row", name=f"{name} changed")).to_contain_text("Changed in the browser")
    expect(form.get_by_role("row", name="addedHere new")).to_contain_text("And a new one <b>")
    assert demo.variables(visitor["id"]) == before
    form.get_by_role("button", name="Send to Comm100").click()
    expect(form.locator(".outcome")).to_contain_text("Confirmed")
    after = {name: "Changed in the browser", "addedHere": "And a new one <b>"}
    assert demo.variables(visitor["id"]) == before | after
    page.goto("/changes/")
    line = page.get_by_role("row", name=re.compile("addedHere"))
    expect(line).to_contain_text("Confirmed")


def test_a_row_is_added_and_one_goes_back_to_editing_without_losing_what_was_typed(
    page: Page, visitor: dict[str, Any]
) -> None:
    page.goto(f"/visitors/{visitor['id']}/variables/")
    form = page.locator("#variables-form")
    rows = form.get_by_role("group").count()
    form.get_by_label("Name").last.fill("first")
    form.get_by_label("Value").last.fill("one")
    form.get_by_role("button", name="Add a row").click()
    expect(form.get_by_role("group")).to_have_count(rows + 1)
    form.get_by_label("Name").last.fill("second")
    form.get_by_label("Value").last.fill("two")
    form.get_by_role("button", name="Preview the changes").click()
    form.get_by_role("button", name="Back to editing").click()
    expect(form.get_by_label("Value").nth(rows - 1)).to_have_value("one")
    expect(form.get_by_label("Value").nth(rows)).to_have_value("two")


@pytest.mark.long(sibling="test_half_typed_variables_survive_ten_polls")
def test_a_half_typed_reason_survives_ten_polls_and_a_change(
    clocked: Page, clock: Clock, elsewhere: Callable[[str, str], None], agent: dict[str, Any]
) -> None:
    here = f"/agents/{agent['id']}/"
    clocked.goto(here)
    clocked.get_by_role("radio", name="Training").check()
    reason = clocked.get_by_label("Reason")
    reason.press_sequentially("Half a sen")
    elsewhere(agent["id"], "Away")
    for _ in range(10):
        clock.poll(here)
    expect(clocked.locator("#facts .now")).to_contain_text("Away")
    expect(reason).to_be_focused()
    clocked.keyboard.type("tence")
    expect(reason).to_have_value("Half a sentence")
    expect(clocked.get_by_role("radio", name="Training")).to_be_checked()


def test_half_typed_variables_survive_ten_polls(clocked: Page, clock: Clock, visitor: dict[str, Any]) -> None:
    here = f"/visitors/{visitor['id']}/"
    clocked.goto(here)
    rows = clocked.locator("#variables")
    rows.locator("[data-edit]").first.click()
    value = rows.locator("form [name=value]").first
    value.fill("Half")
    rows.locator("[data-add]").click()
    added = rows.locator("#variables-new").get_by_label("Name")
    added.press_sequentially("newOn")
    for _ in range(10):
        clock.poll(here)
    expect(added).to_be_focused()
    clocked.keyboard.type("e")
    expect(added).to_have_value("newOne")
    expect(value).to_have_value("Half")


def test_where_there_is_nobody_to_write_to_the_form_stays_and_the_reason_is_told(
    page: Page, sample: dict[str, Any], visitor: dict[str, Any], complaints: Complaints
) -> None:
    complaints.allow(r"\b404\b")
    nobody = "00000000-0000-4000-8000-000000000000"
    move = "(form, [there, nobody]) => { form.dataset.hxPost = form.dataset.hxPost.replace(there, nobody); }"
    for address, name, button, reason in (
        (f"/agents/{sample['id']}/", "status-form", "Set the status", "No such agent at this site."),
        (
            f"/visitors/{visitor['id']}/variables/",
            "variables-form",
            "Add a row",
            "This visitor has left, or was never here.",
        ),
    ):
        page.goto(address)
        section = page.locator(f"#{name}")
        section.locator("form").evaluate(move, [address.split("/")[2], nobody])
        if name == "status-form":
            section.get_by_role("radio", name="Training").check()
        section.get_by_label("Reason").fill("Still here")
        section.get_by_role("button", name=button).click()
        expect(page.locator("#failed")).to_contain_text(reason)
        expect(section.get_by_label("Reason")).to_have_value("Still here")
