"""The caches of this process: bounded, safe for threads, and timed by the steady clock."""

import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from cachetools import Cache, LRUCache, TTLCache
from django.db import connection, transaction

from livechat.lib import clock

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

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


class TtlValue(Generic[Value]):
    """What `read` returns, read again after so many seconds. One thread reads, and others wait for it."""

    def __init__(self, seconds: float, read: Callable[[], Value]) -> None:
        self._seconds, self._read = seconds, read
        self._lock = threading.Lock()
        self._forgotten: object = None
        self._found: tuple[Value, float, object] | None = None
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
                    found = self._found = (self._read(), until, forgotten)
        return found[0]

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
