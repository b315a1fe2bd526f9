"""gunicorn's own log, masked: it holds addresses, and Django's logging never sees its lines."""

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from livechat.lib.logs import MaskedText


class MaskedLogger(Logger):
    """gunicorn's logger. Its lines stay as they are, except for secrets."""

    def setup(self, cfg: Any) -> None:
        """Set up the handlers of the settings; each keeps its format. A reload calls this too."""
        super().setup(cfg)
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            if handler.formatter is not None:
                handler.setFormatter(MaskedText(handler.formatter._fmt, handler.formatter.datefmt))
