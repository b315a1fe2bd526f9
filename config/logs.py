"""The log: one JSON object a line on stderr, without secrets of walls, screens, invitations, hints, tokens."""

from typing import Any


def settings(level: str) -> dict[str, Any]:
    """Django's LOGGING at this level."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "livechat.lib.logs.MaskedJson", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            "text": {"()": "livechat.lib.logs.MaskedText", "format": "[%(asctime)s] %(message)s"},
        },
        "filters": {"briefly": {"()": "livechat.lib.logs.Briefly"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["briefly"]},
            "runserver": {"class": "logging.StreamHandler", "formatter": "text"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # It logs whole addresses, even in its warnings. Those of channels of alerts are secrets.
            "urllib3": {"level": "ERROR"},
            "django.server": {"handlers": ["runserver"], "level": "INFO", "propagate": False},
        },
    }
