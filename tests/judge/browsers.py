"""Chromium as the judge starts it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.support.chromium import executable


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser, with its own playwright: each thread needs one of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=ARGUMENTS, executable_path=executable() or None)
        yield browser
        browser.close()
