"""Setting a status on the board: the badge's menu, and the toast that says what became of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.outage import REFUSED, Outage
from tests.browser.test_every_page import AXE, LOOKS, look
from tests.browser.test_signin import fill
from tests.browser.test_wall_alone import held
from tests.browser.watch import Clock, Complaints
from tests.support.demo import Demo, wait_until

Agent = dict[str, Any]
Elsewhere = Callable[[str, str], None]
WIDTHS = pytest.mark.parametrize("width", [1440, 390])


def badge(page: Page, agent: Agent) -> Locator:
    """An agent's badge, on the board and on their page."""
    return page.locator(f'[data-menu][data-agent="{agent["id"]}"]')


def menu(page: Page) -> Locator:
    """The menu of a badge."""
    return page.locator("#status-menu")


def toast(page: Page) -> Locator:
    """What became of a choice."""
    return page.locator("#toasts > div")


def pick(page: Page, status: str) -> None:
    """Choose a status of the open menu."""
    menu(page).get_by_role("button", name=status).click()


def test_until_a_time_is_planned_in_the_menu_shown_on_the_row_and_cancelled(
    page: Page, agent: Agent, demo: Demo
) -> None:
    page.goto("/agents/")
    badge(page, agent).click()
    menu(page).get_by_text("Until…").click()
    menu(page).get_by_label("holds until").fill("23:59")
    pick(page, "Meeting")
    expect(toast(page)).to_contain_text(f"{agent['name']}: Online → Meeting, confirmed")
    expect(toast(page)).to_contain_text("until 23:59, then Online")
    row = page.locator(f"#agent-{agent['id']}")
    expect(row).to_contain_text(re.compile(r"until 23:59, then Online\s*·\s*Cancel"))
    row.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel the plan").click()
    expect(page.locator("#facts")).not_to_contain_text("23:59")
    assert demo.status(agent["id"]) == "Meeting"


