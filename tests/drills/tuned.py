"""The product with some of its constants changed, as the environment says; everything else is the product's own.

DRILL_WATCHED: seconds after which a silence is a gap, if 2.5 intervals are not longer. DRILL_RECORD: seconds between
two calls while nobody looks. DRILL_LIMIT: calls in 5 minutes. DRILL_TIDY: seconds between two tidyings of a collector.
DRILL_TAKEOVER: seconds for which a lease stands still until another takes it. DRILL_TICK: seconds between two looks of
the web at what was left. DRILL_LEFT: seconds after which a write without an outcome was left by its process.
`python -m tests.drills.tuned` is the collector.
"""

import os
from datetime import timedelta

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

from livechat.control import recovery
from livechat.live import budget, intervals, lease
from livechat.ops import shared_jobs, upkeep
from livechat.record import watches


def apply() -> None:
    """Change what is to be changed in this process."""
    watches.MIN_WATCHED_SECONDS = float(os.environ.get("DRILL_WATCHED", watches.MIN_WATCHED_SECONDS))
    intervals.IDLE_SECONDS = float(os.environ.get("DRILL_RECORD", intervals.IDLE_SECONDS))
    shared_jobs.CLEANUP_SECONDS = float(os.environ.get("DRILL_TIDY", shared_jobs.CLEANUP_SECONDS))
    budget.CALL_LIMIT = int(os.environ.get("DRILL_LIMIT", budget.CALL_LIMIT))
    lease.TAKEOVER_SECONDS = float(os.environ.get("DRILL_TAKEOVER", lease.TAKEOVER_SECONDS))
    lease.LONG_TAKEOVER_SECONDS = float(os.environ.get("DRILL_TAKEOVER", lease.LONG_TAKEOVER_SECONDS))
    upkeep.TICK_SECONDS = float(os.environ.get("DRILL_TICK", upkeep.TICK_SECONDS))
    left = float(os.environ.get("DRILL_LEFT", recovery.ABANDONED_AFTER.total_seconds()))
    recovery.ABANDONED_AFTER = timedelta(seconds=left)
    recovery.EVERY_SECONDS = min(recovery.EVERY_SECONDS, left)


if __name__ == "__main__":
    apply()
    call_command("collect")
