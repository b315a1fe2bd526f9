"""Goes through the pages, half of them in each of two browsers, and notes what is wrong with each."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error

from tests.browser.test_every_page import CHECK, LOOKS
from tests.browser.test_shifts import WATCH
from tests.browser.watch import Complaints
from tests.judge import browsers, fit, focus, media, plain, tools, weight
from tests.judge.findings import Seen
from tests.judge.world import LEADS_ON, Place, World

CHECKS = ["quiet", "axe", "html", "fit", "focus", "media", "plain", "shift", "cold", "warm"]
# What TVs show moves by some pixels against burn-in, and is measured by tests/browser/test_wall_read.py.
SCREENS = {"wall", "tv"}
TITLE = "() => document.querySelector('h1')?.innerText ?? ''"


class Eye:
    """One browser, with a window of each kind of person, with scripts and without."""

    def __init__(self, world: World, sources: Path, depth: str) -> None:
        self.world, self.sources, self.depth = world, sources, depth
        self.quick = depth == "quick"
        self._stack = ExitStack()
        self._browser: Browser = self._stack.enter_context(browsers.chromium())
        self._contexts: dict[tuple[str, bool], BrowserContext] = {}
        self.complaints = Complaints()

    def close(self) -> None:
        """Close the browser."""
        self._stack.close()

    def _context(self, who: str, *, scripts: bool) -> BrowserContext:
        if (who, scripts) not in self._contexts:
            made = self.world.context(self._browser, who, java_script_enabled=scripts)
            if scripts:
                made.add_init_script(WATCH)
                self.complaints.listen(made)
            self._contexts[who, scripts] = made
        return self._contexts[who, scripts]

    def judge(self, place: Place) -> Seen:
        """Everything that is checked of a page."""
        seen = Seen(place.name)
        try:
            self._judge(place, seen)
        except Error as error:
            seen.note("quiet", [f"could not be judged: {error.message.splitlines()[0]}"])
        return seen

    def _judge(self, place: Place, seen: Seen) -> None:
        page = self._context(place.who, scripts=True).new_page()
        page.set_viewport_size({"width": 1440, "height": 900})
        self.complaints.texts.clear()
        wire = weight.Wire(page)
        _answer, cold = wire.visit(place.address, cold=True)
        answer, warm = wire.visit(place.address, cold=False)
        (self.sources / f"{place.name}.html").write_text(answer.text())
        heavy = weight.wrong(place.name, answer, (cold, warm), int(page.evaluate(weight.ROWS)))
        for check, size in (("cold", cold), ("warm", warm)):
            seen.note(check, heavy[check], f"{size / 1000:.1f}")
        if self.depth == "weight":
            page.close()
            return
        page.evaluate(f"{tools.AXE.read_text()};\n{tools.LOOKS.read_text()}")
        title = page.evaluate(TITLE)
        wrong, score = weight.shift(page)
        seen.note("shift", wrong, score)
        seen.note("axe", self._axe(page))
        if place.name not in SCREENS:
            seen.note("fit", fit.look(page, fit.QUICK if self.quick else fit.WIDTHS))
            seen.note("media", media.look(page))
        self._focus(page, seen)
        seen.note("quiet", self._complaints(place, page.url, answer.status))
        page.close()
        bare = self._context(place.who, scripts=False).new_page()
        seen.note("plain", plain.look(bare, place.address, place.status, title))
        bare.close()

    def _axe(self, page: Any) -> list[str]:
        """What axe finds on a desktop and on a phone, light and dark."""
        found = []
        for width, scheme, options in LOOKS[: 3 if self.quick else None]:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found += [f"{width} {scheme}: {text}" for text in page.evaluate(CHECK, options)]
        return found

    def _focus(self, page: Any, seen: Seen) -> None:
        for width in (1280,) if self.quick else (1280, 390):
            page.set_viewport_size({"width": width, "height": 720})
            seen.note("focus", [f"{width}: {text}" for text in focus.look(page)])

    def _complaints(self, place: Place, url: str, status: int) -> list[str]:
        """What the page complained of, and if it is not the page that was asked for."""
        found = [text for text in self.complaints.texts if f"{status} " not in text or status < 400]
        if status != place.status:
            found.append(f"answered {status}")
        if place.name not in LEADS_ON and not url.endswith(place.address):
            found.append(f"led to {url}")
        return found


def judge(world: World, places: list[Place], sources: Path, depth: str, at_once: int = 2) -> list[Seen]:
    """Judge these pages, in their order."""
    eyes = threading.local()
    made: list[Eye] = []

    def one(place: Place) -> Seen:
        if not hasattr(eyes, "eye"):
            eyes.eye = Eye(world, sources, depth)
            made.append(eyes.eye)
        return eyes.eye.judge(place)

    with ThreadPoolExecutor(at_once) as pool:
        found = list(pool.map(one, places))
        # A browser can be closed only by its own thread.
        barrier = threading.Barrier(at_once)
        list(pool.map(lambda _each: (barrier.wait(60), hasattr(eyes, "eye") and eyes.eye.close()), range(at_once)))
    return found
