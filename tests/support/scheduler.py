"""Rounds of what the web does beside answering, and of the collector, in the test's own thread and at its own pace."""

import threading
from collections.abc import Callable

import pytest

from livechat.lib import scheduler


def keep_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's connection stays open, however late it seems to be."""
    monkeypatch.setattr(scheduler, "close_old_connections", lambda: None)


def rounds(number: int, before: Callable[[], object] = lambda: None) -> threading.Event:
    """Ends `upkeep.run` or `collector.run` after so many rounds, without a wait between; what happens before each."""
    stop, left = threading.Event(), iter([False] * number)

    def wait(timeout: float | None = None) -> bool:
        before()
        return next(left, True)

    stop.wait = wait  # type: ignore[method-assign]
    return stop
