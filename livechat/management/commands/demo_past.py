"""`manage.py demo_past`: makes the past of the demo. `manage.py demo` starts it."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from livechat.chatserver.options import Options
from livechat.models import Site
from livechat.ops import demo, demo_past, serving


class Command(BaseCommand):
    """Simulates the days before the demo's first look, and records them by the code that records the present."""

    help = "Make the past of the demo: simulated days before its first look. Days that exist are not made again."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--days", type=int, default=14, help="days, today included (default: %(default)s)")
        parser.add_argument("--until", type=int, required=True, help="when it ends at the latest, seconds since 1970")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the days that are missing, the newest first."""
        site = Site.objects.get(name=demo.SITE)
        people = Options(
            agents=serving.number("DEMO_AGENTS", 24),
            visitors=min(demo_past.MAX_VISITORS, serving.number("DEMO_VISITORS", 180)),
            seed=os.environ.get("DEMO_SEED") or Options().seed,
        )
        days = min(options["days"], settings.HISTORY_DAYS or options["days"])  # older ones would be deleted
        demo_past.make(site, people, days, options["until"])
