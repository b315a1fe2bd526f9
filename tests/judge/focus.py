"""Tab from a page's beginning to its end and Shift+Tab back: every stop is seen, none is a trap, none is left out."""

from typing import Any

from playwright.sync_api import Page

MOST = 900  # presses of Tab on a page
SPARE = 40  # more of them on the way back: in frames each counts


def look(page: Page) -> list[str]:
    """What is wrong with a page's stops."""
    page.evaluate("judge.begin()")
    forward = _walk(page, "Tab", MOST)
    found = [f"{how}: {stop['html']}" for stop in forward for how in stop["wrong"]]
    found += page.evaluate("judge.missed()")
    back = _walk(page, "Shift+Tab", len(forward) + SPARE)
    found += [f"backwards {how}: {stop['html']}" for stop in back for how in stop["wrong"]]
    lost = {stop["key"] for stop in forward} ^ {stop["key"] for stop in back}
    return [
        *found,
        *(f"a stop in one direction only: {one['html']}" for one in [*forward, *back] if one["key"] in lost),
    ]


def _walk(page: Page, key: str, most: int) -> list[dict[str, Any]]:
    """The stops until the page's end, or until the first comes again. A frame is one stop, however many it holds."""
    found: list[dict[str, Any]] = []
    for _press in range(most):
        page.keyboard.press(key)
        stop = page.evaluate("judge.stop()")
        if stop is None or (found and stop["key"] == found[0]["key"] and len(found) > 1):
            break
        if not found or stop["key"] != found[-1]["key"]:
            found.append(stop)
        elif not stop["frame"]:
            found[-1]["wrong"].append(f"{key} stays")
            break
    return found
