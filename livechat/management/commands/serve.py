"""`manage.py serve`: web and collector under one supervisor, for one container or one unit."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from livechat.ops import serving
from livechat.ops.supervisor import Supervisor


class Command(BaseCommand):
    """Serves the dashboard and runs the collector."""

    help = "Serve the dashboard (HOST, PORT) and run the collector, until SIGTERM or Ctrl-C."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prepare, start both, and keep them running."""
        host, port = serving.host(), serving.port("PORT", 8000)
        serving.check_port(host, port, "PORT")
        serving.check_front(host)
        supervisor = Supervisor()
        supervisor.watch_signals()
        serving.prepare()
        try:
            supervisor.add(serving.web(port, os.environ))
            supervisor.add(serving.collector(os.environ))
            address = f"http://{f'[{host}]' if ':' in host else host}:{port}{settings.PUBLIC_PATH}/"
            self.stdout.write(f"Dashboard: {address}")
            self.stdout.flush()
            supervisor.run()
        finally:
            supervisor.end()
