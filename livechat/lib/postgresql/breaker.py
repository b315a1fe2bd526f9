"""Lets nobody wait for a server that was silent a moment ago: one probe asks, once a second, until it is answered."""

import threading
import time
from collections.abc import Callable

from psycopg import OperationalError

PROBE_SECONDS = 1.0  # between the beginnings of two tries


class Breaker:
    """Of one server, for this process."""

    def __init__(self) -> None:
        self.tripped = False
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise psycopg.OperationalError at once while the server does not answer."""
        if self.tripped:
            raise OperationalError("the server did not answer a moment ago")

    def trip(self, answers: Callable[[], bool]) -> None:
        """Stop asking the server. Begin to ask `answers`, on a thread of its own, whether it does again."""
        with self._lock:
            if self.tripped:
                return
            self.tripped = True
        threading.Thread(target=self._probe, args=(answers,), name="the database's probe", daemon=True).start()

    def _probe(self, answers: Callable[[], bool]) -> None:
        while True:
            time.sleep(PROBE_SECONDS)
            if answers():
                self.tripped = False
                return
