"""The row of the wall left alone: ten thousand refreshes in one page of Chromium, and how much its memory grew."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.table import Row
from tests.browser.heap import Heap
from tests.drills.house import Size
from tests.support.chromium import executable
from tests.support.demo import Demo

WARM_UP = 500
STEP = 500
MOST = 0.1


def row(size: Size) -> Row:
    """Refresh, measuring now and then."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Demo(Path(folder), DEMO_FREEZE="1") as demo,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=executable() or None, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.clock.install()
        page.goto(demo.wall)
        page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)  # it polls only when told to
        heap = Heap(page)
        heap.refresh(WARM_UP)
        seen = [heap.measure()]
        for _ in range(0, size.refreshes, STEP):
            heap.refresh(STEP)
            seen.append(heap.measure())
        browser.close()
    (before, nodes), (after, more) = seen[0], seen[-1]
    grown = after / before - 1
    how = (
        f"the heap in use after a collection {before / 1e6:.2f} MB after {WARM_UP} refreshes, at most "
        f"{max(used for used, _ in seen) / 1e6:.2f} MB and {after / 1e6:.2f} MB at the end; {nodes} nodes, then {more}"
    )
    what = f"a wall in Chromium refreshes {size.refreshes:,} times with changed figures"
    return Row(what, f"the heap grew by {grown:.1%}", f"< {MOST:.0%}", grown < MOST and more <= nodes * (1 + MOST), how)
