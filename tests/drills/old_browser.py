"""The row of the oldest browser: Chromium 69 shows a wall, asks for its figures, and shows what has changed."""

import re
import tempfile
from contextlib import ExitStack
from pathlib import Path

import requests

from tests.bench.table import Row
from tests.drills.house import Size
from tests.support import old_chromium
from tests.support.demo import Demo, wait_until

SECONDS = 40  # of the page's clock: four polls of a wall


def row(_size: Size) -> Row:
    """Look at a wall before and after an agent goes away, and at the page of a TV without a wall.

    Figures that are fresh after so many seconds are those of a poll: without one they would be stale.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        program = old_chromium.unpack(folder)
        demo = stack.enter_context(
            Demo(folder / "demo", ready=True, DEMO_FREEZE="1", DEMO_AGENTS="17", DEMO_VISITORS="40")
        )
        wait_until(lambda: _away(requests.get(demo.wall, timeout=30).text) >= 0, 60, "no figures")
        before = old_chromium.page(program, demo.wall, seconds=SECONDS)
        agent = next(one for one in demo.agents() if one["status"] == "Online")
        demo.set_status(agent["id"], "Away")
        wait_until(lambda: _away(requests.get(demo.wall, timeout=30).text) > _away(before), 60, "it was not fetched")
        after = old_chromium.page(program, demo.wall, seconds=SECONDS)
        code = old_chromium.page(program, f"{demo.url}/tv/", seconds=1)
    found = {
        "fresh": all('data-age="fresh"' in html and ">Updated" in html for html in (before, after)),
        "fitted": "data-unfitted" not in before + after,
        "changed": _away(after) == _away(before) + 1,
        "code": re.search(r"<span>\w{4}</span><span>\w{4}</span>", code) is not None,
    }
    missing = ", ".join(name for name, seen in found.items() if not seen)
    return Row(
        "Chromium 69 shows a wall, what has changed on it, and the page of a TV without a wall",
        f"not {missing}" if missing else "all of it",
        "all of it",
        not missing,
        f"{SECONDS} s of the page's clock",
    )


def _away(html: str) -> int:
    """How many agents are away, by the wall's figure; -1 if it shows none."""
    found = re.search(r'panel-label"[^>]*>\s*(?:<[^>]+>\s*)*Away.*?<b[^>]*>(\d+)', html, re.DOTALL)
    return int(found[1]) if found else -1
