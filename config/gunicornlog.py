"""gunicorn's own log, masked: it tells addresses, and Django's logging never sees its lines."""

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from livechat.lib.logs import MaskedText


class MaskedLogger(Logger):
    """gunicorn's logger with its lines as they are, but for the secrets in them."""

    def setup(self, cfg: Any) -> None:
        """Set up the handlers that the settings ask for; each keeps its format. Also called at a reload."""
        super().setup(cfg)
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            if handler.formatter is not None:
                handler.setFormatter(MaskedText(handler.formatter._fmt, handler.formatter.datefmt))
