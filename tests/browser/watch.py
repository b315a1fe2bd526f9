"""Looking at pages from outside: what they complain of, and what they fetch."""

import re
import time
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, Response, WebError

POLICY = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error("policy:", event.violatedDirective, event.blockedURI, event.sample))"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
AT_ONCE = 20  # seconds of a page's clock that pass as fast as they can while a test waits for something
UNDER_WAY = """(() => {
  window.underWay = new Set();
  window.addEventListener("htmx:before:request", (event) => window.underWay.add(event.detail.ctx), true);
  window.addEventListener("htmx:finally:request", (event) => window.underWay.delete(event.detail.ctx), true);
})()"""
LONGEST = 120  # seconds of a page's clock, and of a true one, in which whatever a test waits for must have happened


def turn(page: Page, *, hidden: bool) -> None:
    """Hide or show the page's tab, as far as the page can tell."""
    page.evaluate(HIDE, hidden)


class Complaints:
    """What pages complain of: errors and warnings, violations of the policy, requests without a good answer."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._allowed = re.compile("(?!)")

    def allow(self, pattern: str) -> None:
        """Let complaints pass that hold this pattern: they are what the test provokes."""
        self._allowed = re.compile(f"{self._allowed.pattern}|{pattern}")

    def listen(self, context: BrowserContext) -> None:
        """Listen to every page of a context, from its first byte."""
        context.add_init_script(POLICY)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _note(self, text: str) -> None:
        if not self._allowed.search(text):
            self.texts.append(text)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(f"{message.type}: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self._note(f"uncaught: {error.error}")

    def _failed(self, request: Request) -> None:
        # A poll under way is cut off if the test goes to another page.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"failed: {request.failure} {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"answered: {response.status} {response.url}")


class Clock:
    """The clock of a page that was installed (fixture `clocked`), run ahead second by second.

    Each second waits until the page has read the answers to the polls that it sent: run further, it would time them
    out, though they have arrived.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._under_way: list[Request] = []
        self._settled: dict[Request, Response | None] = {}
        self._left = 0
        page.add_init_script(UNDER_WAY)
        page.evaluate(UNDER_WAY)
        page.on("request", self._note)
        page.on("response", lambda answer: self._settled.update({answer.request: answer}))
        page.on("requestfailed", lambda request: self._settled.setdefault(request, None))
        page.on("framenavigated", lambda _frame: self._let_go())

    def _note(self, request: Request) -> None:
        if request.headers.get("hx-request"):
            self._under_way.append(request)

    def _let_go(self) -> None:
        """A page that was left answers no more: what was under way in it is over."""
        self._left += 1
        for request in self._under_way:
            self._settled.setdefault(request, None)

    def stop(self) -> None:
        """From here on time passes in the page only as this clock lets it."""
        self._page.clock.pause_at(self._page.evaluate("Date.now() / 1000") + 1)

    def second(self) -> list[Response]:
        """Let a second pass; the answers to the polls that were under way."""
        left = self._left
        try:
            self._page.clock.run_for(1000)
        except Error:
            self._page.wait_for_load_state()
            if self._left == left:  # else the page went elsewhere in the midst of the second
                raise
        return self.answers()

    def answers(self) -> list[Response]:
        """Wait until the page has read the answers to all that it asked; those answers."""
        until = time.monotonic() + LONGEST
        while self._reads() or any(request not in self._settled for request in self._under_way):
            assert time.monotonic() < until, "a poll was not answered"
            self._page.wait_for_timeout(5)
        sent, self._under_way = self._under_way, []
        return [answer for answer in [self._settled.pop(request) for request in sent] if answer]

    def _reads(self) -> bool:
        """Whether the page still waits for an answer; one that is just being left does not count."""
        with suppress(Error):
            return bool(self._page.evaluate("window.underWay?.size"))
        return False

    def poll(self, path: str) -> Response:
        """Run until the page has polled this address."""
        for _ in range(LONGEST):
            for answer in self.second():
                if answer.url.partition("?")[0].endswith(path):
                    return answer
        raise AssertionError(f"{path} was not polled in {LONGEST} s of the page's clock")

    def until(self, happened: Callable[[], bool], what: str) -> None:
        """Run until something has happened.

        What waits for the server takes true seconds: after the first page's seconds the clock slows down to ten times.
        """
        until = time.monotonic() + LONGEST
        seconds = 0
        while not happened():
            assert seconds < LONGEST or time.monotonic() < until, f"not in {seconds} s of the page's clock: {what}"
            self.second()
            seconds += 1
            if seconds > AT_ONCE:
                self._page.wait_for_timeout(100)
