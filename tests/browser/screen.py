"""A TV on a wall: its page with a clock that a test runs ahead, and what is seen on it."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Error, Frame, Page, Route

from tests.browser.watch import Clock

WALL = re.compile(r"/wall/[^/]+/$")
# A browser that can keep its screen on; `locks` are those that it has given, and LOSE takes the last one back.
LOCK = """(() => {
  window.locks = [];
  const request = async () => {
    const lock = new EventTarget();
    window.locks.push(lock);
    return lock;
  };
  Object.defineProperty(navigator, "wakeLock", { configurable: true, value: { request } });
})()"""
LOSE = "window.locks.at(-1).dispatchEvent(new Event('release'))"
# Requests of which the page hears nothing any more, and such as it hears of again.
HOLD = "() => { window.kept = XMLHttpRequest.prototype.send; XMLHttpRequest.prototype.send = () => {}; }"
LET_GO = "() => { XMLHttpRequest.prototype.send = window.kept; }"
# The longest wait on the wall has lasted so many seconds.
WAITS = """(seconds) => {
  const since = new Date(Date.now() - seconds * 1000).toISOString();
  document.querySelector(".panel time").setAttribute("datetime", since);
}"""
LOOK = """() => {
  const style = (place) => getComputedStyle(document.querySelector(place));
  const probe = document.body.appendChild(document.createElement("i"));
  const names = {};
  for (const name of ["free", "soft"]) {
    probe.style.color = `var(--${name})`;
    names[getComputedStyle(probe).color] = name;
  }
  probe.remove();
  return {
    dot: names[style(".age-dot").backgroundColor] || "",
    square: style(".age-dot").borderRadius === "0px",
    line: style("#stale").display !== "none",
    dim: style(".panels").opacity === "0.55",
  };
}"""


class Screen:
    """A page with the wall, its clock installed. `loads`: how often it was loaded."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clock = Clock(page)
        self.loads = 0
        page.on("framenavigated", self._loaded)

    def _loaded(self, frame: Frame) -> None:
        self.loads += 1

    def show(self, wall: str, *, at: datetime | None = None) -> None:
        """Load the wall; `at`: what the TV's own clock says then."""
        self.page.clock.install(time=at)
        self.page.goto(wall)

    @property
    def state(self) -> str | None:
        """The age's state: fresh, late, stale or gone."""
        return self.page.locator("body").get_attribute("data-age")

    @property
    def words(self) -> str:
        """What it says of the figures' age."""
        return self.page.locator("#age-text").inner_text()

    @property
    def look(self) -> dict[str, Any]:
        """How it looks for its age: its dot, whether a line says how old the figures are, and whether they are dim."""
        look: dict[str, Any] = self.page.evaluate(LOOK)
        return look

    @property
    def time(self) -> str:
        """The clock on the wall."""
        return self.page.locator("#clock").inner_text()

    @property
    def line(self) -> str:
        """What the line above stale figures says."""
        return self.page.locator("#stale-text").inner_text()

    def set_clock(self, by: timedelta) -> None:
        """Set the TV's own clock by so much; no timer notices."""
        now = datetime.fromtimestamp(self.page.evaluate("Date.now()") / 1000, UTC)
        self.page.clock.set_system_time(now + by)

    def until(self, state: str) -> None:
        """Run until the age has this colour."""
        self.clock.until(lambda: self.state == state, f"the wall is {state}, it is {self.state}: {self.words}")

    def minutes(self, count: float) -> None:
        """Let the page's clock run, whether polls are answered meanwhile or not."""
        self.page.clock.run_for(round(count * 60_000))

    def through(self, change: Callable[[dict[str, Any], str], str]) -> None:
        """Let the wall's answers through `change`, which takes X-Figures, to be changed, and the body."""

        def handle(route: Route) -> None:
            with suppress(Error):  # the page has gone elsewhere meanwhile
                answer = route.fetch()
                text = answer.text()
                if "x-figures" not in answer.headers:
                    route.fulfill(response=answer)
                    return
                figures = json.loads(answer.headers["x-figures"])
                text = change(figures, text)
                told = json.dumps(figures)
                body = re.sub(r'data-figures="[^"]*"', f'data-figures="{told.replace(chr(34), "&quot;")}"', text)
                headers = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
                headers |= {"content-type": "text/html; charset=utf-8", "x-figures": told}
                route.fulfill(status=answer.status, headers=headers, body=body)

        self.page.route(WALL, handle)

    def as_it_is(self) -> None:
        """Let answers through as they are."""
        self.page.unroute(WALL)
