"""Polls that somebody else answers: a proxy, a captive portal, a proxy that takes headers away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.watch import Clock


def portal(route: Route) -> None:
    """A captive portal's page in the place of the answer."""
    route.fulfill(content_type="text/html", body="<!doctype html><title>Hotel</title><h1>Sign in</h1>")


def redirect(route: Route) -> None:
    """A proxy's redirect to a page of the same origin."""
    route.fulfill(status=302, headers={"Location": "/healthz"})


def bare(route: Route) -> None:
    """A proxy that passes the request on without htmx's headers, so that the whole page comes back."""
    kept = {name: value for name, value in route.request.headers.items() if not name.startswith("hx-")}
    route.continue_(headers=kept)


def polls(handle: Callable[[Route], None]) -> Callable[[Route], None]:
    """Handles polls in this way; the page's other requests go on."""
    return lambda route: handle(route) if "hx-request" in route.request.headers else route.continue_()


@pytest.mark.long(sibling="test_an_answer_of_something_else_than_the_dashboard_is_ignored")
@pytest.mark.parametrize("stranger", [portal, redirect, bare])
def test_rows_stay_and_age_while_somebody_else_answers(
    clocked: Page, clock: Clock, stranger: Callable[[Route], None]
) -> None:
    clocked.goto("/agents/")
    line = clocked.locator("#age")
    rows = clocked.locator("#board time").count()
    assert rows
    clocked.route("**/*", polls(stranger))
    clock.until(lambda: "server does not answer; last figures" in line.inner_text(), "it says so")
    clock.until(lambda: line.get_attribute("data-age") == "stale", "it turns red")
    for place in ("main", "#board", "#queue", "h1"):
        expect(clocked.locator(place)).to_have_count(1)
    expect(clocked.locator("#board time")).to_have_count(rows)
    clocked.unroute("**/*")
    clock.until(lambda: line.get_attribute("data-age") == "fresh", "it is fresh again")
