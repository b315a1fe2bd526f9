"""The collector: a steady pace day and night, so that the record has no gaps, and the tidying up.

Any number may run on any number of machines: the lease in the database decides who makes a call.
"""

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from livechat.control import bulk, settling
from livechat.live import clock, feeds, pace, pairing, sessions, sights, walls
from livechat.models import Site, Snapshot
from livechat.record import audit, history, links

TICK = 0.5  # seconds
TIDY_EVERY = 60.0
KEEP_UNUSED = timedelta(days=1)
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
                tidy()
        except OperationalError as error:
            log.warning("the database does not answer, trying again: %s", error)


def refresh_due() -> None:
    """Start what is due, each site's lists by its shared connection."""
    for site in Site.objects.exclude(shared=None).select_related("shared"):
        if site.shared is not None:
            for kind in pace.LISTS:
                sights.tick(feeds.of(site, site.shared), kind)


def tidy() -> None:
    """Delete what is older than it is kept: snapshots nobody used for a day, expired sessions, screens that waited in
    vain, and where that is set the record with the history and the orders.

    Settle writes left open, and note which of the walls' links have ended.

    The lists this collector keeps fresh are in use, however old they look after a long silence or a clock set ahead:
    the history goes on from them, and a gap begins at their last check.
    """
    before = timezone.now() - KEEP_UNUSED
    unused = Q(looked__lt=before) | Q(looked=None)
    feeding = Site.objects.filter(pk=OuterRef("site"), shared__fingerprint=OuterRef("fingerprint"))
    kept = Q(kind__in=pace.LISTS, pause__lt=KEEP_UNUSED.total_seconds()) & Exists(feeding)
    Snapshot.objects.filter(unused & (Q(tried__lt=before) | Q(tried=None)), ~kept, holder="").delete()
    settling.settle_left()
    walls.note_ends()
    pairing.forget_old()
    sessions.clear_expired()
    if settings.RECORD_DAYS:
        for record in (audit, links, history, bulk):
            record.expire(timedelta(days=settings.RECORD_DAYS))
