"""The rows of how soon a change at the chat server shows: on the agents' board and on a wall, in Chromium."""

import random
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import requests
from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import flood
from tests.bench.house import TOKEN, House, Process
from tests.bench.table import Row, Scale
from tests.support.chromium import executable

AGENTS, VISITORS = 80, 40  # half of the agents are online
LAST_SECONDS = 12.0  # until which the last change must show
WARM_SECONDS = 14.0  # until the workers have counted their displays, and the hints are known
LISTS = ("GET /v4/livechat/agents", "GET /v4/livechat/visitors")
NAMES = ("news", "flood")

# Notes when a row of the board shows "Away" for the first time, and every set of the wall's numbers, in epoch ms.
OBSERVE_BOARD = """() => {
  window.news = {};
  const look = () => {
    for (const row of document.querySelectorAll("#board [data-row]")) {
      if (!(row.id in window.news) && row.textContent.includes("Away")) window.news[row.id] = Date.now();
    }
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
OBSERVE_WALL = """() => {
  window.news = [];
  const look = () => {
    const shown = [...document.querySelectorAll("#wall [data-count]")].map((element) => Number(element.textContent));
    const last = window.news.at(-1);
    if (!last || String(last[1]) !== String(shown)) window.news.push([Date.now(), shown]);
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@dataclass(frozen=True)
class Way:
    """One way to learn of changes. `pauses`: the least and the most seconds between two of `changes` changes."""

    name: str
    hints: bool
    options: tuple[str, ...]
    changes: int
    pauses: tuple[float, float]
    most: float  # seconds: the median that must be reached


WAYS = (
    Way("without hints", False, (), 36, (2.0, 4.0), 3.5),
    Way("with hints", True, (), 36, (2.0, 4.0), 1.0),
    # The hints have 60 calls in 5 minutes, and each change takes some: more changes would find none left.
    Way("with hints, lists up to 5 s old", True, ("--list-cache", "5"), 16, (6.0, 9.0), 6.0),
)


@dataclass
class Watched:
    """What came of it: the seconds until each change showed, and the calls an hour."""

    board: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    calls: float = 0.0


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """The rows of each way, and of a flood of hints."""
    if "news" in wanted:
        for way in WAYS:
            yield row_of(way, watch(way, round(way.changes * scale.news)))
    if "flood" in wanted:
        with House(agents=AGENTS, visitors=VISITORS) as house:
            yield flood.row(house)


def row_of(way: Way, found: Watched) -> Row:
    """A way's row."""
    board, wall = (statistics.median(seconds) for seconds in (found.board, found.wall))
    worst = ", ".join(f"{max(seconds):.1f}" for seconds in (found.board, found.wall))
    return Row(
        f"from a change at the chat server to the board and to a wall, {way.name}",
        f"median {board:.1f} s, {wall:.1f} s; worst {worst} s; {found.calls:.0f} calls an hour",
        f"≤ {way.most} s",
        max(board, wall) <= way.most,
        f"{len(found.board)} changes; `serve`, Chromium, both pages open",
    )


def watch(way: Way, changes: int) -> Watched:
    """Let agents go away one after the other, and see when it shows."""
    with (
        House(agents=AGENTS, visitors=VISITORS, on=True, options=way.options) as house,
        house.serve_whole() as server,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=executable() or None, args=["--no-sandbox"])) as browser,
    ):
        if way.hints:
            register(house, server)
        board, wall = opened(browser, house, server)
        return seen(way, house, board, wall, changes)


def register(house: House, server: Process) -> None:
    """Let the chat server send hints."""
    assert house.chat is not None
    url = f"{house.chat.root}/v4/livechat/webhooks"
    target = f"{server.root}/hooks/{house.hook}/"
    body = {"event": "agentStatusChanges", "targetUrl": target}
    requests.post(url, json=body, headers=bearer(), timeout=10).raise_for_status()


def bearer() -> dict[str, str]:
    """How to sign in at the chat server."""
    return {"Authorization": f"Bearer {TOKEN}"}


def opened(browser: Browser, house: House, server: Process) -> tuple[Page, Page]:
    """The board and the wall, each as a tab that is seen."""
    pages = []
    for path, observe, cookie in (("/agents/", OBSERVE_BOARD, house.cookies[0]), (house.wall, OBSERVE_WALL, "")):
        context = browser.new_context(base_url=server.root)
        if cookie:
            name, _, value = cookie.partition("=")
            context.add_cookies(
                [{"name": name, "value": value, "domain": str(urlsplit(server.root).hostname), "path": "/"}]
            )
        page = context.new_page()
        page.goto(path)
        page.evaluate(observe)
        pages.append(page)
    return pages[0], pages[1]


def seen(way: Way, house: House, board: Page, wall: Page, changes: int) -> Watched:
    """Make the changes and wait until the last one shows."""
    assert house.chat is not None
    base, dice = f"{house.chat.root}/v4/livechat/agents", random.Random(way.name)
    online = [one["id"] for one in requests.get(base, headers=bearer(), timeout=10).json() if one["status"] == "Online"]
    put = partial(requests.put, json={"status": "Away"}, headers=bearer(), timeout=10)
    extra = online.pop() if way.hints else ""
    if extra:  # the first hint only says that hints come
        put(f"{base}/{extra}").raise_for_status()
    pause(board, wall, WARM_SECONDS)
    before, began, made = house.calls(), time.monotonic(), {}
    numbers = wall.evaluate("window.news.at(-1)[1]")
    for agent in online[:changes]:
        put(f"{base}/{agent}").raise_for_status()
        made[agent] = time.time()
        pause(board, wall, dice.uniform(*way.pauses))
    pause(board, wall, LAST_SECONDS)
    after, seconds = house.calls(), time.monotonic() - began
    calls = sum(after.get(name, 0) - before.get(name, 0) for name in LISTS) / seconds * 3_600
    shown = board.evaluate("window.news")
    on_board = [shown[f"agent-{agent}"] / 1000 - at for agent, at in made.items()]
    return Watched(on_board, on_wall(wall.evaluate("window.news"), numbers, list(made.values())), calls)


def pause(board: Page, wall: Page, seconds: float) -> None:
    """Let both pages run."""
    board.wait_for_timeout(seconds * 1000)


def on_wall(news: list[tuple[float, list[int]]], first: list[int], made: list[float]) -> list[float]:
    """The seconds until each change moved the one number that fell by all of them."""
    last = news[-1][1]
    place = next(place for place, number in enumerate(first) if number - last[place] == len(made))
    found: list[float] = []
    for nth, at in enumerate(made, 1):
        moments = (moment / 1000 for moment, numbers in news if first[place] - numbers[place] >= nth)
        found.append(next(moment for moment in moments if moment >= at) - at)
    return found
