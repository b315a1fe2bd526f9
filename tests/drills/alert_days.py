"""Alerts of so many simulated days in a database of their own: `python -m tests.drills.alert_days DAYS`.

It prints one line of JSON.
"""

import json
import os
import sys
from dataclasses import asdict

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from tests.support.alert_week import STEP_SECONDS, Week  # noqa: E402  (models need Django to be set up)
from tests.support.people import make_site  # noqa: E402

if __name__ == "__main__":
    week = Week(make_site("Week"))
    week.run(int(sys.argv[1]) * 86_400)
    compared = asdict(week.compared())
    costs = {"step": STEP_SECONDS, "looks": week.looks, "events": week.events(), "cpu_ms": week.cpu / week.looks * 1000}
    sys.stdout.write(f"{json.dumps(compared | costs)}\n")
