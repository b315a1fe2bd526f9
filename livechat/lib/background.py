"""Work outside of the request threads: one daemon thread a task, and never two of the same key in a process."""

import threading
import time
from collections.abc import Callable, Hashable

from django.db import connections

from livechat.lib import outages

_running: dict[Hashable, threading.Thread] = {}
_lock = threading.Lock()


def start(key: Hashable, work: Callable[[], object]) -> None:
    """Run `work` in a daemon thread unless this process already runs the same key.

    The thread starts at the first call, so after gunicorn's fork. It closes its database connections at its end.
    If the database is gone, locked or full, the log has a line a minute for all that (`outages`). Another exception
    reaches it through threading.excepthook (`logs.thread_failed`).
    """
    with _lock:
        if key in _running:
            return

        def run() -> None:
            try:
                work()
            except outages.UNAVAILABLE as error:
                name = "/".join(map(str, key)) if isinstance(key, tuple) else key
                outages.note(error, f"to let work go on beside requests ({name})")
            finally:
                connections.close_all()
                with _lock:
                    del _running[key]

        thread = _running[key] = threading.Thread(target=run, name=f"background {key}", daemon=True)
        thread.start()


def wait(key: Hashable, seconds: float) -> None:
    """Wait until a task of this process has ended, but no longer than so many seconds."""
    with _lock:
        thread = _running.get(key)
    if thread is None:
        time.sleep(seconds)
    else:
        thread.join(seconds)
