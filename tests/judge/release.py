"""What is looked at before a release beside the rest: Lighthouse on every page, and every page in Firefox ESR."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.judge import tools
from tests.judge.findings import Seen
from tests.judge.world import Place, World
from tests.support.chromium import executable
from tests.support.ports import free_port

CHECKS = ["accessibility", "best-practices", "performance", "firefox"]
LEAST = {"accessibility": 100, "best-practices": 95, "performance": 85}
SECONDS = 3600


def run(world: World, places: list[Place]) -> list[Seen]:
    """The scores and what is wrong in Firefox, by page. Lighthouse does not judge answers of 404."""
    seen = {place.name: Seen(place.name) for place in places if place.status == 200}
    pages = [
        {
            "name": place.name,
            "url": f"{world.url}{place.address}",
            "cookie": "; ".join(f"{each['name']}={each['value']}" for each in _cookies(world, place)),
            "cookies": _cookies(world, place),
        }
        for place in places
        if place.name in seen
    ]
    for line in _lighthouse(pages):
        for check, least in LEAST.items():
            score = line["scores"].get(check, 0)
            reasons = ", ".join(line["failed"]) or line["error"]
            seen[line["name"]].note(
                check, [f"{score}, less than {least}: {reasons}"] if score < least else [], str(score)
            )
    firefox = {"firefox": shutil.which("firefox-esr"), "scripts": [str(tools.AXE), str(tools.LOOKS)], "pages": pages}
    for line in _node("firefox.mjs", firefox):
        seen[line["name"]].note("firefox", line["wrong"])
    return list(seen.values())


def _cookies(world: World, place: Place) -> list[dict[str, str]]:
    host = urlsplit(world.url).hostname or ""
    return [
        {"name": each["name"], "value": each["value"], "domain": host, "path": "/"}
        for each in world.states[place.who]["cookies"]
    ]


def _lighthouse(pages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    port = free_port()
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, f"--remote-debugging-port={port}"]
        browser = playwright.chromium.launch(args=arguments, executable_path=executable() or None)
        yield from _node("lighthouse.mjs", {"port": port, "pages": pages})
        browser.close()


def _node(script: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """What a script of Node.js says, a line a page. RuntimeError if it fails, or says less."""
    command = ["node", str(tools.RELEASE / script)]
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or len(said) != len(given["pages"]):
        raise RuntimeError(f"{script} ended with {done.returncode}: {done.stderr[-800:]}")
    return said
