"""The wall in a browser that is not signed in."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.watch import Clock, Complaints, turn
from tests.support.demo import Demo

GUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.I)
SLACK = 1.5  # seconds that a poll may come later: half a second by chance, and a tick of the clock


def figure(page: Page, label: str) -> str:
    """A big figure of the wall."""
    return page.locator(".panel", has=page.get_by_text(label, exact=True)).locator("b").inner_text()


def test_the_printed_link_opens_without_a_cookie_and_shows_counts_and_aliases(stranger: Page, demo: Demo) -> None:
    stranger.goto(demo.wall)
    statuses = [item["status"] for item in demo.agents()]
    expect(stranger.locator(".panel", has_text="Online").locator("b")).to_have_text(str(statuses.count("Online")))
    waiting = sum(item["status"] == "waitingForChat" for item in demo.visitors())
    assert figure(stranger, "Waiting") == str(waiting)
    here = sum(item["status"] != "outOfSite" for item in demo.visitors())
    assert figure(stranger, "All visitors") == str(here)
    assert re.fullmatch(r"≥?(\d:\d\d|\d+ m)", figure(stranger, "Longest wait"))
    expect(stranger.locator("#clock")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    expect(stranger.locator("#age")).to_contain_text(re.compile(r"Updated \d+ s ago"))
    names = demo.names()
    first = {names[item["id"]].split()[0] for item in demo.agents() if item["status"] != "Offline"}
    aliases = stranger.locator(".agent bdi").all_inner_texts()
    assert {alias.split()[0] for alias in aliases} <= first
    assert len({*aliases}) == len(aliases), "nobody looks like somebody else"
    assert len(aliases) <= 12, "of so many those who need a look"
    expect(stranger.locator(".teams")).to_contain_text("Billing")
    assert stranger.context.cookies() == []


@pytest.mark.long(sibling="test_no_byte_of_a_wall_holds_visitor_data_an_id_an_address_or_a_token")
def test_it_refreshes_by_itself_and_no_byte_of_it_names_anyone(
    stranger: Page, demo: Demo, agent: dict[str, Any]
) -> None:
    answers: list[Response] = []
    stranger.on("response", lambda answer: answers.append(answer))
    stranger.goto(demo.wall)
    alias = agent["name"].split()[0]
    line = stranger.locator(".agent", has_text=alias).filter(has_text="Training")
    expect(line, "what an earlier test set is over").to_have_count(0)
    demo.set_status(agent["id"], "Training")
    expect(line).to_have_count(1)
    pages = [answer for answer in answers if "/wall/" in answer.url]
    assert [answer.status for answer in pages].count(200) > 1
    for answer in pages:
        text = f"{answer.headers} {answer.body().decode() if answer.status == 200 else ''}"
        assert GUID.findall(text) == []
        assert "set-cookie" not in answer.headers
        for person in demo.visitors():
            assert {key for key in ("ip", "email", "phone") if person.get(key) and person[key] in text} == set()
    assert stranger.context.cookies() == []


def test_it_asks_when_it_was_told_to_and_does_not_slow_down_while_it_is_hidden(stranger: Page, demo: Demo) -> None:
    stranger.clock.install()
    stranger.goto(demo.wall)
    clock = Clock(stranger)
    turn(stranger, hidden=True)
    clock.stop()  # or a poll is sent between two seconds, and its answer is in neither
    clock.answers()
    requests: list[str] = []
    stranger.on("request", lambda request: requests.append(request.url))
    asked = [answer for _ in range(60) for answer in clock.second()]
    every = int(stranger.locator("#wall").get_attribute("data-every") or 0)
    told = [json.loads(answer.headers["x-figures"])["again"] or every for answer in asked]
    assert sum(told[:-1]) <= 60 <= sum(told) + every + len(told) * SLACK, "neither sooner nor much later"
    assert {answer.status for answer in asked} <= {200, 304}
    assert requests == [demo.wall] * len(asked), "nothing else is asked for"


def test_its_first_load_weighs_at_most_60_kilobytes_in_total(stranger: Page, demo: Demo) -> None:
    stranger.goto(demo.wall)
    expect(stranger.locator("#age")).to_contain_text("Updated")
    sizes = stranger.evaluate(
        """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
            .map(({ name, transferSize }) => [name, transferSize])"""
    )
    assert len(sizes) >= 6, "the page, its style sheet, four scripts"
    assert all(size for _name, size in sizes), sizes
    assert sum(size for _name, size in sizes) <= 60_000


def test_a_link_that_never_existed_is_a_404_and_dark(stranger: Page, demo: Demo, complaints: Complaints) -> None:
    complaints.allow(r"\b404\b")
    answer = stranger.goto("/wall/there-is-no-such-secret/")
    assert answer
    assert answer.status == 404
    assert "No wall at this address" in answer.text()
    ground = stranger.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", ground)) < 40, ground
    assert stranger.context.cookies() == []


@pytest.mark.long(sibling="test_the_printed_link_opens_without_a_cookie_and_shows_counts_and_aliases")
def test_a_wall_made_here_opens_by_the_link_made_for_it(page: Page, stranger: Page) -> None:
    page.goto("/walls/")
    page.get_by_label("Title").fill("Second floor")
    page.get_by_role("button", name="Make the wall").click()
    page.get_by_role("link", name="Make a link").click()
    page.get_by_label("Which screen?").fill("Kitchen")
    page.get_by_role("button", name="Make the link").click()
    stranger.goto(page.locator("#wall-address").inner_text())
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Second floor")
    stranger.goto("about:blank")  # its polls would be answered 410 once the link has ended
    page.reload()
    expect(page.locator("#wall-address")).to_have_count(0)
    page.locator("summary", has_text=re.compile(r"^\s*End\s*$")).click()
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("link", name="Second floor").click()
    page.locator("summary", has_text="1 ended link").click()
    expect(page.get_by_role("row", name="Kitchen")).to_contain_text("Ended")
