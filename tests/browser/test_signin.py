"""Signing in, and what happens to an open page when the session ends."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.watch import Clock, Complaints
from tests.support.demo import Demo


def fill(page: Page, user: str, password: str) -> None:
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_the_printed_password_opens_the_page_that_was_asked_for(stranger: Page, demo: Demo) -> None:
    stranger.goto("/visitors/?status=waiting")
    expect(stranger).to_have_url(re.compile("/accounts/login/"))
    fill(stranger, demo.user, demo.password)
    expect(stranger).to_have_url(f"{demo.url}/visitors/?status=waiting")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Visitors")


def test_a_wrong_password_is_reported_and_the_name_stays(stranger: Page, demo: Demo) -> None:
    stranger.goto("/agents/")
    fill(stranger, demo.user, "not the password")
    expect(stranger.get_by_role("alert")).to_contain_text("not correct")
    expect(stranger.get_by_label("User name")).to_have_value(demo.user)
    expect(stranger.get_by_label("Password")).to_have_value("")


def test_when_the_session_ends_an_open_board_leads_to_the_sign_in_and_back(
    clocked: Page, clock: Clock, demo: Demo
) -> None:
    clocked.goto("/agents/?status=online")
    clocked.context.clear_cookies()
    clock.until(lambda: "/accounts/login/" in clocked.url, "the sign-in form")
    fill(clocked, demo.user, demo.password)
    expect(clocked).to_have_url(f"{demo.url}/agents/?status=online")


def test_when_the_session_ends_a_half_filled_form_stays(clocked: Page, clock: Clock, sample: dict[str, str]) -> None:
    clocked.goto(f"/agents/{sample['id']}/")
    clocked.get_by_label("Reason").fill("Half a sen")
    clocked.context.clear_cookies()
    clock.until(clocked.locator("#ended").is_visible, "word of the ended session")
    expect(clocked.locator("#ended")).to_contain_text("Your session has ended")
    expect(clocked.get_by_label("Reason")).to_have_value("Half a sen")


def test_after_signing_in_in_another_tab_the_half_filled_form_can_be_sent(
    clocked: Page, clock: Clock, demo: Demo, agent: dict[str, Any]
) -> None:
    clocked.goto(f"/agents/{agent['id']}/")
    clocked.get_by_label("Reason").fill("Before and after")
    clocked.get_by_role("radio", name="Meeting", exact=True).check()
    clocked.context.clear_cookies()
    ended = clocked.locator("#ended")
    clock.until(ended.is_visible, "word of the ended session")
    with clocked.context.expect_page() as opened:
        ended.get_by_role("link").click()
    fill(opened.value, demo.user, demo.password)
    opened.value.wait_for_url("**/agents/")
    clock.until(ended.is_hidden, "the page goes on")
    expect(clocked.get_by_label("Reason")).to_have_value("Before and after")
    clocked.get_by_role("button", name="Set the status").click()
    clock.until(lambda: demo.status(agent["id"]) == "Meeting", "the status is set")


def test_when_the_session_ends_what_a_page_shows_again_for_correction_stays(
    clocked: Page, clock: Clock, complaints: Complaints
) -> None:
    complaints.allow(r"\b422\b")
    clocked.goto("/directory/upload/")
    clocked.get_by_label("Text").fill("id,name\nnot-an-id,Half a name\n")
    clocked.get_by_role("button", name="Preview").click()
    clocked.context.clear_cookies()
    clock.until(clocked.locator("#ended").is_visible, "word of the ended session")
    expect(clocked.get_by_label("Text")).to_have_value(re.compile("Half a name"))


def test_when_the_session_ends_a_preview_in_the_page_stays(
    clocked: Page, clock: Clock, visitor: dict[str, Any]
) -> None:
    clocked.goto(f"/visitors/{visitor['id']}/variables/")
    form = clocked.locator("#variables-form")
    form.get_by_label("Value").first.fill("Half a value")
    form.get_by_role("button", name="Preview the changes").click()
    expect(form.get_by_role("button", name="Send to Comm100")).to_be_visible()
    clocked.context.clear_cookies()
    clock.until(clocked.locator("#ended").is_visible, "word of the ended session")
    expect(form).to_contain_text("Half a value")
