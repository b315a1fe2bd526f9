"""The product with the agents refreshed every 2 s instead of every 5."""

from config.wsgi import application
from livechat.live import intervals

intervals.BASE_SECONDS["agents"] = 2.0

__all__ = ["application"]
