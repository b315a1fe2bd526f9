"""What may not stand in a log line, and how a thread's end gets into one."""

import logging
import re
import threading

from pythonjsonlogger.json import JsonFormatter

# Also as another address carries it: /accounts/login/?next=%2Finvite%2F...
SECRET_PATH = re.compile(r"""((?:/|%2F)(?:wall|invite|tv)(?:/|%2F))[^/\s"'%&?\\]+""", re.I)


log = logging.getLogger(__name__)


def thread_failed(failure: threading.ExceptHookArgs) -> None:
    """Log what has ended a thread, as threading.excepthook: Python's own prints lines that nobody has masked."""
    if failure.exc_value is None or failure.exc_type is SystemExit:
        return
    name = failure.thread.name if failure.thread else "?"
    caught = (failure.exc_type, failure.exc_value, failure.exc_traceback)
    log.error("the thread %s ended with an error", name, exc_info=caught)


def masked(line: str) -> str:
    """The line without the secrets of walls, of screens that wait to be paired, and of invitations."""
    return SECRET_PATH.sub(r"\1***", line)


class MaskedJson(JsonFormatter):
    """One JSON object a line. The finished line is masked: also what came with the message, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        return masked(super().format(record))


class MaskedText(logging.Formatter):
    """Plain lines, masked in the same way."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        return masked(super().format(record))
