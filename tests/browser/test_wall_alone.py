"""A wall runs for months without anyone's help: it says what goes wrong around it, and goes on by itself."""

import json
import os
import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
import requests
from playwright.sync_api import Error, Route, expect

from tests.browser.outage import REFUSED, Outage
from tests.browser.screen import HOLD, LET_GO, LOCK, WAITS, WALL, Screen
from tests.browser.watch import LONGEST, Complaints, turn
from tests.support.demo import Demo, wait_until

GROUNDS = "[...document.querySelectorAll('.panel')].map((panel) => getComputedStyle(panel).backgroundColor)"
PORTAL = "<!doctype html><title>Sign in</title><main id='wall'>Welcome to our network</main>"
FOREIGN: dict[str, dict[str, Any]] = {
    "a sign-in page": {"status": 200, "content_type": "text/html", "body": PORTAL},
    "a way to a sign-in page": {"status": 302, "headers": {"Location": "/accounts/login/"}},
    "a gateway's error": {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"},
    "nothing": {"status": 204},
    "not changed, of nobody knows what": {"status": 304},
    "figures that are none": {"status": 200, "headers": {"X-Figures": "null", "HX-PTag": "x"}, "body": PORTAL},
    "figures without a pace": {"status": 200, "headers": {"X-Figures": '{"now": 1, "age": 0}'}, "body": PORTAL},
    "half an answer": {
        "status": 200,
        "headers": {"X-Figures": '{"now": 1, "age": 0, "every": 5, "build": "x"}', "HX-PTag": "half"},
        "body": "<main id='wall' data-figures='{}'><ul class='panels'><li>Wait",
    },
}


@pytest.mark.long(sibling="test_while_the_server_is_away_waits_stand_still_without_colour_and_go_on_when_it_is_back")
def test_after_the_server_is_killed_the_wall_says_so_its_figures_lose_colour_and_leave_and_it_recovers_by_itself(
    tv: Screen, demo: Demo, outage: Outage, complaints: Complaints
) -> None:
    complaints.allow(REFUSED)
    tv.show(demo.wall)
    agents = tv.page.locator(".agent:visible").count()
    tv.until("fresh")
    assert tv.look == {"dot": "free", "square": False, "line": False, "dim": False}
    outage.begin()
    tv.until("late")
    assert re.fullmatch(r"Not updated for \d+ s: The dashboard does not answer", tv.words)
    assert tv.look == {"dot": "soft", "square": True, "line": False, "dim": False}
    tv.until("stale")
    assert tv.look == {"dot": "soft", "square": True, "line": True, "dim": True}
    assert re.fullmatch(r"Figures of \d\d:\d\d · The dashboard does not answer", tv.line)
    tv.minutes(6)
    assert tv.state == "stale"
    assert re.fullmatch(r"Last figures at \d\d:\d\d", tv.words)
    expect(tv.page.locator("#stale-age")).to_have_text("6 m old")
    expect(tv.page.locator(".agent:visible")).to_have_count(agents)
    before = tv.time
    tv.minutes(10)
    assert tv.state == "gone"
    assert tv.time != before, "the clock always runs"
    expect(tv.page.get_by_role("heading", name="No figures since")).to_be_visible()
    expect(tv.page.locator(".agent:visible, .panel:visible")).to_have_count(0)
    outage.end()
    tv.until("fresh")
    expect(tv.page.locator(".agent:visible")).not_to_have_count(0)
    assert "Updated" in tv.words
    assert tv.loads == 1


def test_while_the_server_is_away_waits_stand_still_without_colour_and_go_on_when_it_is_back(
    tv: Screen, demo: Demo, outage: Outage, complaints: Complaints
) -> None:
    complaints.allow(REFUSED)
    tv.show(demo.wall)
    tv.until("fresh")
    tv.page.evaluate(WAITS, 600)
    times, coloured = tv.page.locator("time[data-ticks]:visible"), tv.page.locator(".panel[data-level]")
    tv.clock.until(lambda: coloured.count() == 2, "more wait than should, and one for longer")
    red = tv.page.evaluate(GROUNDS)
    outage.begin()
    tv.until("stale")
    seen = times.all_inner_texts()
    assert len(seen) > 1
    at = tv.page.locator(".on-stale").all_inner_texts()
    assert [words for words in at if not re.fullmatch(r"at \d\d:\d\d", words)] == []
    assert coloured.count() == 0
    assert len(set(tv.page.evaluate(GROUNDS))) == 1
    tv.minutes(7)
    assert (tv.state, times.all_inner_texts()) == ("stale", seen)
    outage.end()
    tv.until("fresh")
    expect(tv.page.locator(".on-stale").first).to_be_hidden()
    assert coloured.count() > 0
    assert tv.page.evaluate(GROUNDS)[0] == red[0], "the wait may be another one now"


def test_without_a_network_the_wall_ages_and_it_asks_at_once_when_the_network_is_back(
    tv: Screen, demo: Demo, complaints: Complaints
) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    tv.show(demo.wall)
    tv.page.context.set_offline(True)
    tv.until("stale")
    assert "does not answer" in tv.line
    tv.page.clock.fast_forward("58:00")
    tv.minutes(2)
    assert tv.state == "gone"
    assert "Last figures at" in tv.words
    tv.clock.stop()  # otherwise the next poll would do it
    with tv.page.expect_response(WALL):
        tv.page.context.set_offline(False)
    tv.until("fresh")


def test_a_wall_that_is_seen_again_asks_at_once(tv: Screen, demo: Demo) -> None:
    tv.show(demo.wall)
    tv.clock.stop()
    turn(tv.page, hidden=True)
    with tv.page.expect_response(WALL):
        turn(tv.page, hidden=False)


@pytest.mark.long(sibling="test_while_the_server_is_away_waits_stand_still_without_colour_and_go_on_when_it_is_back")
def test_while_comm100_is_away_the_wall_says_so_although_the_dashboard_answers(tv: Screen, demo: Demo) -> None:
    tv.show(demo.wall)
    tv.until("fresh")
    with held(demo, "chatserver"):
        wait_until(lambda: figures(demo)["error"], 60, "nobody noticed", every=0.5)
        tv.clock.until(lambda: "Comm100" in tv.words, "it names the server that is away")
        assert tv.state != "fresh"
        assert "dashboard" not in tv.words
    tv.until("fresh")


def ask(demo: Demo) -> requests.Response:
    """Another TV's poll."""
    return requests.get(demo.wall, headers={"HX-Request": "true", "HX-Request-Type": "partial"}, timeout=30)


def figures(demo: Demo) -> Any:
    """The freshness that the dashboard sends with the wall's figures."""
    return json.loads(ask(demo).headers["X-Figures"])


@contextmanager
def held(demo: Demo, name: str) -> Iterator[None]:
    """Stop the demo's processes that have this in their command."""
    pids = [pid for pid, command in demo.processes().items() if name in command]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_a_new_build_is_loaded_within_a_poll(tv: Screen, demo: Demo, outage: Outage, complaints: Complaints) -> None:
    complaints.allow(REFUSED)
    tv.show(demo.wall)
    asked: list[str] = []
    tv.page.on("request", lambda request: asked.append(request.resource_type if WALL.search(request.url) else ""))
    tv.clock.stop()  # or it would poll once more while it looks whether all is well, if that takes long
    outage.deploy("another")
    asked.clear()
    tv.clock.poll("/")
    tv.clock.until(lambda: "document" in asked, "the new page is loaded")
    # A poll, a check that the page would load, and the page. If a busy server lets the check wait, polls go on.
    kinds = [kind for kind in asked if kind]
    assert kinds[:2] == ["fetch", "xhr"]
    assert list(dict.fromkeys(kinds)) == ["fetch", "xhr", "document"]
    expect(tv.page.locator("#wall")).to_have_attribute("data-figures", re.compile('"build": "another"'))


def test_a_new_build_is_not_loaded_while_its_page_is_broken(tv: Screen, demo: Demo, complaints: Complaints) -> None:
    complaints.allow("50[02]")
    tv.through(build("another"))
    tv.show(demo.wall)
    tv.through(build("newer"))
    tv.page.route(WALL, lambda route: broken(route))
    for _ in range(20):
        tv.clock.second()
    assert tv.loads == 1
    tv.page.unroute(WALL)
    tv.clock.until(lambda: tv.loads == 2, "it is loaded when it is well")


def build(name: str) -> Any:
    """Changes answers: they come from this build."""

    def change(figures: dict[str, Any], text: str) -> str:
        figures["build"] = name
        return text

    return change


def broken(route: Route) -> None:
    """Lets whole pages fail. Polls go on to the next route."""
    if route.request.headers.get("hx-request"):
        route.fallback()
    else:
        route.fulfill(status=502, body="<h1>Bad gateway</h1>")


@pytest.mark.long(sibling="test_a_new_build_is_loaded_within_a_poll")
@pytest.mark.parametrize("kept", [True, False], ids=["storage", "no storage"])
def test_two_builds_behind_one_address_do_not_make_it_reload_at_every_poll(tv: Screen, demo: Demo, kept: bool) -> None:
    if not kept:
        tv.page.add_init_script(
            "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('denied'); } })"
        )
    tv.show(demo.wall)
    tv.through(lambda figures, text: build(f"build-{figures['now'] % 7}")(figures, text))
    for _ in range(60):
        tv.clock.second()
    assert tv.loads == (2 if kept else 1)
    tv.page.clock.fast_forward(300_000)
    tv.clock.until(lambda: tv.loads == (3 if kept else 2), "it is loaded after a while")


def test_an_answer_of_something_else_than_the_dashboard_is_ignored(
    tv: Screen, demo: Demo, complaints: Complaints
) -> None:
    complaints.allow(r"\b502\b")
    tv.show(demo.wall)
    counts = tv.page.locator(".panel [data-count]")
    agents = tv.page.locator(".agent bdi")
    before = counts.all_inner_texts(), agents.all_text_contents()
    for what, answer in FOREIGN.items():
        asked: list[str] = []
        tv.page.route(WALL, answering(answer, asked))
        while len(asked) < 2:  # it asks again
            tv.clock.second()
        assert tv.loads == 1, what
        assert (counts.all_inner_texts(), agents.all_text_contents()) == before, what
        assert tv.page.locator(".agent:visible").count() > 0, what
        state, line = tv.state, tv.line
        tv.page.unroute(WALL)
    assert state == "stale"
    assert "The dashboard does not answer" in line
    tv.until("fresh")
    assert tv.loads == 1


def answering(answer: dict[str, Any], asked: list[str]) -> Callable[[Route], None]:
    """A route that gives this answer to every request, and notes each one."""

    def handle(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(**answer)

    return handle


@pytest.mark.long(sibling="test_an_answer_of_something_else_than_the_dashboard_is_ignored")
def test_an_answer_that_cannot_be_shown_leaves_the_age_as_it_was_and_is_asked_for_again(
    tv: Screen, demo: Demo, agent: dict[str, Any]
) -> None:
    tv.show(demo.wall)
    tv.until("fresh")
    tv.page.evaluate("() => { document.getElementById('screen').replaceChild = () => { throw new Error('odd'); }; }")
    demo.set_status(agent["id"], "Lunch")
    tv.until("late")
    line = tv.page.locator(".agent", has_text=agent["name"].split()[0]).filter(has_text="Lunch")
    assert line.count() == 0
    assert "does not answer" in tv.words
    tv.page.evaluate("delete document.getElementById('screen').replaceChild")
    tv.until("fresh")
    expect(line).to_have_count(1)


@pytest.mark.long(sibling="test_a_new_build_is_loaded_within_a_poll")
def test_a_new_build_shows_its_figures_even_where_it_cannot_be_loaded(
    tv: Screen, demo: Demo, agent: dict[str, Any]
) -> None:
    tv.show(demo.wall)
    tv.page.evaluate("delete window.wallScreen.reload")
    tv.through(build("another"))
    demo.set_status(agent["id"], "Training")
    line = tv.page.locator(".agent", has_text=agent["name"].split()[0]).filter(has_text="Training")
    tv.clock.until(lambda: line.count() == 1, "the new figures are there")
    assert tv.loads == 1


def test_requests_without_an_answer_are_given_up_and_do_not_pile_up(tv: Screen, demo: Demo) -> None:
    given_up: list[str | None] = []
    tv.page.on("requestfailed", lambda request: given_up.append(request.failure))
    tv.show(demo.wall)
    asked: list[Route] = []
    tv.page.route(WALL, lambda route: asked.append(route))
    wait_until(lambda: tv.minutes(0.5) or len(asked) > 6, 30, "it does not go on asking")
    wait_until(lambda: tv.page.evaluate("1") and len(given_up) >= len(asked) - 1, 10, "they are not given up")
    tv.page.unroute_all(behavior="ignoreErrors")
    tv.minutes(0.5)
    tv.until("fresh")


def test_an_error_on_the_page_does_not_stop_its_polls(tv: Screen, demo: Demo, complaints: Complaints) -> None:
    complaints.allow("uncaught")
    tv.show(demo.wall)
    tv.clock.stop()  # so that a timer throws in a second below, not between two of them
    tv.page.evaluate("() => { wallScreen.tell = () => { throw new Error('odd'); }; }")  # what shows the clock throws
    asked: list[str] = []
    tv.page.on("response", lambda answer: asked.append(answer.url))
    for _ in range(LONGEST):
        with suppress(Error):
            tv.clock.second()  # errors in timers come out here, before it waits for what was asked
        tv.clock.answers()
    assert len(asked) >= LONGEST / 10
    assert "Updated" in tv.words


def test_a_timer_that_the_browser_lost_is_noticed_and_started_again(tv: Screen, demo: Demo) -> None:
    tv.show(demo.wall)
    tv.page.evaluate("() => { window.kept = setTimeout; window.setTimeout = () => 0; }")
    tv.clock.poll("/")
    tv.page.evaluate("() => { window.setTimeout = window.kept; }")
    tv.clock.poll("/")
    tv.clock.poll("/")


def test_a_waiting_screen_asks_again_if_the_end_of_a_request_was_never_reported(tv: Screen) -> None:
    tv.show("/tv/")
    tv.page.evaluate(HOLD)
    tv.minutes(0.1)
    tv.page.evaluate(LET_GO)
    for _ in range(3):
        assert tv.clock.poll("/").status == 304


def test_after_an_hour_asleep_the_figures_are_an_hour_old_until_newer_ones_come(
    tv: Screen, demo: Demo, complaints: Complaints
) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    tv.show(demo.wall)
    tv.clock.stop()
    tv.page.context.set_offline(True)
    tv.set_clock(timedelta(hours=1))  # the other clock of the page stood still
    tv.clock.second()
    tv.clock.second()
    assert tv.state == "gone"
    assert "Last figures at" in tv.words
    tv.page.context.set_offline(False)
    tv.until("fresh")


@pytest.mark.long(sibling="test_a_screen_says_that_it_is_paused_comes_back_and_says_that_it_has_ended")
def test_a_link_that_ends_says_so_and_the_wall_comes_back_with_it(
    tv: Screen, demo: Demo, complaints: Complaints
) -> None:
    complaints.allow(r"\b410\b")
    tv.page.add_init_script(LOCK)
    tv.show(demo.wall)
    tv.clock.poll("/")
    with ended(demo):
        wait_until(lambda: all("HX-Refresh" in ask(demo).headers for _ in range(6)), 30, "the link has not ended")
        tv.clock.until(lambda: tv.loads == 2, "it says that the link has ended")
        expect(tv.page.get_by_role("heading")).to_have_text("This link has ended")
        tv.minutes(2)
        expect(tv.page.get_by_role("heading")).to_have_text("This link has ended")
        assert tv.page.evaluate("locks.length") == 0, "nobody need see that for months"
    wait_until(lambda: all("X-Figures" in ask(demo).headers for _ in range(6)), 30, "the link is not back")
    tv.clock.until(lambda: tv.loads == 3, "the wall is back")
    expect(tv.page.locator(".agent").first).to_be_visible()


@contextmanager
def ended(demo: Demo) -> Iterator[None]:
    """All links of walls have expired."""
    with closing(sqlite3.connect(demo.data / "db.sqlite3", timeout=20, isolation_level=None)) as database:
        before = database.execute("SELECT expires, id FROM livechat_walllink").fetchall()
        database.execute("UPDATE livechat_walllink SET expires = '2001-01-01 00:00:00'")
        try:
            yield
        finally:
            # What a changed expiry does. Meanwhile the dashboard has recorded that the links ended.
            again = "UPDATE livechat_walllink SET expires = ?, ended = NULL, why = '' WHERE id = ?"
            database.executemany(again, before)
