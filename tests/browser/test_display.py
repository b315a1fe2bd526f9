"""Theme and density as a browser shows them: chosen in the account menu, there from the first paint."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from tests.browser.test_every_page import AXE, LOOKS, look
from tests.support.demo import Demo

WATCH = """
  window.painted = [];
  new MutationObserver(() => {
    const theme = document.documentElement?.getAttribute("data-bs-theme");
    if (window.painted.at(-1) !== theme) window.painted.push(theme);
  }).observe(document, { attributes: true, childList: true, subtree: true });
"""
HEIGHTS = "[...document.querySelectorAll('#agents-on [data-row]')].slice(0, 5).map((row) => row.offsetHeight)"


@pytest.fixture(autouse=True)
def _forgotten(demo: Demo) -> Iterator[None]:
    """Other tests see the defaults."""
    yield
    demo.query("DELETE FROM livechat_preferences")


def press(page: Page, name: str) -> None:
    """Press a choice of the account menu."""
    if not page.locator(".topbar .menu").evaluate("menu => menu.open"):
        page.locator(".topbar .menu > summary").click()
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")


def ground(page: Page) -> str:
    """The colour of the page's ground."""
    found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


def test_a_theme_is_shown_at_once_and_on_another_device_from_the_first_paint(
    page: Page, new_context: Callable[..., BrowserContext], signed_in: StorageState
) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/agents/")
    light = ground(page)
    press(page, "Dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    dark = ground(page)
    assert dark != light
    other = new_context(storage_state=signed_in, color_scheme="light").new_page()
    other.add_init_script(WATCH)
    other.goto("/visitors/")
    assert other.evaluate("window.painted") == ["dark"]
    assert ground(other) == dark
    press(other, "Light")
    other.emulate_media(color_scheme="dark")
    other.reload()
    assert other.evaluate("window.painted") == ["light"]
    assert ground(other) == light
    assert other.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    press(other, "System")
    expect(other.locator("html")).to_have_attribute("data-bs-theme", "dark")
    other.emulate_media(color_scheme="light")
    expect(other.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_rows_are_36_px_high_and_compact_30(page: Page) -> None:
    page.goto("/agents/")
    assert page.evaluate(HEIGHTS) == [36] * 5
    press(page, "Compact")
    assert page.evaluate(HEIGHTS) == [30] * 5
    page.reload()
    assert page.evaluate(HEIGHTS) == [30] * 5
    page.set_viewport_size({"width": 390, "height": 844})
    badge = page.locator("#agents-on [data-menu]").first.bounding_box()
    assert badge
    assert badge["height"] >= 40, "for fingers nothing is smaller"


@pytest.mark.long(sibling="test_a_theme_is_shown_at_once_and_on_another_device_from_the_first_paint")
def test_what_is_half_typed_stays_and_so_does_what_is_shown_once(page: Page) -> None:
    page.goto("/sites/1/invitations/")
    page.get_by_label("For whom?").fill("half a nam")
    press(page, "Dark")
    expect(page.get_by_label("For whom?")).to_have_value("half a nam")
    page.get_by_role("button", name="Make the link").click()
    press(page, "Light")
    expect(page.locator("#invite-address")).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_after_the_session_ended_a_choice_is_not_shown_as_kept_and_the_page_stays(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/sites/1/invitations/")
    page.get_by_label("For whom?").fill("half a nam")
    page.context.clear_cookies(name="sessionid")
    page.locator(".topbar .menu > summary").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("#ended")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    expect(page.get_by_label("For whom?")).to_have_value("half a nam")


def test_without_javascript_the_page_comes_back_as_chosen(
    new_context: Callable[..., BrowserContext], signed_in: StorageState, demo: Demo
) -> None:
    plain = new_context(java_script_enabled=False, storage_state=signed_in, color_scheme="light").new_page()
    plain.goto("/visitors/?status=waiting")
    light = plain.locator("body").screenshot()
    plain.locator(".topbar .menu > summary").click()
    plain.get_by_role("button", name="Dark", exact=True).click()
    expect(plain).to_have_url(f"{demo.url}/visitors/?status=waiting")
    expect(plain.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert plain.locator("body").screenshot() != light


@pytest.mark.long(sibling="test_a_page_is_quiet_accessible_and_fits")
def test_the_open_menu_and_a_compact_board_are_accessible_and_fit(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/agents/")
    page.evaluate(AXE)
    press(page, "Compact")
    assert [text for each in LOOKS for text in look(page, *each)] == []
