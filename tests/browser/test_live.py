"""The board keeps itself up to date and does not disturb its user."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.watch import Clock, turn
from tests.support.demo import Demo

Elsewhere = Callable[[str, str], None]

# What changes in a region, apart from what the page's own clock does: times tick, figures grow old.
OBSERVE = """() => {
  window.changes = [];
  const note = ({ type, target, attributeName }) => {
    const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    if (element.closest("time[data-ticks]") || attributeName === "data-age") return;
    window.changes.push(`${type} ${attributeName} ${element.outerHTML.slice(0, 80)}`);
  };
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver((records) => records.forEach(note)).observe(document.getElementById("board"), everything);
}"""


def row(page: Page, agent: dict[str, Any]) -> Locator:
    """An agent's row on the board."""
    return page.locator(f"#agent-{agent['id']}")


def count(page: Page, label: str) -> Locator:
    """A big number over the board."""
    return page.locator(".count", has_text=label).locator("b")


def mark(page: Page) -> None:
    """Set a mark in the page that a reload would delete."""
    page.evaluate("window.mark = true")


def tally(demo: Demo) -> Counter[str]:
    """How many agents are online, away (whatever they call it) and offline."""
    return Counter(
        kind if kind in ("Online", "Offline") else "Away" for kind in (item["status"] for item in demo.agents())
    )


def test_a_change_made_elsewhere_arrives_by_itself(page: Page, demo: Demo, agent: dict[str, Any]) -> None:
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto("/agents/")
    expect(row(page, agent)).to_contain_text("Online")
    mark(page)
    page.mouse.wheel(0, 200)
    page.get_by_role("searchbox").evaluate("box => box.focus({preventScroll: true})")
    demo.set_status(agent["id"], "Lunch")
    expect(row(page, agent)).to_contain_text("Lunch")
    for label, number in tally(demo).items():
        expect(count(page, label)).to_have_text(str(number))
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert page.evaluate("[window.mark, scrollY]") == [True, 200]


@pytest.mark.long(sibling="test_rows_stay_put_under_the_pointer_and_the_update_is_shown_on_leaving")
def test_an_open_list_of_those_offline_stays_open(
    clocked: Page, clock: Clock, elsewhere: Elsewhere, agent: dict[str, Any]
) -> None:
    clocked.goto("/agents/")
    clocked.locator("#offline summary").click()
    elsewhere(agent["id"], "Away")
    clock.until(lambda: "Away" in row(clocked, agent).inner_text(), "the row says Away")
    expect(clocked.locator("#agents-off")).to_be_visible()


def test_rows_stay_put_under_the_pointer_and_the_update_is_shown_on_leaving(
    clocked: Page, clock: Clock, elsewhere: Elsewhere, agent: dict[str, Any]
) -> None:
    clocked.goto("/agents/")
    pointed = clocked.locator("#agents-on [data-row]").first
    before = pointed.bounding_box()
    clock.stop()
    elsewhere(agent["id"], "Meeting")
    line = clocked.locator("#age")
    places = cycle([10.0, 20.0])

    def waits() -> bool:
        pointed.hover(position={"x": next(places), "y": 10})
        return "waiting" in line.inner_text()

    clock.until(waits, "an update waits")
    expect(line).to_contain_text(re.compile(r"updates? waiting; figures are"))
    expect(row(clocked, agent)).to_contain_text("Online")
    assert pointed.bounding_box() == before
    clocked.get_by_role("heading", level=1).hover()
    clock.until(lambda: "Meeting" in row(clocked, agent).inner_text(), "the update is shown")


def test_an_unchanged_poll_is_a_304_and_touches_nothing(clocked: Page, clock: Clock) -> None:
    clocked.goto("/agents/")
    clocked.evaluate(OBSERVE)
    quiet = 0
    for _ in range(30):
        answer = clock.poll("/agents/")
        quiet = quiet + 1 if answer.status == 304 else 0
        if quiet == 4:
            break
        if quiet < 2:  # after the first 304 everything from the answers before it is in the page
            clocked.evaluate("window.changes.length = 0")
    assert quiet == 4
    assert answer.request.sizes()["responseBodySize"] == 0
    assert '"age"' in answer.headers["x-figures"]
    assert clocked.evaluate("window.changes") == []


def test_a_paused_page_asks_nothing_until_it_goes_on(clocked: Page, clock: Clock) -> None:
    clocked.goto("/agents/")
    clocked.keyboard.press("p")
    expect(clocked.locator("#age")).to_contain_text("Paused")
    clock.second()  # so that the answers to open requests arrive too
    assert [clock.second() for _ in range(30)] == [[]] * 30
    with clocked.expect_response("**/agents/"):
        clocked.get_by_role("button", name="Pause").click()


@pytest.mark.long(sibling="test_a_paused_page_asks_nothing_until_it_goes_on")
def test_a_hidden_tab_asks_once_a_minute_and_catches_up_when_shown(clocked: Page, clock: Clock) -> None:
    clocked.goto("/agents/")
    turn(clocked, hidden=True)
    clock.poll("/agents/")  # what was due already
    asked = [answer.url for _ in range(150) for answer in clock.second() if answer.url.endswith("/agents/")]
    assert 2 <= len(asked) <= 3
    with clocked.expect_response("**/agents/"):
        turn(clocked, hidden=False)


@pytest.mark.long(sibling="test_a_change_made_elsewhere_arrives_by_itself")
def test_waiting_visitors_are_on_top_of_every_page_and_in_its_title(page: Page, demo: Demo) -> None:
    waiting = sum(item["status"] == "waitingForChat" for item in demo.visitors())
    for address, title in (("/visitors/", "Visitors"), ("/walls/", "Walls")):
        page.goto(address)
        expect(page.locator("#queue .pill b")).to_have_text(str(waiting))
        expect(page).to_have_title(f"({waiting}) {title} · Livechat Board")


@pytest.mark.long(sibling="test_a_change_made_elsewhere_arrives_by_itself")
def test_a_page_without_figures_of_its_own_says_whose_age_it_shows(page: Page, agent: dict[str, Any]) -> None:
    line = page.locator("#age .age-text")
    for address in ("/changes/", "/walls/", "/directory/"):
        assert "Waiting visitors · Figures of" in page.request.get(address).text()
        page.goto(address)
        expect(line).to_have_text(re.compile("^Waiting visitors · Updated"))
    for address in ("/agents/", f"/agents/{agent['id']}/", "/visitors/"):
        assert "Waiting visitors ·" not in page.request.get(address).text()
        page.goto(address)
        expect(line).to_have_text(re.compile("^Updated"))
