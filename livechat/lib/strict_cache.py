"""Django's cache in the database, except that it says so if it cannot be written."""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections, router

SET_TRIES = 2  # of a `set`: another process may have inserted the key meanwhile


class StrictDatabaseCache(DatabaseCache):
    """Raises OperationalError if the database fails. Django returns False, which a throttle takes as too many tries."""

    def set(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store a value."""
        self._write("set", key, value, timeout, version)

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store a value unless the key has one. Returns whether it was stored."""
        return self._write("add", key, value, timeout, version)

    def _write(self, mode: str, key: str, value: Any, timeout: float | None, version: int | None) -> bool:
        failed: list[OperationalError] = []

        def watch(execute: Callable[..., Any], *call: Any) -> Any:
            try:
                return execute(*call)
            except OperationalError as error:
                failed.append(error)
                raise

        stored = self.make_and_validate_key(key, version=version)
        for _ in range(SET_TRIES):
            with connections[router.db_for_write(self.cache_model_class)].execute_wrapper(watch):
                done: bool = self._base_set(mode, stored, value, timeout)  # type: ignore[attr-defined]
            if failed:
                raise failed[0]
            if done or mode == "add":  # somebody else was quicker: a lock that is held, not a failure
                return done
        return False
