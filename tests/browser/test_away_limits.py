"""A status past its limit turns amber, then red, by the page's own count, and loses both under stale figures."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, Route, expect

from livechat.lib.epoch import MINUTE_MS
from tests.browser.test_every_page import AXE, COLOURS, look
from tests.browser.watch import Clock

UNTIL_RED = ((18, None), (22, "amber"), (28, "amber"), (32, "red"))  # minutes, and the level then


def set_limit(context: BrowserContext, status: str, minutes: str) -> None:
    """Set a limit as an administrator does, in a page of its own: a clock that runs ahead would do so here too."""
    page = context.new_page()
    page.goto("/sites/1/away/")
    page.get_by_label(status, exact=True).fill(minutes)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.close()


@pytest.fixture
def trained(
    context: BrowserContext, agent: dict[str, Any], elsewhere: Callable[[str, str], None]
) -> Iterator[dict[str, Any]]:
    """An agent who has just begun a training, which has a limit of 20 minutes."""
    set_limit(context, "Training", "20")
    elsewhere(agent["id"], "Training")
    yield agent
    set_limit(context, "Training", "")


class Server:
    """What the answers to polls say of the server's time: `minutes` ahead of what it is, with figures `age` s old."""

    minutes = 0
    age: float | None = None

    def change(self, figures: dict[str, Any], text: str = "") -> str:
        """Change what an answer says of its figures."""
        figures["now"] += self.minutes * MINUTE_MS
        if self.age is not None:
            figures |= {"age": self.age, "seen": "20:31"}
        return text

    def handle(self, route: Route) -> None:
        """Let a poll's answer through, changed; else it is as it comes, which is without any rows."""
        if not route.request.headers.get("hx-request"):
            route.fallback()
            return
        with suppress(Error):  # the page has gone elsewhere meanwhile
            answer = route.fetch()
            figures = json.loads(answer.headers["x-figures"])
            self.change(figures)
            route.fulfill(response=answer, headers=answer.headers | {"x-figures": json.dumps(figures)})


def turns(server: Server, poll: Callable[[], None], time: Locator, words: Locator) -> None:
    """Let time pass between polls: nothing, amber at the limit, red at one and a half; none while figures are stale."""
    expect(time).to_have_attribute("data-limit", "1200")
    for minutes, over in UNTIL_RED:
        server.minutes = minutes
        poll()
        expect(time).to_contain_text(f"{minutes} m")
        if over is None:
            assert time.get_attribute("data-over") is None
            expect(words).to_be_hidden()
        else:
            expect(time).to_have_attribute("data-over", over)
            expect(words).to_be_visible()
    server.age = 600
    poll()
    expect(time).to_have_text("22 m at 20:31")
    assert time.get_attribute("data-over") is None
    expect(words).to_be_hidden()
    server.age = None
    poll()
    expect(time).to_have_text("32 m")
    expect(time).to_have_attribute("data-over", "red")
    expect(words).to_be_visible()


@pytest.mark.long(sibling="test_the_longest_wait_turns_amber_and_red_by_the_walls_own_clock")
@pytest.mark.parametrize("path", ["/agents/", "/agents/{id}/"])
def test_a_time_turns_amber_and_red_without_an_answer_that_brings_it(
    clocked: Page, clock: Clock, trained: dict[str, Any], path: str
) -> None:
    clocked.emulate_media(reduced_motion="reduce")  # colours on their way from one to the other are neither
    path, server = path.format(**trained), Server()
    clocked.goto(path)
    clock.stop()
    place = clocked.locator(f"#agent-{trained['id']}" if path == "/agents/" else "#facts .facts")
    clock.poll(path)  # what had not arrived yet
    clocked.route(f"**{path}", server.handle)
    over = place.get_by_text("over 20 m")
    turns(server, lambda: nothing_new(clock, path), place.locator("time[data-limit]"), over)
    clocked.clock.resume()  # axe waits by timers
    clocked.evaluate(AXE)
    assert look(clocked, 1440, "light", COLOURS) + look(clocked, 390, "dark", COLOURS) == []
    assert clocked.evaluate("document.documentElement.scrollWidth") == 390
    expect(over).to_be_visible()
    clocked.unroute_all(behavior="ignoreErrors")


def nothing_new(clock: Clock, path: str) -> None:
    """Wait for a poll in which nothing happened, and for the second after it."""
    assert clock.poll(path).status == 304
    clock.second()
