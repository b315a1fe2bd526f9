"""The judge finds what is wrong: each of its looks at a page that is broken in that way, and at one that is not."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_every_page import AXE, CHECK
from tests.browser.test_shifts import WATCH
from tests.judge import fit, focus, media, tools, weight

LOOKS = tools.LOOKS.read_text()
FINE = """<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>
  <nav><a href="#a" aria-current="page" style="border-bottom: 2px solid">Agents</a> <a href="#b">Walls</a></nav>
  <table aria-label="Agents">
    <tr data-row><td class="cell-name" style="display: block; width: 200px"><bdi>Ana</bdi></td></tr>
  </table>
  <time data-limit="60">1 m</time><span class="over" style="border: 1px dashed">over</span>
  <time data-limit="60">2 m</time><span class="over" style="border: 2px solid">over</span>
  <form><label style="display: block; padding: 9px"><input type="checkbox"> A box</label>
    <input name="q"><button>Send</button></form>
  <style>a, button, input { outline: 1px solid } @media print { button { display: none } }</style></main>"""


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """A page of nobody's."""
    with browser.new_context(reduced_motion="reduce") as context:
        context.add_init_script(WATCH)
        yield context.new_page()


def open_with(page: Page, before: str = "", after: str = "") -> None:
    """Show the page that is fine, with a part replaced."""
    assert before in FINE
    page.set_viewport_size({"width": 1280, "height": 720})
    page.set_content(FINE.replace(before, after, 1) if before else FINE)
    page.evaluate(LOOKS)


def everything(page: Page) -> list[str]:
    """What all looks find."""
    plain: list[str] = page.evaluate("judge.plain()")
    return [*plain, *focus.look(page), *media.look(page), *fit.look(page, (320, 1440))]


def test_of_a_page_that_is_fine_nothing_is_found(blank: Page) -> None:
    open_with(blank)
    assert everything(blank) == []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("<nav>", "<nav style='width: 2000px'>", "px too wide"),
        ("<h1>A page", "<h1 style='width: 9px; overflow: hidden; white-space: nowrap'>A page", "cut: <h1"),
        ("width: 200px", "width: 60px", "a name has"),
        ("<button>", "<button style='opacity: 0'>", "not seen: <button"),
        (
            "<main>",
            "<main><p style='position: fixed; inset: 0; z-index: 9; background: #fff'>On top</p>",
            "not seen: <a",
        ),
        ("<button>", "<button style='outline: none'>", "not marked: <button"),
        ("<button>", "<button onkeydown='event.preventDefault()'>", "Tab stays"),
        ("<button>", "<button onfocus='this.blur()'>", "left out: <button"),
        ('aria-label="Agents"', "", "a table without a name"),
        ("padding: 9px", "height: 9px", "px: <input"),
        ("border-bottom: 2px solid", "", "the current one looks like the others"),
        ("border: 1px dashed", "", "a time over its limit shows no frame"),
        ("border: 1px dashed", "border: 2px solid", "amber looks like red"),
        ("button { display: none }", "", "what is pressed is printed"),
        ("<bdi>", "<bdi style='display: block; width: 9px; overflow: hidden'>", "a name is not printed whole"),
        ("@media print {", "@media print { h1 { display: none }", "the title is not printed"),
        ("<form>", "<svg width='9' height='9'><use href='#none'></use></svg><form>", "not drawn"),
        ("<button>", "<button class='js-only'>", "needs a script"),
        ("<button>", "<button type='button'>", "cannot be sent"),
    ],
)
def test_what_is_wrong_with_a_page_is_found(blank: Page, before: str, after: str, found: str) -> None:
    open_with(blank, before, after)
    assert any(found in text for text in everything(blank))


def test_what_axe_knows_is_found(blank: Page) -> None:
    open_with(blank, "<input name", "<img src='a.png'><input name")
    blank.evaluate(AXE)
    assert any("image-alt" in text for text in blank.evaluate(CHECK, {}))


def test_what_moves_while_a_page_loads_is_found(blank: Page) -> None:
    open_with(blank)
    blank.evaluate("requestAnimationFrame(() => setTimeout(() => (document.body.style.paddingTop = '300px'), 100))")
    blank.wait_for_function("document.body.style.paddingTop && window.shifts.length")
    assert weight.shift(blank)[0]


class Answer:
    """An answer with these headers."""

    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def test_what_is_too_heavy_or_plain_is_found() -> None:
    def wrong(name: str, cold: int, warm: int, rows: int = 1, **headers: str) -> dict[str, Any]:
        return weight.wrong(name, Answer(**headers), (cold, warm), rows)  # type: ignore[arg-type]

    packed = {"content_encoding": "br"}
    assert wrong("start", 150_000, 15_000, **packed) == {"cold": [], "warm": []}
    assert wrong("start", 150_001, 9, **packed)["cold"]
    assert wrong("start", 9, 15_001, **packed)["warm"]
    assert not wrong("visitors", 9, 40_000, 100, **packed)["warm"]
    assert wrong("start", 9, 9)["warm"] == ["not compressed"]
    assert wrong("recovery-codes", 9, 9, **packed)["warm"] == ["compressed, though it shows a secret"]
    assert not wrong("recovery-codes", 9, 9)["warm"]
