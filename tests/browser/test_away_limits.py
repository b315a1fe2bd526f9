"""A status past its limit turns amber, then red, by the page's own clock, without an answer from the server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.test_every_page import AXE, COLOURS, look
from tests.browser.watch import Clock, Complaints
from tests.support.demo import Demo

MINUTE = 60_000


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


def turns(page: Page, time: Locator, words: Locator) -> None:
    """Let the page's clock run on: nothing, amber at the limit, red at one and a half."""
    expect(time).to_have_attribute("data-limit", "1200")
    for minutes, over in ((18, None), (4, "amber"), (6, "amber"), (4, "red")):
        page.clock.fast_forward(minutes * MINUTE)
        if over is None:
            expect(time).to_contain_text("18 m")
            assert time.get_attribute("data-over") is None
            expect(words).to_be_hidden()
        else:
            expect(time).to_have_attribute("data-over", over)
            expect(words).to_be_visible()


@pytest.mark.parametrize("path", ["/agents/", "/agents/{id}/"])
def test_a_time_turns_amber_and_red_while_the_page_asks_nobody(
    clocked: Page, clock: Clock, trained: dict[str, Any], path: str
) -> None:
    clocked.emulate_media(reduced_motion="reduce")  # colours on their way from one to the other are neither
    clocked.goto(path.format(**trained))
    clock.stop()
    place = clocked.locator(f"#agent-{trained['id']}" if path == "/agents/" else "#facts .facts")
    clocked.get_by_role("button", name="Pause").click()
    expect(clocked.locator("#age")).to_contain_text("Paused")
    clock.answers()  # what is under way would time out where the clock runs on
    turns(clocked, place.locator("time[data-limit]"), place.get_by_text("over 20 m"))
    clocked.clock.resume()  # axe waits by timers
    clocked.evaluate(AXE)
    assert look(clocked, 1440, "light", COLOURS) + look(clocked, 390, "dark", COLOURS) == []
    assert clocked.evaluate("document.documentElement.scrollWidth") == 390


def test_the_wall_does_so_too_even_while_nothing_answers(
    stranger: Page, demo: Demo, trained: dict[str, Any], complaints: Complaints
) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED")
    stranger.set_viewport_size({"width": 3840, "height": 1080})  # wide enough for all agents at once
    stranger.clock.install()
    clock = Clock(stranger)
    stranger.goto(demo.wall)
    line = stranger.locator(".agent", has_text=trained["name"].split()[0]).filter(has_text="Training")
    expect(line).to_have_count(1)
    clock.stop()
    clock.poll(demo.wall.partition("/wall")[2])  # from here on the figures came under the page's own clock
    stranger.context.set_offline(True)
    turns(stranger, line.locator("time[data-limit]"), line.locator(".over .icon"))
