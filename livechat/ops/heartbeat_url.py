"""Tells somebody outside that the figures are renewed: a watcher that hears nothing for a while rings.

Nobody is told while the collector is dead, the database fails, or Comm100 answers no list of any site.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

import requests
from django.conf import settings
from django.db.models import F, Max

from livechat.comm100 import wire
from livechat.comm100.errors import Comm100Error
from livechat.lib import background, clock, ttl_cache
from livechat.live import intervals
from livechat.models import Snapshot

EVERY_SECONDS = 60.0
LOOK_SECONDS = 5.0  # between two looks whether a list was renewed
LIMITS = wire.Limits(deadline=8.0, max_body=64 * 1024)
log = logging.getLogger(__name__)


@dataclass
class _Memory:
    refreshed: datetime | None = None  # the last good refresh that this process knows of
    looked: bool = False
    told_at: float = float("-inf")  # when the last fetch began, by the steady clock
    failing: bool = False


_memory = _Memory()


def tell_if_refreshed() -> None:
    """Fetch HEARTBEAT_URL on another thread, if any site's list was renewed since the last fetch, a minute ago.

    What was renewed before this process started proves nothing. Raises django.db.Error.
    """
    if not settings.HEARTBEAT_URL or clock.steady() - _memory.told_at < EVERY_SECONDS:
        return
    refreshed = _last_refresh()
    moved = _memory.looked and refreshed != _memory.refreshed
    _memory.refreshed, _memory.looked = refreshed, True
    if moved:
        _memory.told_at = clock.steady()
        background.start("heartbeat-url", _fetch)


def _last_refresh() -> datetime | None:
    shared = Snapshot.objects.filter(fingerprint=F("site__shared__fingerprint"), kind__in=intervals.LISTS)
    found: datetime | None = shared.aggregate(last=Max("checked"))["last"]
    return found


def _fetch() -> None:
    """One GET: no redirect is followed, and no proxy of the environment is used. An outage is logged once.

    The address may be a secret, so no line holds it, nor what the other side says.
    """
    try:
        request = requests.Request("GET", settings.HEARTBEAT_URL, headers={"User-Agent": wire.USER_AGENT})
        answer = wire.exchange(request, LIMITS)
        failure = "" if 200 <= answer.status < 300 else f"it answers {answer.status}"
    except Comm100Error as error:
        failure = type(error).__name__
    if failure and not _memory.failing:
        log.warning("HEARTBEAT_URL cannot be told that figures are renewed: %s", failure)
    elif _memory.failing and not failure:
        log.warning("HEARTBEAT_URL is told again that figures are renewed")
    _memory.failing = bool(failure)


@ttl_cache.forgets
def forget() -> None:
    """As if the process had just started."""
    _memory.refreshed, _memory.looked, _memory.failing = None, False, False
    _memory.told_at = float("-inf")
