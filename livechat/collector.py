"""The collector: a steady pace day and night, so that the record has no gaps.

Any number may run on any number of machines: the lease in the database decides who makes a call.
"""

import logging
import threading

from django.db import Error, close_old_connections

from livechat import tidying
from livechat.control import bulk
from livechat.live import clock, feeds, pace, sights
from livechat.models import Site

TICK = 0.5  # seconds
TIDY_EVERY = 60.0
log = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Keep every site's shared feed fresh until told to stop."""
    tidied = float("-inf")
    while not stop.wait(TICK):
        close_old_connections()
        try:
            refresh_due()
            bulk.go_on_with_all()
            if clock.steady() - tidied >= TIDY_EVERY:
                tidied = clock.steady()
                tidying.tidy()
        except Error as error:
            log.warning("the database does not answer, trying again: %s", error)


def refresh_due() -> None:
    """Start what is due, each site's lists by its shared connection."""
    for site in Site.objects.exclude(shared=None).select_related("shared"):
        if site.shared is not None:
            for kind in pace.LISTS:
                sights.tick(feeds.of(site, site.shared), kind)
