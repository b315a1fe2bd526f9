"""Signing in, and what becomes of an open page when the session ends."""

import re

from playwright.sync_api import Page, expect

from tests.browser.watch import Clock
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


def test_a_wrong_password_is_told_and_the_name_stays(stranger: Page, demo: Demo) -> None:
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
