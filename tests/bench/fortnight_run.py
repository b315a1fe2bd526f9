"""Plays a fortnight with a known truth into the database of the environment, and prints how the reports did, as JSON.

`python -m tests.bench.fortnight_run DAYS LIST_CACHE`. The first thing it does is to set Django up.
"""

import json
import sys
import time
from dataclasses import asdict

import django
from django.core.management import call_command

django.setup()

from tests.support import fortnight, judged  # noqa: E402


def main() -> None:
    """Play, judge, print."""
    days, cache = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0)
    seconds = days * 86_400
    # Days of the long plan; a shorter one has as much happen as it has time for.
    plan = fortnight.Plan(seconds=seconds, set_back=seconds * 9 // 14 + 15 * 3_600 % seconds, list_cache=float(cache))
    began = time.process_time()
    story = fortnight.play(judged.site(), plan)
    spent = time.process_time() - began
    found = judged.judge(story, lag=1000 * cache)
    print(json.dumps(asdict(found) | {"cpu": spent, "looks": len(story.looks), "contacts": len(story.contacts)}))


if __name__ == "__main__":
    main()
