"""How heavy a page is: bytes on the wire with headers, at a first and a second visit; what moves while it loads."""

from typing import Any

from playwright.sync_api import Page, Response

from tests.browser.test_shifts import MOST as MAX_SHIFT

COLD, WARM, WARM_TABLE = 150_000, 15_000, 40_000
TABLE = 100  # rows: from so many on a page is a table
# Pages that show a secret, and those at their addresses, are not compressed: their size would tell of it.
PLAIN = {
    "two-step-app", "recovery-codes", "recovery-codes-new", "invite", "invite-member", "no-such-invitation", "tv",
    "password-reset-bad", "no-such-digest",
}  # fmt: skip
ROWS = "() => document.querySelectorAll('[data-row], tbody tr').length"
SHIFTED = "() => (window.shifts ?? []).reduce((sum, { value }) => sum + value, 0)"
MOVED = "() => (window.shifts ?? []).flatMap(({ moved }) => moved).slice(0, 3).join(' | ')"


class Wire:
    """Counts what a page's browser gets, while it is listened to."""

    def __init__(self, page: Page) -> None:
        self.page, self.bytes = page, 0
        self._open: set[str] = set()
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", lambda event: self._open.add(event["requestId"]))
        self.session.on("Network.loadingFinished", self._finished)
        self.session.on("Network.loadingFailed", lambda event: self._open.discard(event["requestId"]))

    def _finished(self, event: dict[str, Any]) -> None:
        self._open.discard(event["requestId"])
        self.bytes += int(event["encodedDataLength"])

    def visit(self, address: str, *, cold: bool) -> tuple[Response, int]:
        """Go there; the answer and how many bytes came until nothing was under way."""
        if cold:
            self.session.send("Network.clearBrowserCache")
        self.page.goto("about:blank")
        self.bytes = 0
        self._open.clear()
        answer = self.page.goto(address)
        assert answer
        for _ in range(100):
            if not self._open:
                break
            self.page.wait_for_timeout(10)
        return answer, self.bytes


def wrong(name: str, answer: Response, sizes: tuple[int, int], rows: int) -> dict[str, list[str]]:
    """What of a page is over its limit, at a first and at a second visit."""
    (cold, warm), limit = sizes, WARM_TABLE if rows >= TABLE else WARM
    found: dict[str, list[str]] = {"cold": [], "warm": []}
    if cold > COLD:
        found["cold"].append(f"{cold} bytes, more than {COLD}")
    if warm > limit:
        found["warm"].append(f"{warm} bytes, more than {limit}")
    if ("content-encoding" in answer.headers) == (name in PLAIN):
        found["warm"].append("compressed, though it shows a secret" if name in PLAIN else "not compressed")
    return found


def shift(page: Page) -> tuple[list[str], str]:
    """What moved while a page loaded, until a moment later. Before anything else is done with it."""
    page.evaluate("new Promise((done) => setTimeout(done, 600 - performance.now()))")
    score = float(page.evaluate(SHIFTED))
    return [f"{score:.3f}: {page.evaluate(MOVED)}"] if score > MAX_SHIFT else [], f"{score:.3f}"
