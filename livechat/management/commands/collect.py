"""`manage.py collect`: the collector."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from livechat.lib.postgresql import limits
from livechat.ops import collector, serving


class Command(BaseCommand):
    """Refreshes every site day and night."""

    help = "Refresh every site day and night, so that the history has no gaps."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run until SIGTERM or SIGINT. Raises CommandError if the database is of another version."""
        serving.check_migrations()
        stop = threading.Event()

        def end(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        limits.bind()
        collector.run(stop)
