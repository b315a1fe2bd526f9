"""The list of walls in a browser: pictures that follow what the walls show, calmly, and are in nobody's way."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.walls import delete_wall, make_wall
from tests.browser.watch import Clock, Complaints, turn
from tests.support.demo import Demo

TITLE = "For a test of cards"
WATCH = """card => {
  window.gaps = window.versions = 0;
  const note = (changes) => { window.versions += changes.length; };
  new MutationObserver(note).observe(card, { attributes: true, attributeFilter: ["data-version"] });
  const look = () => { window.gaps += !card.querySelector("iframe"); };
  new MutationObserver(look).observe(card, { childList: true, subtree: true });
}"""
NATURAL = "frame => frame.offsetWidth / frame.getBoundingClientRect().width"


@pytest.fixture
def card(clocked: Page, demo: Demo) -> Iterator[Locator]:
    """The card of a wall for this test alone, on the page of the list."""
    wall = make_wall(clocked, TITLE)
    clocked.goto("/walls/")
    found = clocked.locator(".wall-card", has_text=TITLE)
    expect(picture(found).locator("h1")).to_have_text(TITLE)
    yield found
    clocked.unroute_all()
    delete_wall(clocked, wall)


def picture(card: Locator) -> FrameLocator:
    """What a card's picture shows."""
    return card.frame_locator("iframe")


def away(card: Locator) -> int:
    """How many agents are away, by the picture."""
    return int(picture(card).locator(".panel", has_text="Away").locator("b").inner_text())


def paint(demo: Demo, theme: str) -> None:
    """Give the wall other colours behind the pages' back."""
    demo.query("UPDATE livechat_wall SET theme = ? WHERE title = ?", theme, TITLE)


def shows(card: Locator, theme: str) -> bool:
    """Whether a card has one picture, and that has these colours."""
    return card.locator("iframe").count() == 1 and picture(card).locator(f"html[data-theme={theme}]").count() == 1


def asked(page: Page) -> list[str]:
    """The pictures that a page requests from now on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/thumbnail/" in request.url else None)
    return sent


def test_a_picture_is_the_whole_wall_made_small_and_takes_no_focus_and_no_click(clocked: Page, card: Locator) -> None:
    frame = card.locator("iframe")
    assert round(frame.evaluate(NATURAL), 2) == 4
    box = card.locator(".thumbnail").bounding_box()
    assert box
    assert abs(box["width"] / box["height"] - 16 / 9) < 0.02
    stops = set()
    for _ in range(60):
        clocked.keyboard.press("Tab")
        stops.add(clocked.evaluate("document.activeElement.localName"))
    assert "a" in stops
    assert "iframe" not in stops
    card.locator(".thumbnail").click(force=True)
    clocked.wait_for_url("**/walls/*/")
    expect(clocked.locator("main h1")).to_have_text(TITLE)


@pytest.mark.long(sibling="test_the_focus_and_the_picture_stay_when_the_list_is_polled")
def test_a_picture_follows_the_figures_without_a_gap_and_is_asked_for_only_when_they_change(
    clocked: Page, card: Locator, clock: Clock, demo: Demo, agent: dict[str, Any]
) -> None:
    before = away(card)
    own = card.locator("iframe").get_attribute("src")
    card.evaluate(WATCH)
    sent = asked(clocked)
    demo.set_status(agent["id"], "Away")
    clock.until(lambda: card.locator("iframe").count() == 1 and away(card) == before + 1, "the picture shows one more")
    assert clocked.evaluate("window.gaps") == 0
    clock.until(lambda: card.locator("iframe").count() == 1, "the old picture has gone")
    for _ in range(15):
        clock.second()
    asked_for = [url for url in sent if own and url.endswith(own)]
    assert 1 <= len(asked_for) <= clocked.evaluate("window.versions")


def test_no_picture_is_asked_for_while_the_tab_is_hidden(
    clocked: Page, card: Locator, clock: Clock, demo: Demo
) -> None:
    turn(clocked, hidden=True)
    sent = asked(clocked)
    changed = card.get_attribute("data-version")
    paint(demo, "light")
    clock.until(lambda: card.get_attribute("data-version") != changed, "the card knows of another version")
    for _ in range(15):
        clock.second()
    assert sent == []
    turn(clocked, hidden=False)
    clock.until(lambda: shows(card, "light"), "the picture has the new colours")


@pytest.mark.long(sibling="test_a_picture_is_the_whole_wall_made_small_and_takes_no_focus_and_no_click")
@pytest.mark.parametrize("status", [503, 200])
def test_a_page_that_is_no_wall_does_not_take_a_pictures_place(
    clocked: Page, card: Locator, clock: Clock, demo: Demo, complaints: Complaints, status: int
) -> None:
    complaints.allow("503")
    clocked.route("**/thumbnail/", lambda route: route.fulfill(status=status, body="Sign in", content_type="text/html"))
    sent = asked(clocked)
    paint(demo, "light")
    clock.until(lambda: len(sent) > clocked.locator(".wall-card").count(), "the picture was asked for again")
    clock.until(lambda: shows(card, "dark"), "the answer was thrown away")
    clocked.unroute("**/thumbnail/")
    clock.until(lambda: shows(card, "light"), "the picture has the new colours")


def test_the_focus_and_the_picture_stay_when_the_list_is_polled(
    clocked: Page, card: Locator, clock: Clock, demo: Demo
) -> None:
    title = card.get_by_role("link", name=TITLE)
    title.focus()
    card.locator("iframe").evaluate("frame => { window.first = frame; }")
    changed = card.get_attribute("data-version")
    clocked.route("**/thumbnail/", lambda route: None)  # no new picture comes
    paint(demo, "light")
    clock.until(lambda: card.get_attribute("data-version") != changed, "the list was polled")
    expect(title).to_be_focused()
    assert clocked.evaluate("window.first.isConnected")


def test_without_scripts_the_pictures_are_those_of_the_moment(plain: Page, demo: Demo) -> None:
    plain.goto("/walls/")
    first = plain.locator(".wall-card").first
    expect(picture(first).locator("#wall")).to_be_visible()
    expect(first.locator(".wall-state")).to_contain_text(re.compile("screen|Last seen"))


@pytest.mark.long(sibling="test_the_focus_and_the_picture_stay_when_the_list_is_polled")
def test_a_wall_that_somebody_else_makes_appears_with_its_picture(
    page: Page, new_context: Callable[..., Any], demo: Demo
) -> None:
    other = new_context().new_page()
    sign_in(other, demo)
    page.goto("/walls/")
    wall = make_wall(other, "Of somebody else")
    added = page.locator(".wall-card", has_text="Of somebody else")
    expect(picture(added).locator("h1")).to_have_text("Of somebody else")
    delete_wall(other, wall)
    expect(added).to_have_count(0)
