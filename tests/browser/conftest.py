"""The real product in a real browser: one `manage.py demo` and one Chromium for all tests that a worker runs here.

All tests of a file run in one worker, and every second worker begins with this folder (tests/support/workers.py).

Each test has a context of its own, signed in, and fails if a page complains: console, policy, failed requests.
"""

import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.outage import Outage
from tests.browser.screen import Screen
from tests.browser.watch import Clock, Complaints
from tests.support.chromium import executable
from tests.support.demo import Demo, wait_until

# Playwright keeps an event loop running in this thread, and Django would refuse the database to later tests in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# A change is seen after a refresh and a poll: twice 5 s, and more if many pages share the limit of calls.
expect.set_options(timeout=30_000)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo with a world that only moves when a test moves it."""
    folder = tmp_path_factory.mktemp("demo")
    # A chat server that stands still is noticed sooner than by default.
    with Demo(
        folder,
        ready=True,
        COMM100_DEADLINE="3",
        DEMO_FREEZE="1",
        DEMO_HOSTILE="1",
        DEMO_AGENTS="48",
        DEMO_VISITORS="104",
    ) as running:
        yield running


@pytest.fixture(autouse=True)
def _calls_forgotten(demo: Demo) -> None:
    """Each test may call as often as an address may in five minutes, whatever the tests before it called."""
    demo.forget_calls()


@pytest.fixture(scope="session")
def base_url(demo: Demo) -> str:
    """Where the pages are."""
    return demo.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, if there is one, as root too."""
    path = executable()
    return {**browser_type_launch_args, "args": ARGUMENTS, **({"executable_path": path} if path else {})}


@pytest.fixture(scope="session")
def signed_in(browser: Browser, demo: Demo) -> StorageState:
    """The cookies of a browser in which the demo's user has signed in."""
    with browser.new_context(base_url=demo.url) as context:
        sign_in(context.new_page(), demo)
        return context.storage_state()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The same window for every test; nobody is signed in."""
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "en-GB", "timezone_id": "UTC"}


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the pages of this test complained of; there must be nothing."""
    found = Complaints()
    yield found
    assert found.texts == []


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], complaints: Complaints) -> Callable[..., BrowserContext]:
    """Makes contexts whose pages are listened to."""

    def make(**options: Any) -> BrowserContext:
        context = new_context(**options)
        complaints.listen(context)
        return context

    return make


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], signed_in: StorageState) -> BrowserContext:
    """A browser in which the demo's user is signed in; `page` is in it."""
    return new_context(storage_state=signed_in)


@pytest.fixture
def stranger(new_context: Callable[..., BrowserContext]) -> Page:
    """A page in a browser that has no cookie."""
    return new_context().new_page()


@pytest.fixture
def plain(new_context: Callable[..., BrowserContext], signed_in: StorageState) -> Page:
    """A signed-in page that runs no JavaScript."""
    return new_context(java_script_enabled=False, storage_state=signed_in).new_page()


@pytest.fixture
def clocked(page: Page) -> Page:
    """A page whose clock runs ahead if a test lets it."""
    page.clock.install()
    return page


@pytest.fixture
def clock(clocked: Page) -> Clock:
    """The clock of `clocked`."""
    return Clock(clocked)


@pytest.fixture
def tv(stranger: Page) -> Screen:
    """A TV in whose browser nobody ever signed in; it shows nothing yet."""
    return Screen(stranger)


@pytest.fixture
def outage(demo: Demo) -> Iterator[Outage]:
    """An outage that is over when the test is."""
    made = Outage(demo)
    yield made
    made.end()


@pytest.fixture
def elsewhere(page: Page, demo: Demo) -> Callable[[str, str], None]:
    """Sets an agent's status at the chat server, and waits until the dashboard has it on its board."""

    def set_status(agent_id: str, status: str) -> None:
        shown = re.compile(rf'id="agent-{agent_id}"((?!</tr>).)*{status}', re.DOTALL)
        demo.set_status(agent_id, status)
        wait_until(lambda: shown.search(page.request.get("/agents/").text()), 60, "it was not fetched", every=0.25)

    return set_status


@pytest.fixture(scope="session")
def online_agents(demo: Demo) -> deque[dict[str, Any]]:
    """Agents who are online, given out in turn; the sample agent is nobody's."""
    names = demo.names()
    return deque(item | {"name": names[item["id"]]} for item in demo.agents()[1:] if item["status"] == "Online")


@pytest.fixture
def lend(demo: Demo, online_agents: deque[dict[str, Any]]) -> Iterator[Callable[[], dict[str, Any]]]:
    """Lends agents for this test alone, online: id, name, status, ongoingChats."""
    lent: list[dict[str, Any]] = []

    def one() -> dict[str, Any]:
        lent.append(online_agents.popleft())
        return lent[-1]

    yield one
    for each in lent:
        demo.set_status(each["id"], "Online")
        online_agents.append(each)


@pytest.fixture
def agent(lend: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """One of them."""
    return lend()


@pytest.fixture
def sample(demo: Demo) -> dict[str, Any]:
    """An agent whom no test changes."""
    return demo.agents()[0] | {"name": next(iter(demo.names().values()))}


@pytest.fixture(scope="session")
def known_visitors(demo: Demo) -> Iterator[dict[str, Any]]:
    """Visitors with two custom variables or more, each given out once; the sample visitor is nobody's."""
    return iter([item for item in demo.visitors()[1:] if len(item["customVariableResults"]) > 1])


@pytest.fixture
def visitor(known_visitors: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """A visitor for this test alone, as the chat server has them."""
    return next(known_visitors)


def sign_in(page: Page, demo: Demo) -> None:
    """Sign in, at whatever page of the site this leads to the form."""
    page.goto("/agents/")
    page.get_by_label("User name").fill(demo.user)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/agents/")