@WIDTHS
def test_one_click_sets_a_status_and_the_board_stays(page: Page, demo: Demo, agent: Agent, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/agents/")
    page.evaluate("window.stayed = true")
    badge(page, agent).click()
    expect(menu(page)).to_be_visible()
    expect(menu(page).locator("#status-menu-name")).to_have_text(agent["name"])
    expect(menu(page).locator("[aria-current=true]")).to_have_text(re.compile("Online"))
    pick(page, "Meeting")
    expect(menu(page)).to_be_hidden()
    expect(badge(page, agent)).to_have_text("asking Comm100…")
    expect(toast(page)).to_contain_text(f"{agent['name']}: Online → Meeting, confirmed")
    assert demo.status(agent["id"]) == "Meeting"
    expect(badge(page, agent)).to_have_text("Meeting")
    assert page.evaluate("window.stayed") is True
    expect(page).to_have_url(f"{demo.url}/agents/")


@pytest.mark.long(
    sibling="test_refreshes_leave_an_open_menu_and_a_half_typed_reason_alone_and_the_choice_expects_what_was_shown"
)
def test_the_row_and_the_view_stay_where_they_are_while_somebody_is_at_the_row(
    page: Page, demo: Demo, agent: Agent
) -> None:
    page.goto("/agents/")
    shown = page.locator("[data-menu][data-status=Online]")
    wait_until(
        lambda: shown.count() == sum(each["status"] == "Online" for each in demo.agents()),
        30, "what earlier tests did is not shown", every=0.25,
    )  # fmt: skip
    order = "[...document.querySelectorAll('[data-row]')].map((row) => row.id)"
    name = page.locator(f"#agent-{agent['id']} .cell-name a")
    name.hover()  # other agents' rows move too, but not while somebody is at one
    before = page.evaluate(order)
    badge(page, agent).click()
    there = page.evaluate("scrollY")
    pick(page, "Meeting")
    name.hover()
    expect(toast(page)).to_contain_text("confirmed")
    expect(badge(page, agent)).to_have_text("Meeting")
    expect(page.locator(f"#agent-{agent['id']} .cell-free")).to_have_text("–")
    online = page.locator("[data-menu][data-status=Online]").count()
    expect(page.locator(".count", has_text="Online").locator("b")).to_have_text(str(online))
    assert (page.evaluate(order), page.evaluate("scrollY")) == (before, there)
    page.mouse.move(5, 5)  # nobody is at a row any more: the focus is not held by a click
    wait_until(lambda: page.evaluate(order) != before, 30, "the row did not move", every=0.25)


def test_a_row_that_no_longer_fits_the_filters_leaves(page: Page, agent: Agent) -> None:
    page.goto(f"/agents/?status=online&q={agent['id']}")
    badge(page, agent).press("Enter")
    menu(page).get_by_role("button", name="Meeting").press("Enter")
    expect(toast(page)).to_contain_text("confirmed")
    expect(badge(page, agent)).to_have_count(0)


@pytest.mark.long(sibling="test_a_toast_undoes_what_was_set")
def test_an_outcome_is_announced_and_stays_while_somebody_is_at_it(clocked: Page, clock: Clock, agent: Agent) -> None:
    clocked.goto("/agents/")
    badge(clocked, agent).click()
    pick(clocked, "Meeting")
    clock.until(lambda: "confirmed" in toast(clocked).inner_text(), "it is confirmed")
    assert "Online → Meeting, confirmed" in clocked.locator("#announce").inner_text()
    toast(clocked).hover()
    for _ in range(20):
        clock.second()
    expect(toast(clocked)).to_be_visible()
    clocked.mouse.move(5, 5)
    toast(clocked).get_by_role("button", name="Undo").focus()
    for _ in range(20):
        clock.second()
    expect(toast(clocked)).to_be_visible()
    toast(clocked).get_by_role("button", name="Undo").blur()
    clock.until(lambda: toast(clocked).count() == 0, "it goes by itself")


@WIDTHS
def test_a_toast_undoes_what_was_set(page: Page, demo: Demo, agent: Agent, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/agents/")
    badge(page, agent).click()
    pick(page, "Meeting")
    expect(toast(page)).to_contain_text("confirmed")
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_have_count(1)
    expect(toast(page)).to_contain_text(f"{agent['name']}: Meeting → Online, confirmed")
    assert demo.status(agent["id"]) == "Online"
    expect(badge(page, agent)).to_have_text("Online")


def test_a_conflict_says_what_is_and_lets_choose_again(
    page: Page, demo: Demo, agent: Agent, complaints: Complaints
) -> None:
    complaints.allow(r"\b409\b")
    page.goto("/agents/")
    badge(page, agent).click()
    demo.set_status(agent["id"], "Lunch")
    menu(page).get_by_text("With a reason").click()
    menu(page).get_by_label("Why").fill("Kept over the conflict")
    pick(page, "Training")
    expect(toast(page)).to_contain_text("is Lunch now, no longer Online. You asked for Training. Nothing was sent.")
    assert demo.status(agent["id"]) == "Lunch"
    toast(page).get_by_role("button", name="Choose again").click()
    expect(menu(page).locator("[aria-current=true]")).to_have_text(re.compile("Lunch"))
    expect(menu(page).get_by_role("button", name="Training")).to_be_focused()
    expect(menu(page).get_by_label("Why")).to_have_value("Kept over the conflict")
    pick(page, "Training")
    expect(toast(page)).to_contain_text("Lunch → Training, confirmed")
    assert demo.status(agent["id"]) == "Training"


@pytest.mark.long(sibling="test_without_an_answer_of_the_dashboard_trying_again_sends_once_at_most")
def test_while_comm100_is_away_nothing_was_sent_and_trying_again_sends_it(
    page: Page, demo: Demo, agent: Agent, complaints: Complaints
) -> None:
    complaints.allow(r"\b422\b")
    page.goto("/agents/")
    badge(page, agent).click()
    with held(demo, "chatserver"):
        pick(page, "Meeting")
        expect(badge(page, agent)).to_have_text("asking Comm100…")
        expect(toast(page)).to_contain_text(re.compile(r"Comm100 did not answer.*Nothing was sent\."))
        expect(badge(page, agent)).to_have_text("Online")
    toast(page).get_by_role("button", name="Try again").click()
    expect(toast(page)).to_contain_text("Online → Meeting, confirmed")
    assert demo.status(agent["id"]) == "Meeting"


def test_without_an_answer_of_the_dashboard_trying_again_sends_once_at_most(
    page: Page, demo: Demo, agent: Agent, complaints: Complaints, outage: Outage
) -> None:
    complaints.allow(f"{REFUSED}|htmx:error: timeout")  # of a poll that was under way
    page.goto("/agents/")
    badge(page, agent).click()
    outage.begin()
    pick(page, "Meeting")
    expect(toast(page)).to_contain_text("There was no answer")
    nonce = toast(page).get_attribute("id")
    outage.end()
    toast(page).get_by_role("button", name="Try again").click()
    expect(toast(page)).to_contain_text("confirmed")
    assert toast(page).get_attribute("id") == nonce
    assert demo.status(agent["id"]) == "Meeting"


@pytest.mark.parametrize("lost", [r".*", r"session.*"], ids=["all", "session"])
def test_an_ended_session_sends_nothing_and_the_choice_can_be_sent_after_signing_in_again(
    clocked: Page, clock: Clock, demo: Demo, agent: Agent, complaints: Complaints, lost: str
) -> None:
    complaints.allow(r"\b403\b")
    clocked.goto("/agents/")
    badge(clocked, agent).click()
    clocked.context.clear_cookies(name=re.compile(lost))
    pick(clocked, "Meeting")
    expect(toast(clocked)).to_contain_text("Nothing was sent")
    ended = clocked.locator("#ended")
    clock.until(ended.is_visible, "word of the ended session")
    with clocked.context.expect_page() as opened:
        ended.get_by_role("link").click()
    fill(opened.value, demo.user, demo.password)
    opened.value.wait_for_url("**/agents/")
    clock.until(ended.is_hidden, "the page goes on")
    expect(badge(clocked, agent)).to_have_text("Online")
    toast(clocked).get_by_role("button", name="Try again").click()
    clock.until(lambda: demo.status(agent["id"]) == "Meeting", "the status is set")


@pytest.mark.long(sibling="test_one_click_sets_a_status_and_the_board_stays")
def test_two_choices_under_way_are_told_apart(page: Page, demo: Demo, lend: Callable[[], Agent]) -> None:
    one, two = lend(), lend()
    page.goto("/agents/")
    for each, status in ((one, "Meeting"), (two, "Training")):
        badge(page, each).click()
        pick(page, status)
    expect(toast(page).filter(has_text=f"{one['name']}: Online → Meeting, confirmed")).to_be_visible()
    expect(toast(page).filter(has_text=f"{two['name']}: Online → Training, confirmed")).to_be_visible()
    toast(page).filter(has_text=one["name"]).get_by_role("button", name="Undo").click()
    expect(toast(page).filter(has_text=f"{one['name']}: Meeting → Online, confirmed")).to_be_visible()
    assert [demo.status(each["id"]) for each in (one, two)] == ["Online", "Training"]


@WIDTHS
def test_the_keyboard_alone_sets_and_undoes(page: Page, demo: Demo, agent: Agent, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/agents/")
    page.locator(f"#agent-{agent['id']} .cell-name a").focus()
    page.keyboard.press("s")
    expect(menu(page).get_by_role("button", name="Online")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu(page).get_by_role("button", name="Away")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_hidden()
    page.keyboard.press("s")
    page.keyboard.press("t")
    expect(menu(page).get_by_role("button", name="Training")).to_be_focused()
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("Online → Training, confirmed")
    expect(page.locator(f"#agent-{agent['id']}")).to_contain_text("Training")
    assert page.evaluate("document.activeElement.closest('[data-row]')?.id") == f"agent-{agent['id']}"
    page.keyboard.press("u")
    expect(toast(page)).to_contain_text("Training → Online, confirmed")
    assert demo.status(agent["id"]) == "Online"


def test_enter_in_the_reason_sends_nothing(page: Page, demo: Demo, agent: Agent) -> None:
    page.goto("/agents/")
    badge(page, agent).click()
    menu(page).get_by_text("With a reason").click()
    reason = menu(page).get_by_label("Why")
    reason.fill("jk/p?x are no keys here")
    reason.press("Enter")
    expect(menu(page).get_by_role("button", name="Online")).to_be_focused()
    expect(toast(page)).to_have_count(0)
    pick(page, "Training")
    expect(toast(page)).to_contain_text("confirmed")
    page.goto("/changes/")
    expect(page.get_by_role("row", name="jk/p?x are no keys here")).to_contain_text("Online → Training")


def test_refreshes_leave_an_open_menu_and_a_half_typed_reason_alone_and_the_choice_expects_what_was_shown(
    clocked: Page, clock: Clock, demo: Demo, agent: Agent, elsewhere: Elsewhere, complaints: Complaints
) -> None:
    complaints.allow(r"\b409\b")
    clocked.goto("/agents/")
    badge(clocked, agent).click()
    menu(clocked).get_by_text("With a reason").click()
    reason = menu(clocked).get_by_label("Why")
    reason.press_sequentially("Half a sen")
    elsewhere(agent["id"], "Lunch")
    where = menu(clocked).bounding_box()
    for _ in range(12):
        clock.poll("/agents/")
    expect(badge(clocked, agent)).to_have_text("Lunch")  # after a while without a key the board moves on
    expect(menu(clocked)).to_be_visible()
    assert menu(clocked).bounding_box() == where
    expect(reason).to_be_focused()
    clocked.keyboard.type("tence")
    expect(reason).to_have_value("Half a sentence")
    pick(clocked, "Training")
    expect(toast(clocked)).to_contain_text("is Lunch now, no longer Online")
    assert demo.status(agent["id"]) == "Lunch"


@pytest.mark.long(sibling="test_an_older_outcome_goes_as_soon_as_something_else_is_chosen")
def test_the_menu_of_an_agents_page_takes_the_older_outcome_away(page: Page, demo: Demo, agent: Agent) -> None:
    page.goto(f"/agents/{agent['id']}/")
    page.get_by_role("radio", name="Meeting", exact=True).check()
    page.get_by_role("button", name="Set the status").click()
    expect(page.locator("#status-form .outcome")).to_contain_text("Confirmed")
    expect(badge(page, agent)).to_have_text("Meeting")
    badge(page, agent).click()
    pick(page, "Training")
    expect(badge(page, agent)).to_have_text("asking Comm100…")
    expect(page.locator("#status-form .outcome")).to_have_count(0)
    expect(toast(page)).to_contain_text("Meeting → Training, confirmed")
    expect(badge(page, agent)).to_have_text("Training")
    expect(page.locator("#status-form [name=expected]")).to_have_value("Training")
    assert demo.status(agent["id"]) == "Training"


@pytest.mark.long(sibling="test_a_page_is_quiet_accessible_and_fits")
def test_the_menu_and_each_toast_are_accessible_and_fit(
    page: Page, agent: Agent, demo: Demo, complaints: Complaints
) -> None:
    complaints.allow(r"\b409\b")
    page.emulate_media(reduced_motion="reduce")
    page.goto("/agents/")
    page.evaluate(AXE)
    badge(page, agent).click()
    menu(page).get_by_text("With a reason").click()
    assert [text for each in LOOKS for text in look(page, *each)] == []
    demo.set_status(agent["id"], "Lunch")
    pick(page, "Training")
    expect(toast(page)).to_contain_text("Nothing was sent")
    assert [text for each in LOOKS for text in look(page, *each)] == []
    toast(page).get_by_role("button", name="Choose again").click()
    pick(page, "Training")
    expect(toast(page)).to_contain_text("confirmed")
    toast(page).get_by_role("button", name="Undo").focus()
    assert [text for each in LOOKS for text in look(page, *each)] == []
