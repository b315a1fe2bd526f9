"""Of each kind a page, on a desktop and on a phone, light and dark: no error, nothing inaccessible or too wide.

A page is loaded once and then turned: what differs between light and dark is colours, so the second of the two
is checked for contrast alone. Motion is reduced: colours on their way from one to the other would be neither.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.watch import Complaints
from tests.support.demo import Demo
from tests.support.every_page import SIGNED_IN, STRANGERS, chosen

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text()
CHECK = """async (options) => {
  const { violations } = await axe.run({ resultTypes: ["violations"], ...options });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 150)).join(" | ")}`);
}"""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
LOOKS: list[tuple[int, Literal["light", "dark"], dict[str, Any]]] = [
    (1440, "light", {}),
    (1440, "dark", COLOURS),
    (390, "dark", {}),
    (390, "light", COLOURS),
]


@pytest.fixture(scope="module")
def listener() -> Complaints:
    """What the pages complain of; each test empties it first."""
    return Complaints()


@pytest.fixture(scope="module")
def windows(browser: Browser, demo: Demo, signed_in: StorageState, listener: Complaints) -> Iterator[dict[bool, Page]]:
    """Two pages for all tests: one of a signed-in user, one of a stranger."""
    options: dict[str, Any] = {"base_url": demo.url, "reduced_motion": "reduce"}
    contexts = {
        True: browser.new_context(**options, storage_state=signed_in),
        False: browser.new_context(**options),
    }
    for context in contexts.values():
        listener.listen(context)
    yield {known: context.new_page() for known, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="module")
def invitation(windows: dict[bool, Page]) -> str:
    """The address of an invitation, made through the pages. The site's page then lists it."""
    page = windows[True]
    page.goto("/sites/1/invitations/")
    page.get_by_label("For whom?").fill("somebody@example.org")
    page.get_by_role("button", name="Make the link").click()
    return page.locator("#invite-address").inner_text()


def look(page: Page, width: int, scheme: Literal["light", "dark"], options: dict[str, Any]) -> list[str]:
    """What is wrong with a page at a width in a colour scheme."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found: list[str] = page.evaluate(CHECK, options)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        found.append(f"the page is {wide} px wide")
    return [f"{width} {scheme}: {text}" for text in found]


@pytest.mark.all_cases
@pytest.mark.parametrize("name", chosen(SIGNED_IN | STRANGERS))
def test_a_page_is_quiet_accessible_and_fits(
    windows: dict[bool, Page], listener: Complaints, demo: Demo, invitation: str, name: str
) -> None:
    page = windows[name in SIGNED_IN]
    place = {"agent": demo.agents()[0]["id"], "visitor": demo.visitors()[0]["id"], "wall": demo.wall}
    place["invite"] = invitation
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto("about:blank")
    listener.texts.clear()
    answer = page.goto((SIGNED_IN | STRANGERS)[name].format(**place))
    assert answer
    assert answer.status == (404 if name.startswith("no-such") else 200)
    page.evaluate(AXE)
    assert [text for each in LOOKS for text in look(page, *each)] == []
    assert [text for text in listener.texts if f"{answer.status} " not in text or answer.ok] == []
