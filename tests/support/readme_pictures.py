"""`python -m tests.support.readme_pictures [agents|visitors|wall ...]`: makes the README's pictures of a running demo.

Each is made in the light and in the dark, after a few minutes in which the demo's people have come and gone, so that
times are those of a real day. They are WebP files of some 60 KB in .github/screenshots.
"""

import argparse
import base64
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.judge import browsers
from tests.support.demo import Demo
from tests.support.prepared import ROOT

FOLDER = ROOT / ".github" / "screenshots"
SIZE: ViewportSize = {"width": 1440, "height": 900}
QUALITY = 82
SECONDS = 240  # the demo runs for so long before
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = {"agents": "/agents/", "visitors": "/visitors/"}
NAMES = (*PAGES, "wall")
THEME = "from livechat.models import Site, Wall; Wall.objects.update(theme={!r}); Site.objects.get().bump_version()"


def main() -> None:
    """Make the pictures that were asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.readme_pictures")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long the demo runs before")
    given = parser.parse_args()
    unknown = set(given.names) - set(NAMES)
    if unknown:
        parser.error(f"no such picture: {', '.join(sorted(unknown))}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="livechat-pictures-") as folder, Demo(Path(folder), ready=True) as demo:
        began = time.monotonic()
        with browsers.chromium() as browser:
            page = _signed_in(browser, demo)
            page.wait_for_timeout(max(0.0, given.seconds - (time.monotonic() - began)) * 1000)
            for name in given.names or NAMES:
                for scheme in SCHEMES:
                    _take(page, demo, name, scheme)


def _signed_in(browser: Browser, demo: Demo) -> Page:
    """A window in which the demo's user looks at the board, which keeps figures fresh."""
    context = browser.new_context(base_url=demo.url, viewport=SIZE, reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    page.goto("/agents/")
    page.get_by_label("User name").fill(demo.user)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/agents/")
    return page


def _take(page: Page, demo: Demo, name: str, scheme: Literal["light", "dark"]) -> None:
    """Make one picture. A wall has colours of its own."""
    page.emulate_media(color_scheme=scheme)
    if name == "wall":
        demo.shell(THEME.format(scheme))
        page.goto(demo.wall)
        expect(page.locator(f"html[data-theme={scheme}]")).to_be_attached()
    else:
        page.goto(PAGES[name])
        expect(page.locator("[data-row]").first).to_be_visible()
    page.wait_for_timeout(2500)  # times begin to tick, and a wall finds its size
    session = page.context.new_cdp_session(page)
    picture = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    file = FOLDER / f"{name}-{scheme}.webp"
    file.write_bytes(base64.b64decode(picture["data"]))
    sys.stdout.write(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:.0f} KB\n")


if __name__ == "__main__":
    main()
