"""What may not stand in a log line."""

import logging
import re

from pythonjsonlogger.json import JsonFormatter

# Also as another address carries it: /accounts/login/?next=%2Finvite%2F...
SECRET_PATH = re.compile(r"""((?:/|%2F)(?:wall|invite|tv)(?:/|%2F))[^/\s"'%&?\\]+""", re.I)


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
