"""Pages fit the window: names are never cut away, nothing scrolls sideways, and a phone shows its first row soon."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import windows
from tests.browser.watch import Complaints
from tests.support.demo import Demo
from tests.support.every_page import SIGNED_IN, chosen

__all__ = ["windows"]  # the module's two pages, which pytest finds here

WIDTHS = (320, 360, 390, 724, 768, 834, 961, 1024, 1280, 1366, 1440, 1920, 2560)
LEAST = 144  # px of a name: 9rem
# Per row the room for its name: the cell without its padding and without the box before it. A label that is no name, a
# day or an hour, has room if it is on one line.
NAMES = """() => [...document.querySelectorAll("main [data-row] :is(td.cell-name, td.cell-entry)")]
  .filter((cell) => {
    if (!cell.checkVisibility()) return false;
    const range = document.createRange();
    range.selectNodeContents(cell);
    const lines = new Set(Array.from(range.getClientRects(), ({ top }) => Math.round(top)));
    return lines.size > 1 || cell.querySelector("bdi, b");
  })
  .map((cell) => {
    const box = cell.querySelector(".pick");
    const style = getComputedStyle(cell);
    const taken = box ? box.offsetWidth + parseFloat(getComputedStyle(box).marginRight) : 0;
    return cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - taken;
  })"""
# What of a row's cells is outside the table's card or covered by it, unless the card may be scrolled.
OUTSIDE = """() => [...document.querySelectorAll("main .card:has(> .rows:not(.chosen)) td")]
  .filter((cell) => cell.checkVisibility({ visibilityProperty: true }))
  .filter((cell) => cell.getBoundingClientRect().right > cell.closest(".card").getBoundingClientRect().right + 1)
  .map((cell) => cell.className)"""
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
TABLES = {**SIGNED_IN, "visitors": "/visitors/"}
LISTS = ("agents", "visitors", "visitors-columns", "changes", "directory", "walls", "sites")
FIRST = "() => document.querySelector('main :is([data-row], .wall-card)').getBoundingClientRect().top + scrollY"
# What a thumb cannot hit well: controls less than 40 px high. Links in sentences and in cells of text are as high as
# their line; a box in a label is hit by its label.
SMALL = """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), textarea")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => !one.closest("p, .field-help, .skip, .visually-hidden, thead, td:not(.cell-name, .cell-do)"))
  .map((one) => one.closest("label") || one)
  .filter((one) => Math.round(one.getBoundingClientRect().height) < 40)
  .map((one) => one.outerHTML.slice(0, 120))"""

# Names that are covered when they get the focus, from the last up and then from the first down.
COVERED = """() => {
  const links = [...document.querySelectorAll("main .cell-name > a")].filter((link) => link.checkVisibility());
  const covered = (link) => {
    link.focus();
    const { left, top, height } = link.querySelector("bdi").getBoundingClientRect();
    const seen = document.elementFromPoint(left + 4, top + height / 2);
    return !seen || !(link.contains(seen) || seen.contains(link));
  };
  return [...links.toReversed(), ...links].filter(covered).map((link) => link.textContent);
}"""


@pytest.fixture(scope="module")
def listener() -> Complaints:
    """What the pages complain of."""
    return Complaints()


@pytest.fixture(scope="module")
def places(demo: Demo) -> dict[str, Any]:
    """What stands in addresses: an agent, a visitor."""
    return {"agent": demo.agents()[0]["id"], "visitor": demo.visitors()[0]["id"], "invite": "/sites/1/"}


def resize(page: Page, width: int) -> None:
    """Give the window another width."""
    page.set_viewport_size({"width": width, "height": 844})


def cut(page: Page) -> list[str]:
    """At which widths a name of a page has too little room, or a cell leaves its card."""
    found = []
    for width in WIDTHS:
        resize(page, width)
        narrow = [room for room in page.evaluate(NAMES) if room < LEAST]
        outside = page.evaluate(OUTSIDE)
        if narrow or outside:
            found.append(
                f"{width}: {len(narrow)} names have less, the least {min(narrow, default=None)}; {outside[:3]}"
            )
    return found


@pytest.mark.parametrize("name", chosen(TABLES))
def test_a_name_has_room_at_every_width(windows: dict[bool, Page], places: dict[str, Any], name: str) -> None:
    page = windows[True]
    page.goto(TABLES[name].format(**places))
    assert cut(page) == []


@pytest.mark.parametrize("name", chosen(SIGNED_IN))
def test_no_page_scrolls_sideways_at_any_width(windows: dict[bool, Page], places: dict[str, Any], name: str) -> None:
    page = windows[True]
    page.goto(SIGNED_IN[name].format(**places))
    found = {}
    for width in (320, 390, 721, 724, 760, 768, 796, 834, 900, 961, 1024, 1280):
        resize(page, width)
        if page.evaluate(SIDEWAYS) > 0:
            found[width] = page.evaluate(SIDEWAYS)
    assert found == {}


@pytest.mark.parametrize("name", LISTS)
def test_a_phone_shows_the_first_row_within_260_px(
    windows: dict[bool, Page], places: dict[str, Any], name: str
) -> None:
    page = windows[True]
    for width in (360, 390):
        resize(page, width)
        page.goto(TABLES[name].format(**places))
        assert page.evaluate(FIRST) <= 260


@pytest.mark.all_cases
@pytest.mark.parametrize("name", chosen(SIGNED_IN))
def test_on_a_phone_whatever_is_pressed_is_40_px_high(
    windows: dict[bool, Page], places: dict[str, Any], name: str
) -> None:
    page = windows[True]
    resize(page, 390)
    page.goto(SIGNED_IN[name].format(**places))
    for summary in page.locator("main summary:visible").all():
        summary.click()
    assert page.evaluate(SMALL) == []


@pytest.mark.long(sibling="test_a_name_has_room_at_every_width")
def test_names_have_room_in_a_bulk_changes_preview_and_progress_and_among_saved_views(
    page: Page, lend: Callable[[], Any]
) -> None:
    agent = lend()
    page.goto(f"/agents/bulk/?boxes=1&agent={agent['id']}")
    page.get_by_label("Training").check()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("columnheader", name="After")).to_be_visible()
    assert cut(page) == []
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#progress")).to_contain_text("Done")
    assert cut(page) == []
    resize(page, 1280)
    page.goto("/visitors/views/?status=waiting")
    page.get_by_label("Name").fill("Those who wait")
    page.get_by_role("button", name="Save the view").click()
    page.goto("/visitors/views/")
    assert cut(page) == []
    resize(page, 1280)
    page.get_by_role("row", name="Those who wait").get_by_text("Delete").first.click()
    page.get_by_role("button", name="Delete").click()


@pytest.mark.parametrize("name", ["agents", "visitors", "directory"])
def test_the_queue_the_age_and_the_heads_stay_in_sight(
    windows: dict[bool, Page], places: dict[str, Any], name: str
) -> None:
    page = windows[True]
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(TABLES[name].format(**places))
    last = page.locator("main table [data-row]:visible").last
    last.evaluate("row => row.scrollIntoView({ block: 'end', behavior: 'instant' })")
    assert page.evaluate("scrollY") > 500
    for part in ("#queue .pill b", "#age .age-text"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    table = last.locator("xpath=ancestor::table")
    pulse, head = page.locator(".pulse").bounding_box(), table.locator("th").first.bounding_box()
    row = last.bounding_box()
    assert pulse
    assert head
    assert row
    assert pulse["y"] == 0
    assert head["y"] >= pulse["height"] - 1
    assert abs(head["y"] - pulse["height"]) <= 1 or head["y"] < row["y"]


@pytest.mark.parametrize("width", [390, 1280])
def test_what_gets_the_focus_is_never_under_what_sticks(windows: dict[bool, Page], width: int) -> None:
    page = windows[True]
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 600})
    for address in ("/agents/", "/visitors/?sort=-visits", SIGNED_IN["visitors-columns"]):
        page.goto(address)
        assert page.evaluate(COVERED) == []


@pytest.mark.parametrize("width", [724, 768, 834, 960, 1024, 1280, 1440])
def test_filters_and_menus_stand_in_one_line_at_the_left(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("/visitors/", "/agents/", "/changes/"):
        page.goto(path)
        boxes = [one.bounding_box() for one in page.locator(".filter, .filters ~ .menu > summary").all()]
        lefts, middles = zip(*((box["x"], box["y"] + box["height"] / 2) for box in boxes if box), strict=True)
        assert len(lefts) > 2
        assert list(lefts) == sorted(lefts), path
        assert max(middles) - min(middles) <= 2, path
        assert lefts[0] < (140 if width < 1200 else 180), path  # after the title, if that is shown


@pytest.mark.long(sibling="test_no_page_scrolls_sideways_at_any_width")
def test_the_bar_fits_every_width_with_the_longest_name_of_a_site(page: Page) -> None:
    page.goto("/start/")
    page.evaluate("document.querySelector('.menu-site').textContent = 'A site with a name as long as names can be'")
    found = {}
    for width in range(320, 1400, 9):
        page.set_viewport_size({"width": width, "height": 844})
        if page.evaluate(SIDEWAYS) > 0:
            found[width] = page.evaluate(SIDEWAYS)
    assert found == {}


def test_the_sites_name_is_in_the_bar_at_every_width_of_a_desktop(page: Page, demo: Demo) -> None:
    page.goto("/history/")
    hidden = "(name) => name.scrollWidth - name.clientWidth"
    for width in (961, 1024, 1121, 1200, 1280, 1366, 1400, 1440):
        resize(page, width)
        assert page.locator(".menu-site").evaluate(hidden) == 0, width
