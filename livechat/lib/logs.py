"""Log lines without secrets, and a log line for a thread that failed."""

import logging
import re
import threading

from pythonjsonlogger.json import JsonFormatter

# A secret may also stand inside of another address, encoded once or more: /accounts/login/?next=%2Finvite%2F...
# Slashes may be doubled, letters of the secret encoded, and parts may stand before it: what follows is masked whole.
_SLASH = "(?:/|%(?:25)*2F)"
_PART = r"""(?:[^/\s"'%&?\\]|%(?!(?:25)*2F))+"""
TOKEN = re.compile(r"(lbr)(?:_|%(?:25)*5F)[\w%-]+", re.I)  # of a script, which put it into an address by mistake
SECRET_PATH = re.compile(rf"({_SLASH}(?:wall|invite|tv|digest|hooks){_SLASH}+){_PART}(?:{_SLASH}+{_PART})*", re.I)


log = logging.getLogger(__name__)


def thread_failed(failure: threading.ExceptHookArgs) -> None:
    """Log the exception that ended a thread. As threading.excepthook, because Python's own prints unmasked lines."""
    if failure.exc_value is None or failure.exc_type is SystemExit:
        return
    name = failure.thread.name if failure.thread else "?"
    caught = (failure.exc_type, failure.exc_value, failure.exc_traceback)
    log.error("the thread %s ended with an error", name, exc_info=caught)


def masked(line: str) -> str:
    """The line without secrets: of walls, waiting screens, invitations, digests, hints and read tokens."""
    return TOKEN.sub(r"\1_***", SECRET_PATH.sub(r"\1***", line))


class Briefly(logging.Filter):
    """Takes the traceback out of the warnings of Django: anybody can bring about a refusal."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if record.name.startswith("django.") and record.levelno < logging.ERROR:
            record.exc_info = None
        return True


class MaskedJson(JsonFormatter):
    """One JSON object a line. The finished line is masked, so its extra fields and its traceback are too."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        return masked(super().format(record))


class MaskedText(logging.Formatter):
    """Plain lines, masked as well."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        return masked(super().format(record))
