"""A database that can be read and not written: another program holds its write lock, or it takes no more."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

Trouble = Callable[[], AbstractContextManager[None]]


@contextmanager
def locked() -> Iterator[None]:
    """Another program holds SQLite's write lock."""
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def refusing() -> Iterator[None]:
    """Every connection of this process is refused its writes, at once, as on a disk that is full or read-only."""

    def refuse(connection: Any, **_: Any) -> None:
        connection.connection.execute("PRAGMA query_only=ON")

    connection.ensure_connection()
    refuse(connection)
    connection_created.connect(refuse)
    try:
        yield
    finally:
        connection_created.disconnect(refuse)
        connection.ensure_connection()
        connection.connection.execute("PRAGMA query_only=OFF")


def join() -> None:
    """Wait for the work on other threads to end."""
    for thread in threading.enumerate():
        if thread.name.startswith("background"):
            thread.join(30)
