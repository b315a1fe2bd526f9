"""A wall inside a page of another origin."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watch import Complaints
from tests.support.demo import Demo, wait_until


@pytest.fixture
def intranet(demo: Demo) -> Iterator[str]:
    """The origin of a site whose only page has the demo's wall in a frame."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<!doctype html><title>Intranet</title><iframe src="{demo.wall}"></iframe>'.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def frames_of(browser: Page, origin: str) -> int:
    """How many walls the site shows, in a page that was just loaded with everything in it."""
    browser.goto(origin)
    return browser.frame_locator("iframe").locator("#clock").count()


@pytest.mark.long(sibling="test_what_is_no_origin_is_refused_and_stays_as_typed")
def test_a_site_that_is_listed_shows_the_wall_in_a_frame_and_no_other_does(
    page: Page, stranger: Page, intranet: str, complaints: Complaints
) -> None:
    # What a browser says of a frame that it refuses, and of a screen that a frame cannot keep on.
    complaints.allow("frame-ancestors|policy: frame|/wall/|favicon|wake-lock")
    with stranger.expect_event("console", lambda line: "frame-ancestors" in line.text):
        stranger.goto(intranet)
    assert frames_of(stranger, intranet) == 0
    for listed, shown in ((intranet, 1), ("", 0)):
        page.goto("/walls/1/links/1/")
        page.get_by_label("Addresses of the sites").fill(listed)
        page.locator("form", has=page.get_by_label("Addresses of the sites")).get_by_role("button").click()
        expect(page.locator("main")).to_contain_text("Saved.")
        # Other processes learn of it within a second; a frame that was refused stays so.
        wait_until(
            lambda shown=shown: frames_of(stranger, intranet) == shown, 30, "the frame follows its link", every=0.5
        )
