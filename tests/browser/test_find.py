"""The box that Ctrl-K opens: finding what is typed, choosing it by the keyboard, setting a status in place."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, StorageState, expect

from tests.browser.test_every_page import AXE, LOOKS, look
from tests.browser.test_in_place import badge, toast
from tests.browser.watch import Complaints
from tests.support.demo import Demo

Agent = dict[str, Any]


def box(page: Page) -> Locator:
    """The box."""
    return page.get_by_role("dialog", name="Find")


def field(page: Page) -> Locator:
    """Its field."""
    return box(page).get_by_role("combobox")


def options(page: Page) -> Locator:
    """What it found."""
    return box(page).get_by_role("option")


def chosen(page: Page) -> Locator:
    """The option that Enter chooses."""
    return box(page).get_by_role("option", selected=True)


def ask(page: Page, words: str) -> None:
    """Open the box, type, and wait for what fits."""
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    field(page).fill(words)
    expect(page.locator("#find-list")).to_have_attribute("data-q", words)


def test_ctrl_k_finds_an_agent_from_any_page_and_enter_opens_them(page: Page, demo: Demo, sample: Agent) -> None:
    page.goto("/walls/")
    page.get_by_label("Title").focus()  # also while one types
    ask(page, sample["name"])
    expect(chosen(page)).to_contain_text(sample["name"])
    expect(box(page).get_by_role("group", name="Agents").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/agents/{sample['id']}/")


def test_arrows_go_round_and_the_field_names_the_option_it_is_at(page: Page, demo: Demo) -> None:
    page.goto("/agents/")
    ask(page, "an")
    ids = options(page).evaluate_all("found => found.map((one) => one.id)")
    assert len(ids) > 3
    for key, place in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 0), ("ArrowUp", -1)):
        page.keyboard.press(key)
        expect(field(page)).to_have_attribute("aria-activedescendant", ids[place])
        expect(chosen(page)).to_have_attribute("id", ids[place])
        expect(chosen(page)).to_be_in_viewport()
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(box(page).get_by_role("status")).to_have_text(f"{len(ids)} results")


def test_escape_and_a_click_beside_it_close_it_and_the_focus_goes_back(page: Page) -> None:
    page.goto("/agents/")
    search = page.get_by_role("searchbox")
    search.focus()
    ask(page, "an")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_hidden()
    expect(search).to_be_focused()
    page.get_by_role("link", name="Find, or set … to …").click()
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("an")
    page.mouse.click(5, 500)
    expect(box(page)).to_be_hidden()


def test_it_opens_with_the_pages_and_says_if_nothing_fits(page: Page, demo: Demo) -> None:
    page.goto("/agents/")
    page.keyboard.press("Control+k")
    expect(box(page).get_by_role("group", name="Pages")).to_contain_text("Directory")
    field(page).fill("nobody has this name")
    expect(box(page).get_by_role("status")).to_have_text("Nothing fits “nobody has this name”.")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/agents/")
    field(page).fill("direc")
    expect(chosen(page)).to_contain_text("Directory")
    chosen(page).click()
    expect(page).to_have_url(f"{demo.url}/directory/")


@pytest.mark.parametrize("address", ["/visitors/", "/agents/"])
def test_set_sets_a_status_where_one_is_and_undoes_it(page: Page, demo: Demo, agent: Agent, address: str) -> None:
    page.goto(address)
    ask(page, f"set {agent['name']} to lunch")
    expect(chosen(page)).to_have_text(re.compile(rf"^\s*Set {agent['name']}: Online → Lunch\s*$"))
    page.keyboard.press("Enter")
    expect(box(page)).to_be_hidden()
    expect(toast(page)).to_contain_text(f"{agent['name']}: Online → Lunch, confirmed")
    assert demo.status(agent["id"]) == "Lunch"
    expect(page).to_have_url(demo.url + address)
    if address == "/agents/":
        expect(badge(page, agent)).to_have_text("Lunch")
    page.keyboard.press("u")
    expect(toast(page)).to_contain_text(f"{agent['name']}: Lunch → Online, confirmed")
    assert demo.status(agent["id"]) == "Online"


@pytest.mark.long(sibling="test_set_sets_a_status_where_one_is_and_undoes_it")
def test_a_status_that_changed_since_it_was_shown_is_not_overwritten(
    page: Page, demo: Demo, agent: Agent, complaints: Complaints
) -> None:
    complaints.allow(r"\b409\b")
    page.goto("/visitors/")
    ask(page, f"set {agent['name']} lunch")
    expect(chosen(page)).to_contain_text("Online → Lunch")
    demo.set_status(agent["id"], "Training")
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("is Training now, no longer Online. You asked for Lunch. Nothing was sent.")
    assert demo.status(agent["id"]) == "Training"
    toast(page).get_by_role("button", name="Choose again").click()
    page.locator("#status-menu").get_by_role("button", name="Lunch").click()
    expect(toast(page)).to_contain_text("Training → Lunch, confirmed")


def test_enter_chooses_nothing_of_what_was_found_for_fewer_letters(page: Page, demo: Demo, sample: Agent) -> None:
    page.goto("/visitors/")
    ask(page, "an")
    field(page).evaluate(
        """(field, words) => {
          field.value = words;
          field.form.requestSubmit(); // as Enter does, before anything was looked up
        }""",
        sample["name"],
    )
    expect(page.locator("#find-list")).to_have_attribute("data-q", sample["name"])
    expect(page).to_have_url(f"{demo.url}/visitors/")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/agents/{sample['id']}/")


def test_without_an_answer_it_says_so_and_leads_to_the_page(page: Page, demo: Demo, complaints: Complaints) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page.goto("/agents/")
    ask(page, "an")
    page.context.set_offline(True)
    field(page).fill("direct")
    expect(box(page).get_by_text("That could not be loaded.")).to_be_visible()
    page.context.set_offline(False)
    box(page).get_by_role("link", name="Open it as a page").click()
    expect(page).to_have_url(f"{demo.url}/find/?q=direct")
    expect(page.locator("#found")).to_contain_text("Directory")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("main").get_by_role("searchbox")).to_be_focused()


def test_after_the_session_ended_its_page_asks_to_sign_in(page: Page) -> None:
    page.goto("/directory/")
    page.context.clear_cookies()
    page.keyboard.press("Control+k")
    box(page).get_by_role("link", name="Open it as a page").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))


@pytest.mark.long(sibling="test_set_sets_a_status_where_one_is_and_undoes_it")
def test_without_javascript_a_page_finds_and_leads_to_the_status_chosen_beforehand(
    new_context: Callable[..., BrowserContext], signed_in: StorageState, agent: Agent, demo: Demo
) -> None:
    plain = new_context(java_script_enabled=False, storage_state=signed_in).new_page()
    plain.goto("/agents/")
    plain.get_by_role("link", name="Find, or set … to …").click()
    plain.get_by_role("main").get_by_role("searchbox").fill(f"set {agent['name']} to lunch")
    plain.get_by_role("button", name="Find", exact=True).click()
    plain.get_by_role("link", name=f"Set {agent['name']}: Online → Lunch").click()
    expect(plain.get_by_role("radio", name="Lunch", exact=True)).to_be_checked()
    plain.get_by_role("button", name="Set the status").click()
    expect(plain.locator("#status-form")).to_contain_text("Lunch")
    assert demo.status(agent["id"]) == "Lunch"


@pytest.mark.long(sibling="test_ctrl_k_finds_an_agent_from_any_page_and_enter_opens_them")
def test_the_open_box_is_accessible_and_fits(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/visitors/")
    page.evaluate(AXE)
    ask(page, "an")
    assert [text for each in LOOKS for text in look(page, *each)] == []
    ask(page, "set an to lunch")
    assert [text for each in LOOKS for text in look(page, *each)] == []
    for part in (field(page), box(page).get_by_role("button", name="Close"), options(page).first):
        there = part.bounding_box()
        assert there
        assert there["height"] >= 40, "on a phone everything pressed is 40 px high"


def test_the_list_of_keys_tells_of_it(page: Page) -> None:
    page.goto("/agents/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Find anything, or set … to …")
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_hidden()


def test_on_a_page_that_shows_a_secret_ctrl_k_leads_to_the_page_of_its_own(page: Page) -> None:
    page.goto("/sites/1/invitations/")
    page.get_by_label("For whom?").fill("somebody@example.org")
    page.get_by_role("button", name="Make the link").click()
    address = page.locator("#invite-address").inner_text()
    page.goto(address)
    expect(page.locator("#find")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.wait_for_url("**/find/")
    expect(page.locator("#find-page-q")).to_be_visible()
