"""The states in which a wall is shown: how its answers are changed, as if Comm100 or the dashboard did not answer."""

import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, Page, Route

WALL = re.compile(r"/wall/[^/]+/$")


@dataclass(frozen=True)
class State:
    """A state: how old the figures are (seconds), whose fault it is, and what its page must say of it."""

    age: float
    error: str = ""
    dashboard_answers: bool = True
    data_age: str = "stale"


STATES = {
    "late": State(20, data_age="late"),
    "stale": State(240, "unreachable"),
    "away": State(420, dashboard_answers=False),
    "gone": State(960, dashboard_answers=False, data_age="gone"),
}


def enter(page: Page, state: State) -> None:
    """Let the wall's answers be as they are in this state. The page is loaded after that."""

    began = time.monotonic()

    def handle(route: Route) -> None:
        if not state.dashboard_answers and route.request.headers.get("hx-request"):
            route.abort()
            return
        with suppress(Error):  # the page has gone elsewhere meanwhile
            answer = route.fetch()
            age = state.age + time.monotonic() - began  # it grows: nothing newer comes
            figures: dict[str, Any] = json.loads(answer.headers["x-figures"]) | {"age": age}
            if state.error:
                figures |= {"error": state.error, "text": "Comm100 does not answer"}
            told = json.dumps(figures)
            body = re.sub(r'data-figures="[^"]*"', f'data-figures="{told.replace(chr(34), "&quot;")}"', answer.text())
            headers = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
            headers |= {"content-type": "text/html; charset=utf-8", "x-figures": told}
            route.fulfill(status=answer.status, headers=headers, body=body)

    page.route(WALL, handle)


def reached(page: Page, state: State) -> None:
    """Wait until the page shows this state."""
    away = "" if state.dashboard_answers or state.data_age == "gone" else "[data-away]"
    if state.data_age == "gone":
        page.wait_for_selector("#gone-text:text('asks every 10 seconds')", timeout=20_000)
    page.wait_for_selector(f'html:not([data-unfitted]) body[data-age="{state.data_age}"]{away}', timeout=20_000)
