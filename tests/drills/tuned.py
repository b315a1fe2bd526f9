"""The product with some of its constants changed, as the environment says; everything else is the product's own.

DRILL_WATCHED: seconds after which a silence is a gap. DRILL_RECORD: seconds between two calls while nobody looks.
DRILL_LIMIT: calls in 5 minutes. DRILL_TIDY: seconds between two tidyings of the collector.
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
from livechat.live import budget, intervals, lease, refresh
from livechat.ops import collector, upkeep


def apply() -> None:
    """Change what is to be changed in this process."""
    refresh.WATCHED = timedelta(seconds=float(os.environ.get("DRILL_WATCHED", refresh.WATCHED.total_seconds())))
    intervals.RECORD = float(os.environ.get("DRILL_RECORD", intervals.RECORD))
    collector.TIDY_EVERY = float(os.environ.get("DRILL_TIDY", collector.TIDY_EVERY))
    budget.LIMIT = int(os.environ.get("DRILL_LIMIT", budget.LIMIT))
    lease.TAKEOVER = float(os.environ.get("DRILL_TAKEOVER", lease.TAKEOVER))
    upkeep.TICK = float(os.environ.get("DRILL_TICK", upkeep.TICK))
    left = float(os.environ.get("DRILL_LEFT", recovery.ABANDONED_AFTER.total_seconds()))
    recovery.ABANDONED_AFTER = timedelta(seconds=left)
    upkeep.SETTLE_EVERY = min(upkeep.SETTLE_EVERY, left)


if __name__ == "__main__":
    apply()
    call_command("collect")
