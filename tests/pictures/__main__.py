"""Pictures of everything that walls show: `python -m tests.pictures FOLDER [--only TEXT]`.

It takes a picture of each size, colours, number of agents and state. It measures each, prints a line, and ends with
1 if a bound is missed. `--only`: of the pictures whose name contains this text.
"""

import argparse
import base64
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.pictures import world
from tests.pictures.measure import WATCH, Measures, measure
from tests.pictures.states import STATES, State, enter, reached
from tests.pictures.world import View
from tests.support.chromium import executable
from tests.support.demo import Demo

SIZES = {
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
    "upright": (1080, 1920),
    "720p": (1280, 720),
    "phone": (390, 844),
}
SHARE_AT_SIX_METRES = 0.23  # of its size at a desk: so large is a screen of 55 inches from 6 m
FRESH = State(0, data_age="fresh")


def main() -> int:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    faults = 0
    with (
        tempfile.TemporaryDirectory() as place,
        Demo(Path(place), ready=True, **world.ENVIRONMENT) as demo,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=executable() or None, args=["--no-sandbox"])) as browser,
    ):
        for name, measures in pictures(browser, demo, asked.folder, asked.only):
            print(f"{name:34} {measures}", *measures.faults[:3], sep="  ! ", flush=True)
            faults += bool(measures.faults)
    print(f"{faults} pictures miss a bound." if faults else "Every bound is met.")
    return int(faults > 0)


def pictures(browser: Browser, demo: Demo, folder: Path, only: str) -> Iterator[tuple[str, Measures]]:
    """Each picture's name, and what was measured."""
    views = world.prepare(demo)
    for size, (width, height) in SIZES.items():
        with browser.new_context(
            base_url=demo.url, viewport={"width": width, "height": height}, locale="en-GB", timezone_id="UTC"
        ) as context:
            context.add_init_script(WATCH)
            for name, path, state in [*shots(views), *waiting()]:
                if only in f"{name}-{size}":
                    yield f"{name}-{size}", picture(context, path, state, folder / f"{name}-{size}.png", size)
    if views and not only:
        with browser.new_context(viewport={"width": 1920, "height": 1080}) as context:
            yield "from-6m", far(context, folder)


def shots(views: list[View]) -> Iterator[tuple[str, str, State]]:
    """Every wall: fresh at each level, and red in each other state."""
    for view in views:
        name = f"{view.agents}-{view.theme}"
        yield f"{name}-{view.level}", view.path, FRESH
        if view.level == "red":
            yield from ((f"{name}-{state}", view.path, STATES[state]) for state in STATES)
    yield "24-german", f"/wall/{world.GERMAN}/", FRESH
    yield "24-every-figure", f"/wall/{world.EVERY_FIGURE}/", FRESH
    yield "figures-alone", f"/wall/{world.ALONE}/", FRESH
    yield "nobody-online", f"/wall/{world.NOBODY}/", FRESH


def waiting() -> Iterator[tuple[str, str, None]]:
    """The screens that have no wall to show."""
    yield "screen-code", "/tv/", None
    yield "screen-unknown", "/wall/no-such-wall/", None
    yield "screen-paused", f"/wall/{world.PAUSED}/", None
    yield "screen-ended", f"/wall/{world.ENDED}/", None


def picture(context: BrowserContext, path: str, state: State | None, file: Path, size: str) -> Measures:
    """Take a picture of a page in a state, and measure it."""
    page = context.new_page()
    with closing(page):
        if state in STATES.values():
            enter(page, state)
        page.goto(path)
        if state is not None:
            reached(page, state)
        settle(page)
        measures = measure(page)
        page.screenshot(path=file, full_page=size == "phone")
    return measures


def settle(page: Page) -> None:
    """Wait until the page has painted what its scripts wrote, and told its jumps."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def far(context: BrowserContext, folder: Path) -> Measures:
    """One picture of the walls of 1080p as a viewer at 6 m sees them."""
    page = context.new_page()
    shown = sorted(file for file in folder.glob("*-dark-*-1080p.png"))
    width = round(1920 * SHARE_AT_SIX_METRES)
    page.set_content("<body style='margin:0;background:#888'></body>")
    for file in shown:
        page.evaluate(
            "([source, width]) => { const one = new Image(width); one.src = source; one.style.margin = '4px';"
            " document.body.append(one); return one.decode(); }",
            [f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}", width],
        )
    page.screenshot(path=folder / "from-6m.png", full_page=True)
    return measure(page)


if __name__ == "__main__":
    sys.exit(main())
