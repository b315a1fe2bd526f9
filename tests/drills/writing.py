"""A process that writes without a pause until SIGTERM: `python -m tests.drills.writing refresh|names`.

`refresh` refreshes the site's two lists in turn through livechat.live.refresh, `names` saves agents' entries of the
directory as the form does. Prints how many it did as JSON. A write that fails ends it with a traceback.
"""

import itertools
import json
import os
import signal
import sys
import threading

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from livechat.live import intervals, refresh, sources  # noqa: E402  (models need Django to be set up)
from livechat.models import Site  # noqa: E402
from tests.drills import tuned  # noqa: E402
from tests.drills.entries import save  # noqa: E402

BREATH = 0.01  # seconds between two writes, so that the machine has a core left for everybody else


def main(kind: str) -> None:
    """Write until told to stop."""
    tuned.apply()
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: over.set())
    write = {"refresh": refreshing, "names": naming}[kind](Site.objects.select_related("shared").get())
    done = 0
    while not over.wait(BREATH):
        done += next(write)
    sys.stdout.write(f"{json.dumps(done)}\n")


def refreshing(site: Site) -> "itertools.chain[int]":
    """A refresh at every step; 1 if this process made the call."""
    assert site.shared is not None
    feed = sources.of(site, site.shared)
    return itertools.chain.from_iterable(
        [int(refresh.refresh(feed, kind))] for kind in itertools.cycle(intervals.LISTS)
    )


def naming(site: Site) -> "itertools.chain[int]":
    """A saved entry at every step."""
    return itertools.chain.from_iterable([save(site, number)] for number in itertools.count())


if __name__ == "__main__":
    main(sys.argv[1])
