"""Failures of the database that fail nobody: each is left out, and the log gets a line a minute for all of them."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import Error, InterfaceError, OperationalError

from livechat.lib import clock, ttl_cache
from livechat.lib.ttl_cache import TtlValue

Value = TypeVar("Value")

UNAVAILABLE = (OperationalError, InterfaceError)  # the database is gone, locked or full; nobody wrote a wrong question
LINE_SECONDS = 60.0  # between two lines
log = logging.getLogger(__name__)


@dataclass
class _Memory:
    lock: threading.Lock = field(default_factory=threading.Lock)
    said_at: float = float("-inf")
    unsaid: int = 0  # failures since the last line


_memory = _Memory()


def note(error: BaseException, what: str) -> None:
    """Tell the log that the database failed "to do something", at most once a minute for everything in this process.

    If the database is there and refuses what was asked, the fault is ours: that is told each time, with its traceback.
    """
    if not isinstance(error, UNAVAILABLE):
        log.error("the database refused %s", what, exc_info=error)
        return
    with _memory.lock:
        now = clock.steady()
        if now - _memory.said_at < LINE_SECONDS:
            _memory.unsaid += 1
            return
        _memory.said_at, unsaid, _memory.unsaid = now, _memory.unsaid, 0
    kind, words = type(error).__name__, str(error).strip()
    log.warning("the database failed %s: %s: %s (%d more failures before this line)", what, kind, words, unsaid)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Around work that nobody waits for. If the database fails it, the log is told and the work is left undone."""
    try:
        yield
    except Error as error:
        note(error, what)


def now_or_last(cached: TtlValue[Value], what: str) -> Value:
    """What is cached, read anew if it is due. If the database fails that, the log is told, and the last value stays.

    Raises django.db.Error if there is no last value.
    """
    try:
        return cached.now()
    except Error as error:
        last = cached.last
        if last is None:
            raise
        note(error, what)
        return last


@ttl_cache.forgets
def forget() -> None:
    """Let the next failure be told at once."""
    _memory.said_at, _memory.unsaid = float("-inf"), 0
