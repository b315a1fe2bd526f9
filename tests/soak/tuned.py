"""The product with some of its constants changed, as the environment says; everything else is the product's own.

SOAK_WATCHED: seconds after which a silence is a gap. SOAK_RECORD: seconds between two calls while nobody looks.
SOAK_LIMIT: calls in 5 minutes. SOAK_TIDY: seconds between two tidyings of the collector.
SOAK_TAKEOVER: seconds for which a lease stands still until another takes it. SOAK_TICK: seconds between two looks of
the web at what was left. SOAK_LEFT: seconds after which a write without an outcome was left by its process.
`python -m tests.soak.tuned` is the collector.
"""

import os
from datetime import timedelta

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

from livechat.control import recovery
from livechat.live import budget, intervals, lease, refresh
from livechat.ops import collector, upkeep


def apply() -> None:
    """Change what is to be changed in this process."""
    refresh.GAP_AFTER = timedelta(seconds=float(os.environ.get("SOAK_WATCHED", refresh.GAP_AFTER.total_seconds())))
    intervals.IDLE_SECONDS = float(os.environ.get("SOAK_RECORD", intervals.IDLE_SECONDS))
    collector.CLEANUP_SECONDS = float(os.environ.get("SOAK_TIDY", collector.CLEANUP_SECONDS))
    budget.CALL_LIMIT = int(os.environ.get("SOAK_LIMIT", budget.CALL_LIMIT))
    lease.TAKEOVER_SECONDS = float(os.environ.get("SOAK_TAKEOVER", lease.TAKEOVER_SECONDS))
    upkeep.TICK_SECONDS = float(os.environ.get("SOAK_TICK", upkeep.TICK_SECONDS))
    recovery.LEFT = timedelta(seconds=float(os.environ.get("SOAK_LEFT", recovery.LEFT.total_seconds())))
    upkeep.RECOVERY_SECONDS = min(upkeep.RECOVERY_SECONDS, recovery.LEFT.total_seconds())


if __name__ == "__main__":
    apply()
    call_command("collect")
