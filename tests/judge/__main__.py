"""`python -m tests.judge [quick|all|release|weight] [--only NAME ...]`: judges every page, prints pages × checks.

Ends with 1 if anything is over its limit, and before anything starts if something is missing.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.judge import browsers, findings, flows, html, pages, release, tools, world
from tests.judge.findings import Seen


def main() -> int:
    """Judge what was asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.judge")
    parser.add_argument("depth", nargs="?", default="all", choices=["quick", "all", "release", "weight"])
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these pages; no flows")
    given = parser.parse_args()
    tools.ensure(release=given.depth == "release")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="livechat-judge-") as name:
        found = judge(Path(name), given.depth, given.only)
    wrong = findings.reasons(found)
    print(f"\n{wrong}" if wrong else "\nNothing is over its limit.")
    print(f"Took {time.monotonic() - began:.0f} s.")
    return 1 if wrong else 0


def judge(folder: Path, depth: str, only: list[str] | None) -> list[Seen]:
    """Judge the demo; the pages, the style sheets and the flows. Prints the tables."""
    sources = folder / "sources"
    sources.mkdir()
    with world.run_demo(folder / "demo") as demo:
        with browsers.chromium() as browser:
            made = world.prepare(browser, demo)
        demo.forget_calls()
        places = [place for place in made.places if not only or place.name in only]
        seen = pages.judge(made, places, sources, depth)
        steps = [] if only or depth == "weight" else flows.run(made, demo)
        beside = release.run(made, places) if depth == "release" else []
    invalid = html.pages(sources)
    for page in seen:
        page.note("html", invalid.get(page.name, []))
    print(findings.table(seen, pages.CHECKS))
    styles = Seen("style sheets")
    styles.note("css", html.styles())
    print("\n" + findings.table([styles, *steps], ["css", *flows.CHECKS]))
    if beside:
        print("\n" + findings.table(beside, release.CHECKS))
    return [*seen, styles, *steps, *beside]


if __name__ == "__main__":
    sys.exit(main())
