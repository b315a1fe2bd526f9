"""Copy buttons: beside what is shown once, and beside addresses that people take elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, StorageState, expect

from tests.browser.test_every_page import AXE, LOOKS, look
from tests.browser.test_links import make_wall
from tests.support.demo import Demo

# As in a page that came by http from another machine.
NO_CLIPBOARD = 'Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });'


def make_link(page: Page) -> None:
    """Make a wall's link: its page shows the address once."""
    make_wall(page, "Copied")
    page.get_by_role("link", name="Make a link").click()
    page.get_by_label("Which screen?").fill("Lobby")
    page.get_by_role("button", name="Make the link").click()


def invite(page: Page) -> None:
    """Make an invitation: the site's page shows the address once."""
    page.goto("/sites/1/invitations/")
    page.get_by_label("For whom?").fill("somebody@example.org")
    page.get_by_role("button", name="Make the link").click()


def button(page: Page) -> Locator:
    """The page's one button."""
    return page.get_by_role("button", name="Copy", exact=True)


def said(page: Page) -> Locator:
    """What became of it, as screen readers are told too."""
    return page.get_by_role("status").and_(page.locator(".copy-said"))


def copied(page: Page) -> str:
    """What the browser's clipboard holds."""
    found: str = page.evaluate("navigator.clipboard.readText()")
    return found


@pytest.mark.parametrize(("make", "shown"), [(make_link, "#wall-address"), (invite, "#invite-address")])
def test_an_address_that_is_shown_once_is_copied_at_a_press(
    page: Page, make: Callable[[Page], None], shown: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    make(page)
    address = page.locator(shown).inner_text()
    assert address.startswith("http")
    expect(said(page)).to_have_text("")
    button(page).click()
    expect(said(page)).to_have_text("Copied")
    assert copied(page) == address
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AXE)
    assert [text for each in LOOKS for text in look(page, *each)] == []


@pytest.mark.long(sibling="test_an_address_that_is_shown_once_is_copied_at_a_press")
def test_where_the_browser_lets_no_page_copy_the_text_is_selected_and_the_keys_are_told(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    make_link(page)
    address = page.locator("#wall-address").inner_text()
    page.evaluate(NO_CLIPBOARD)
    button(page).click()
    expect(said(page)).to_have_text("Press Ctrl+C")
    assert page.evaluate("String(getSelection())") == address
    page.keyboard.press("Control+c")
    page.goto("/pair/")
    assert copied(page) == address


@pytest.mark.long(sibling="test_an_address_that_is_shown_once_is_copied_at_a_press")
def test_the_address_for_a_tv_and_the_secret_of_an_authenticator_are_copied_too(page: Page, demo: Demo) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    make_wall(page, "For a TV")
    page.goto("/pair/")
    button(page).click()
    expect(said(page)).to_have_text("Copied")
    assert copied(page) == page.locator("#tv-address").inner_text()
    assert copied(page).endswith("/tv/")
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("main").locator("form [type=submit]").first.click()
    secret = page.get_by_label("Authenticator secret").input_value()
    button(page).click()
    expect(said(page)).to_have_text("Copied")
    assert copied(page) == secret
    page.evaluate(NO_CLIPBOARD)
    button(page).click()
    expect(said(page)).to_have_text("Press Ctrl+C")
    page.keyboard.press("Control+c")
    page.goto("/pair/")
    assert copied(page) == secret


def test_without_javascript_there_is_no_button(
    new_context: Callable[..., BrowserContext], signed_in: StorageState
) -> None:
    plain = new_context(java_script_enabled=False, storage_state=signed_in).new_page()
    make_link(plain)
    expect(plain.locator("#wall-address")).to_be_visible()
    expect(button(plain)).to_be_hidden()
