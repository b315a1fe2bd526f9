"""The dashboard's own server goes away and comes back; open pages say so and go on by themselves."""

import os
import signal
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.watch import Clock, Complaints
from tests.support.demo import Demo, wait_until


class Outage:
    """The demo's web server, to be killed and brought back."""

    def __init__(self, demo: Demo) -> None:
        assert demo.process
        self._demo, self._supervisor = demo, demo.process.pid

    def begin(self) -> None:
        """Kill the web server, and hold the supervisor that would start it again."""
        os.kill(self._supervisor, signal.SIGSTOP)
        for pid, command in self._demo.processes().items():
            if "gunicorn" in command:
                os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        """Let the supervisor go on, and wait until it has started the web server again."""
        os.kill(self._supervisor, signal.SIGCONT)
        wait_until(self._answers, 60, "the web server is not back")

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self._demo.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False


@pytest.fixture
def outage(demo: Demo) -> Iterator[Outage]:
    """An outage that is over when the test is."""
    made = Outage(demo)
    yield made
    made.end()


def test_a_page_says_that_the_server_does_not_answer_and_comes_back_by_itself(
    clocked: Page, clock: Clock, outage: Outage, complaints: Complaints
) -> None:
    complaints.allow("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Failed to fetch")
    clocked.goto("/agents/")
    line = clocked.locator("#age")
    rows = clocked.locator("[data-row]").count()
    outage.begin()
    clock.until(lambda: "server does not answer; last figures" in line.inner_text(), "it says so")
    clock.until(lambda: line.get_attribute("data-age") == "stale", "it turns red")
    expect(clocked.locator("[data-row]")).to_have_count(rows)
    outage.end()
    clock.until(lambda: line.get_attribute("data-age") == "fresh", "it is fresh again")
    expect(line).to_contain_text("Updated")


def test_the_wall_says_that_the_server_does_not_answer_and_comes_back_by_itself(
    clocked: Page, clock: Clock, demo: Demo, outage: Outage, complaints: Complaints
) -> None:
    complaints.allow("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Failed to fetch")
    clocked.goto(demo.wall)
    line = clocked.locator("#age")
    outage.begin()
    clock.until(lambda: "does not answer; last figures" in line.inner_text(), "it says so")
    expect(clocked.locator(".agent").first).to_be_visible()
    outage.end()
    clock.until(lambda: "Updated" in line.inner_text(), "it is fresh again")
