"""How long a statement may take. Web and collector have limits; commands like `migrate` have none."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

SILENT_SECONDS = 3.0  # after which a connection on which nothing came is closed
PATIENT_SECONDS = 30.0  # the same for the upkeep, which reads long records and deletes much
MARGIN_SECONDS = 0.5  # by which the server itself gives up earlier, if it lives: then the connection stays


class _Process:
    bound = False


class _Thread(threading.local):
    patient = False


_process, _thread = _Process(), _Thread()


def bind() -> None:
    """Limit the statements of this process from now on."""
    _process.bound = True


def seconds() -> float | None:
    """For how long this thread waits for an answer; None: for ever."""
    if not _process.bound:
        return None
    return PATIENT_SECONDS if _thread.patient else SILENT_SECONDS


@contextmanager
def patient() -> Iterator[None]:
    """Around the upkeep of this thread, before it opens a connection."""
    before, _thread.patient = _thread.patient, True
    try:
        yield
    finally:
        _thread.patient = before
