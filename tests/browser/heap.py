"""A wall refreshed thousands of times without waiting, and what its page then holds in memory."""

from playwright.sync_api import Page

REFRESH = """async (count) => {
  const path = location.pathname;
  const real = window.fetch;
  let done = () => {};
  let fail = () => {};
  window.fetch = (address, options) => {
    const headers = { ...options.headers, "HX-PTag": "none" };
    return real(address, { ...options, headers }).then(async (answer) => {
      if (answer.status !== 200) fail(new Error(`the wall answered ${answer.status}`));
      const text = (await answer.text()).replace(/<bdi>/g, `<bdi>${window.refreshes % 7} `);
      return new Response(text, { headers: answer.headers });
    }, fail);
  };
  window.refreshes = window.refreshes || 0;
  const watcher = new MutationObserver(() => done());
  watcher.observe(document.getElementById("screen"), { childList: true });
  for (let i = 0; i < count; i += 1) {
    window.refreshes += 1;
    await new Promise((resolve, reject) => {
      [done, fail] = [resolve, reject];
      document.dispatchEvent(new Event("visibilitychange"));
    });
  }
  watcher.disconnect();
  window.fetch = real;
}"""
"""Polls as a TV does that has just come into view; every answer is a fragment that differs from the one before."""


class Heap:
    """The memory of a page that shows a wall."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable")

    def refresh(self, count: int) -> None:
        """Let the wall refresh so many times, each with figures that have changed."""
        self.page.evaluate(REFRESH, count)

    def measure(self) -> tuple[int, int]:
        """The bytes of the heap that are in use after everything let go of is collected, and the number of nodes."""
        for _ in range(3):
            self._session.send("HeapProfiler.collectGarbage")
        found = {item["name"]: item["value"] for item in self._session.send("Performance.getMetrics")["metrics"]}
        return int(found["JSHeapUsedSize"]), int(found["Nodes"])
