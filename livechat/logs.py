"""What may not stand in a log line."""

import logging
import re

SECRET_PATH = re.compile(r"(/wall/)[^/\s\"']+")


class MaskSecrets(logging.Filter):
    """Replaces the secret in a wall's address, wherever a message carries one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record's message; every record passes."""
        message = record.getMessage()
        masked = SECRET_PATH.sub(r"\1***", message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True
