"""`manage.py collect`: the collector."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from livechat.ops import collector


class Command(BaseCommand):
    """Refreshes every site's figures day and night."""

    help = "Refresh every site's figures day and night, so that the history has no gaps."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT."""
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        collector.run(stop)
