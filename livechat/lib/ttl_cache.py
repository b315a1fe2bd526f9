"""What every request needs from the database, read at most so often per process."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection, transaction

from livechat.lib import clock

T = TypeVar("T")


class TtlCache(Generic[T]):
    """What `read` returns, held for so many seconds."""

    def __init__(self, every: float, read: Callable[[], T]) -> None:
        self._every, self._read = every, read
        self._lock = threading.Lock()
        self._asked: object = None
        self._found: tuple[T, float, object] | None = None

    def now(self) -> T:
        """What was read so many seconds ago at most, and since the last `forget`."""
        with self._lock:
            # All from before the read: what changes during it may not be in it.
            at, asked = clock.steady(), self._asked
            if self._found is None or at - self._found[1] >= self._every or asked is not self._found[2]:
                self._found = (self._read(), at, asked)
            return self._found[0]

    def forget(self) -> None:
        """Read anew at the next call; within a transaction also once it has ended: until then others read the old."""
        self._drop()
        if connection.in_atomic_block:
            transaction.on_commit(self._drop)

    def _drop(self) -> None:
        self._asked = object()  # without the lock: whoever reads has it, and finds afterwards that this was asked
