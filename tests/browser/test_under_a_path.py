"""The scripts of pages and walls of a dashboard under a path of a host that other tools share."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support import nginx
from tests.support.demo import Demo
from tests.support.ports import free_port

PATH = "/board"


@pytest.fixture(scope="module")
def under(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, str]]:
    """A demo behind a real nginx, and its public address."""
    port = free_port()
    public = f"https://127.0.0.1:{port}{PATH}"
    given = {"PUBLIC_URL": public, "TRUSTED_PROXIES": "127.0.0.1", "DEMO_FREEZE": "1", "DEMO_AGENTS": "5"}
    with (
        Demo(tmp_path_factory.mktemp("demo"), ready=True, DEMO_VISITORS="9", **given) as demo,
        nginx.server(tmp_path_factory.mktemp("nginx"), int(demo.environment["PORT"]), port=port, path=PATH),
    ):
        yield demo, public


@pytest.fixture
def asked() -> list[str]:
    """The addresses that pages of the test ask for."""
    return []


@pytest.fixture
def person(under: tuple[Demo, str], new_context: Callable[..., BrowserContext], asked: list[str]) -> Iterator[Page]:
    """A page of somebody who is signed in there."""
    demo, public = under
    page = new_context(ignore_https_errors=True).new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{public}/agents/")
    page.get_by_label("User name").fill(demo.user)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{public}/agents/")
    yield page
    assert [url for url in asked if not url.startswith((f"{public}/", "data:"))] == []


@pytest.mark.long(sibling="test_a_wall_is_whole_and_its_unchanged_poll_is_answered_before_django")
def test_a_board_is_filtered_polled_and_acted_on(person: Page, under: tuple[Demo, str], asked: list[str]) -> None:
    demo, public = under
    agent = demo.agents()[1]
    name = demo.names()[agent["id"]]
    row = person.locator(f"#agent-{agent['id']}")
    demo.set_status(agent["id"], "Training")
    expect(row.locator("[data-menu]")).to_contain_text("Training")  # by a poll
    row.locator("[data-menu]").click()
    person.locator(".status-choice", has_text="Meeting").click()
    toast = person.locator("[data-toast=confirmed]")
    expect(toast).to_contain_text(f"{name}: Training → Meeting, confirmed")
    toast.get_by_role("button", name="Undo").click()
    expect(person.locator("[data-toast=confirmed]")).to_contain_text(f"{name}: Meeting → Training, confirmed")
    person.get_by_role("searchbox").fill(name)
    person.wait_for_url(re.compile(f"{re.escape(public)}/agents/.*q="))
    expect(person.locator("tr[data-row]")).to_have_count(1)


@pytest.mark.long(sibling="test_a_wall_is_whole_and_its_unchanged_poll_is_answered_before_django")
def test_a_wall_and_a_tv_that_waits_ask_under_the_path(
    under: tuple[Demo, str], new_context: Callable[..., Any], asked: list[str]
) -> None:
    demo, public = under
    tv = new_context(ignore_https_errors=True).new_page()
    tv.on("request", lambda request: asked.append(request.url))
    wall = f"{public}/wall/{demo.wall.rstrip('/').rpartition('/')[2]}/"
    tv.goto(wall)
    with tv.expect_response(lambda answer: answer.url == wall and answer.status in (200, 304)):
        pass
    expect(tv.locator("#age")).to_contain_text("Updated")
    tv.goto(f"{public}/tv/")
    waiting = tv.url
    assert waiting.startswith(f"{public}/tv/")
    with tv.expect_response(lambda answer: answer.url == waiting):
        pass
    assert [url for url in asked if not url.startswith((f"{public}/", "data:"))] == []
