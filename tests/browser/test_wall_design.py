"""Designing a wall with its preview beside the form, and what the wall makes of it."""

import re
from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, StorageState, expect

from tests.bench.weight import assets, weigh
from tests.browser.watch import Clock
from tests.support.demo import Demo

WAITS = """(seconds) => {
  const since = new Date(Date.now() - seconds * 1000).toISOString();
  document.querySelector(".panel time").setAttribute("datetime", since);
}"""
FIRST = ["Waiting", "Longest wait", "Online"]


@pytest.fixture
def own(page: Page) -> Iterator[Page]:
    """The page of a wall for this test alone."""
    page.goto("/walls/")
    page.get_by_label("Title").fill("For a test")
    page.get_by_role("button", name="Make the wall").click()
    page.wait_for_url(re.compile(r"/walls/\d+/$"))
    address = page.url
    yield page
    page.goto(address)
    page.locator("summary", has_text="Delete the wall").click()
    page.get_by_role("button", name="Delete the wall", exact=True).click()


def shows_first(page: Page, *labels: str) -> None:
    """Wait until these figures come first in the preview."""
    found = page.frame_locator("iframe").locator(".panel-label")
    for place, label in enumerate(labels):
        expect(found.nth(place)).to_contain_text(label)


def test_the_preview_follows_what_is_typed_and_nothing_is_saved(own: Page) -> None:
    preview = own.frame_locator("iframe")
    expect(preview.locator("h1")).to_have_text("For a test")
    own.get_by_label("Title").fill("Second floor")
    expect(preview.locator("h1")).to_have_text("Second floor")
    own.get_by_label("Colours").select_option("Light")
    own.get_by_label("Language").select_option("Deutsch")
    own.get_by_label("Free places: size").select_option("Double")
    expect(preview.locator("html[data-theme=light][lang=de]")).to_have_count(1)
    expect(preview.locator(".panel", has_text="Freie Plätze")).to_be_visible()
    own.reload()
    expect(preview.locator("h1")).to_have_text("For a test")


def test_the_preview_raises_no_alarm_for_being_looked_at_for_long(clocked: Page, own: Page, clock: Clock) -> None:
    frame = clocked.frame_locator("iframe[name=preview]")
    expect(frame.locator("body")).to_have_attribute("data-age", "fresh")
    for _ in range(60):
        clock.second()
    assert frame.locator("body").get_attribute("data-age") == "fresh"
    assert "Updated" in frame.locator("#age-text").inner_text()


def test_going_back_from_the_form_does_not_step_through_previews(own: Page) -> None:
    for title in ("One", "Two"):
        own.get_by_label("Title").fill(title)
        expect(own.frame_locator("iframe").locator("h1")).to_have_text(title)
    own.go_back()
    own.wait_for_url("**/walls/")
    own.go_forward()


def test_figures_move_by_keyboard(own: Page) -> None:
    expect(own.frame_locator("iframe").locator(".panel")).to_have_count(6)
    shows_first(own, *FIRST)
    up = own.get_by_role("button", name="Move Online up")
    up.focus()
    own.keyboard.press("Enter")
    own.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(own.frame_locator("iframe").locator(".panel-label").first).to_contain_text("Online")
    expect(own.locator("#announce")).to_have_text("Online: 1")
    own.get_by_role("button", name="Save").click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    shows_first(own, "Online", "Waiting", "Longest wait")


def test_without_a_script_a_button_shows_the_preview_and_places_are_typed(
    new_context: Callable[..., BrowserContext], signed_in: StorageState
) -> None:
    page = new_context(storage_state=signed_in, java_script_enabled=False).new_page()
    page.goto("/walls/1/")
    page.get_by_label("Title").fill("Not saved")
    page.get_by_label("Online: place").fill("1")
    page.get_by_role("button", name="Preview").click()
    expect(page.frame_locator("iframe").locator("h1")).to_have_text("Not saved")
    assert page.url.endswith("/walls/1/")
    page.reload()
    expect(page.get_by_label("Title")).to_have_value("Support")


def test_a_new_design_is_on_the_screen_without_anybody_touching_it(own: Page, stranger: Page) -> None:
    design = own.url
    own.get_by_role("link", name="Make a link").click()
    own.get_by_label("Which screen?").fill("TV")
    own.get_by_role("button", name="Make the link").click()
    stranger.goto(own.locator("#wall-address").inner_text())
    own.goto(design)
    expect(stranger.locator("html[data-theme=dark]")).to_have_count(1)
    own.get_by_label("Colours").select_option("High contrast")
    own.get_by_label("Clock").select_option("No clock")
    own.get_by_role("button", name="Save").click()
    expect(stranger.locator("html[data-theme=contrast]")).to_have_count(1)
    expect(stranger.locator("#clock")).to_have_count(0)


def test_the_longest_wait_turns_amber_and_red_by_the_walls_own_clock(stranger: Page, demo: Demo) -> None:
    stranger.clock.install()
    stranger.goto(demo.wall)
    panel = stranger.locator(".panel", has_text="Longest wait")
    clock = Clock(stranger)
    clock.stop()
    # The demo's wall is amber from a minute on and red from three.
    for seconds, mark in ((58, ".on-amber"), (178, ".on-red")):
        stranger.evaluate(WAITS, seconds)
        clock.second()
        expect(panel.locator(mark)).to_be_hidden()
        clock.until(lambda mark=mark: panel.locator(mark).is_visible(), f"{mark} is there")  # type: ignore[misc]
    assert panel.get_attribute("data-level") == "red"


def test_a_wall_fetches_little_and_one_thing_an_interval(stranger: Page, demo: Demo) -> None:
    stranger.clock.install()
    stranger.goto(demo.wall)
    clock = Clock(stranger)
    clock.stop()
    asked: list[str] = []
    stranger.on("request", lambda request: asked.append(request.url))
    for _ in range(60):
        clock.second()
    assert set(asked) == {demo.wall}
    assert 60 / 5 - 2 <= len(asked) <= 60 / 5 + 1


def test_the_first_load_is_at_most_60_kilobytes_on_the_wire(demo: Demo) -> None:
    parts = assets(requests.get(demo.wall, timeout=30).text)
    assert len(parts) == 8, "an icon, a style sheet, six scripts"
    found = {address: weigh(address) for address in (demo.wall, *(f"{demo.url}{part}" for part in parts))}
    assert {each.encoding for address, each in found.items() if not address.endswith(".svg")} == {"br"}
    assert sum(each.all for each in found.values()) <= 60_000
