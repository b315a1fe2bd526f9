"""The caches of this process: bounded, safe for threads, and timed by the steady clock."""

import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from cachetools import Cache, LRUCache, TTLCache
from django.db import Error, connection, transaction

from livechat.lib import clock

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

FAILURE_SECONDS = 0.5  # for which a failure of the database is kept: what waited for it fails at once, too

_caches: "WeakSet[TtlCache[Any, Any] | TtlValue[Any]]" = WeakSet()
_functions: list[Callable[[], None]] = []


class TtlCache(Generic[Key, Value]):
    """At most `size` values, each for at most `seconds`. The value that was not used for longest makes room."""

    def __init__(self, size: int, seconds: float | None = None) -> None:
        self.size, self.seconds = size, seconds
        self._lock = threading.RLock()  # making a value may need another value of the same cache
        self._values = self._empty()
        _caches.add(self)

    def get(self, key: Key) -> Value | None:
        """The value of a key; None if there is none."""
        with self._lock:
            try:
                return self._values[key]
            except KeyError:
                return None

    def put(self, key: Key, value: Value) -> list[tuple[Key, Value]]:
        """Keep a value. Returns the entries that were dropped: what had expired, and what made room."""
        with self._lock:
            dropped = self.expire()
            if key not in self._values and len(self._values) >= self.size:
                dropped.append(self._values.popitem())
            self._values[key] = value
            return dropped

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of a key. If there is none, one thread makes it, and others wait for it."""
        with self._lock:
            values = self._values  # if another thread calls `forget` meanwhile, the new value is not kept
            try:
                return values[key]
            except KeyError:
                made = values[key] = make()
                return made

    def drop(self, key: Key) -> None:
        """Drop the value of a key, if there is one."""
        with self._lock:
            self._values.pop(key, None)

    def expire(self) -> list[tuple[Key, Value]]:
        """Drop and return the entries that have expired, now instead of at the next `put`."""
        with self._lock:
            return self._values.expire() if isinstance(self._values, TTLCache) else []

    def forget(self) -> None:
        """Drop all values, also those that are being made."""
        self._values = self._empty()  # without the lock, which a thread may hold while it reads the database

    def __iter__(self) -> Iterator[Key]:
        with self._lock:
            return iter(list(self._values))  # not a use of them

    def __contains__(self, key: Key) -> bool:
        with self._lock:
            return key in self._values

    def __len__(self) -> int:
        with self._lock:
            return len(self._values)

    def _empty(self) -> Cache[Key, Value]:
        if self.seconds is None:
            return LRUCache(self.size)
        return TTLCache(self.size, self.seconds, timer=lambda: clock.steady())  # looked up each time: tests move it


class KeptFailure:
    """Around a read of the database. It keeps a failure for a moment, so that callers do not fail one by one."""

    def __init__(self) -> None:
        self._failed: tuple[type[Error], tuple[Any, ...], float] | None = None

    def __enter__(self) -> None:
        """Raise the kept failure again, as an exception of its own: each thread adds to a traceback."""
        failed = self._failed
        if failed is not None and clock.steady() < failed[2]:
            raise failed[0](*failed[1])
        self._failed = None

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Error):
            self._failed = (type(error), error.args, clock.steady() + FAILURE_SECONDS)

    def forget(self) -> None:
        """Read again at the next call."""
        self._failed = None


class TtlValue(Generic[Value]):
    """What `read` returns, read again after so many seconds. One thread reads, and others wait for it.

    If the database fails, `now` raises its error, and again for a moment without a read.
    """

    def __init__(self, seconds: float, read: Callable[[], Value]) -> None:
        self._seconds, self._read = seconds, read
        self._lock = threading.Lock()
        self._forgotten: object = None
        self._found: tuple[Value, float, object] | None = None
        self._failure = KeptFailure()
        _caches.add(self)

    def now(self) -> Value:
        """The value. It was read at most so many seconds ago, and after the last `forget`."""
        found = self._valid()
        if found is None:
            with self._lock:
                found = self._valid()
                if found is None:
                    # Both from before the read: a change during the read may be missing from the value.
                    until, forgotten = clock.steady() + self._seconds, self._forgotten
                    with self._failure:
                        found = self._found = (self._read(), until, forgotten)
        return found[0]

    @property
    def last(self) -> Value | None:
        """The value that was read last, however old. None if nothing was read, or if it was forgotten since."""
        found = self._found
        return found[0] if found is not None and found[2] is self._forgotten else None

    def forget(self) -> None:
        """Read again at the next call. In a transaction also after its end: until then others read the old value."""
        self._drop()
        if connection.in_atomic_block:
            transaction.on_commit(self._drop)

    def _valid(self) -> tuple[Value, float, object] | None:
        found = self._found
        valid = found is not None and found[2] is self._forgotten and clock.steady() < found[1]
        return found if valid else None

    def _drop(self) -> None:
        self._failure.forget()
        self._forgotten = object()  # without the lock: a thread that reads holds it, and finds this out afterwards


def forgets(function: Callable[[], None]) -> Callable[[], None]:
    """Register a function for `forget_all`. It forgets what its module remembers outside of these caches."""
    _functions.append(function)
    return function


def forget_all() -> None:
    """Forget all that this process remembers."""
    for cache in list(_caches):
        cache.forget()
    for function in _functions:
        function()
