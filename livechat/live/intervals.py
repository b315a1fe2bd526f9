"""How often each feed is refreshed, so that all feeds together stay within the call budget."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from livechat.lib import time_zones
from livechat.lib.epoch import milliseconds
from livechat.lib.ttl_cache import TtlValue
from livechat.live import budget
from livechat.models import BulkItem, Rule, Site, Snapshot
from livechat.models.alerts import Hours
from livechat.models.sites import WatchClosely
from livechat.record import watches

LISTS = watches.LISTS
BASE_SECONDS = {"agents": 5.0, "visitors": 5.0}
DETAIL_SECONDS = 10.0  # of a single agent or visitor
IDLE_SECONDS = 60.0  # while no one looks: the history goes on
WATCHED_WINDOW = timedelta(seconds=90)  # the slowest wall polls every 60 s
MIN_REFRESH_CALLS = 30.0  # in 5 minutes, however many writes are queued
STALE_SECONDS = 30  # figures are not stale sooner, however short their interval is
FILLED_SHARE = 0.9  # of what may be called
MAX_RECORD_STRETCH = 6.0
COUNT_SECONDS = 5.0  # for which a process uses one count of the active feeds
Source = tuple[int, str]  # site and fingerprint


@dataclass(frozen=True, slots=True)
class _Load:
    """How many connections are active, and the factors that stretch the intervals of lists and of single records.

    `close`: the sources whose lists are watched closely now, whether somebody looks or not.
    """

    connections: int
    lists: float
    records: float
    close: frozenset[Source]


def _read() -> _Load:
    now = timezone.now()
    looked = Snapshot.objects.filter(looked__range=(now - WATCHED_WINDOW, now + WATCHED_WINDOW))
    close = frozenset(_watched_closely(milliseconds(now)))
    lists = set(looked.filter(kind__in=LISTS).values_list("site_id", "fingerprint", "kind"))
    lists |= {(*source, kind) for source in close for kind in LISTS}
    wanted = len(lists) * budget.WINDOW_SECONDS / BASE_SECONDS["agents"]
    # A record that was never there is not read again and again.
    records = looked.exclude(kind__in=LISTS).exclude(checked=None).count() * budget.WINDOW_SECONDS / DETAIL_SECONDS
    # One call in ten stays free: for renewals, for "try again", and for refreshes that just ended.
    free = (budget.CALL_LIMIT - budget.WRITE_RESERVE - min(records, budget.RECORDS.total)) * FILLED_SHARE
    # A bulk change goes first and leaves one call every ten seconds.
    queued = BulkItem.objects.filter(run__ended=None, state=BulkItem.State.WAITING).count()
    return _Load(
        max(1, len({fingerprint for _site, fingerprint, _kind in lists})),
        max(1.0, wanted / max(MIN_REFRESH_CALLS, free - queued)),
        min(max(1.0, records / (budget.RECORDS.total * FILLED_SHARE)), MAX_RECORD_STRETCH),
        close,
    )


def _watched_closely(now: int) -> Iterator[Source]:
    """The shared sources of the sites that are watched closely at a moment, in epoch ms.

    A rule of alerts that is switched on counts as somebody who looks, in its hours: it would ring late otherwise.
    """
    rules = Rule.objects.filter(enabled=True, removed=None).exclude(kind__in=Rule.OF_LOOKING)
    hours = set(rules.values_list("site", "hours").order_by())
    ruled = {site for site, _hours in hours}
    closely = ~Q(watch_closely=WatchClosely.LOOKED) | Q(pk__in=ruled)
    for site in Site.objects.exclude(shared=None).filter(closely).select_related("shared"):
        always = site.watch_closely == WatchClosely.ALWAYS or any(
            when != Hours.OPENING or not site.opening_hours for ruled_site, when in hours if ruled_site == site.pk
        )
        if site.shared is not None and (always or _is_open(site, now)):
            yield site.pk, site.shared.fingerprint


def _is_open(site: Site, now: int) -> bool:
    return time_zones.known(site.time_zone) is not None and site.hours.is_open(now)


_load = TtlValue(COUNT_SECONDS, _read)


def base(kind: str) -> float:
    """The interval of a kind in seconds while someone looks and the budget suffices."""
    return BASE_SECONDS.get(kind, DETAIL_SECONDS)


def is_stale(age: float, every: float) -> bool:
    """Whether figures of an age, which should come every so many seconds, are too old to go by."""
    return age > stale_after(every)


def stale_after(every: float) -> float:
    """The age from which on figures are stale that should come every so many seconds."""
    return max(3 * every, STALE_SECONDS)


def is_watched(looked: datetime | None) -> bool:
    """Whether someone looked recently. A time far ahead is from before the clock was set back, and does not count."""
    return looked is not None and abs(timezone.now() - looked) <= WATCHED_WINDOW


def interval(kind: str, looked: datetime | None, source: Source | None = None) -> tuple[float, int]:
    """The current interval in seconds, and how many connections share the call limit.

    A list of a `source` that is watched closely has the same interval as if somebody looked.
    """
    closely = source is not None and kind in LISTS and source in _load.now().close
    if not closely and not is_watched(looked):
        return IDLE_SECONDS, 1
    load = _load.now()
    if kind not in LISTS:
        return DETAIL_SECONDS * load.records, 1
    return base(kind) * load.lists, load.connections if load.lists > 1 else 1


def forget() -> None:
    """Count the active feeds again at the next call."""
    _load.forget()
