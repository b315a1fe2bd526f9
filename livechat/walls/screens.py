"""Which screens use a link: noted by each process at most once a minute each, so that a poll costs no write.

A TV has no cookie. Its page makes up an id that lives as long as the tab and sends it with its polls; a browser that
sends none is told by address and browser, and not counted beside a page of the same place that does. What a process
has noted stands in its memory; but for a link's first new ones it writes several at once.
"""

import hashlib
import itertools
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, transaction
from django.db.models import Q
from django.utils import timezone

from livechat.lib import client_info, clock, ttl_cache
from livechat.lib.ttl_cache import TtlCache
from livechat.models import LinkScreen, WallLink
from livechat.models.walls import MAX_POLL_SECONDS
from livechat.record import link_events
from livechat.walls.link_cache import Entry

EVERY = 60.0  # seconds between two notes of a screen
TOGETHER = 10.0  # seconds within which screens are written together
SLACK = 10.0  # seconds that a poll may be late
KEPT = timedelta(hours=1)
MOST = 500  # screens of a link that are told apart
FIRST = 10  # new screens of a link that are written at once in a minute: whoever makes up ids causes no more writes
REMEMBERED = 20_000
AT_ONCE = 5000  # screens deleted in one transaction
_WORDS = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT")
_ID = re.compile(r"[0-9a-z]{8,40}")

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Use:
    """A screen's use of a link."""

    at: datetime
    by_id: bool
    address: str
    browser: str


# When each screen was noted; longer ago it is none that is there now.
_noted: TtlCache[Key, float] = TtlCache(REMEMBERED, EVERY + TOGETHER + 2 * MAX_POLL_SECONDS + SLACK)
_screens: Counter[int] = Counter()  # of each link, those noted
_new: TtlCache[int, "itertools.count[int]"] = TtlCache(REMEMBERED, EVERY)  # of each link, those first noted in a minute
_waiting: dict[Key, Use] = {}
_written_at = float("-inf")
_lock = threading.Lock()


def seen(entry: Entry, environ: Mapping[str, Any]) -> None:
    """Note that a screen uses a link; what it takes is in the request's WSGI environment."""
    global _written_at, _waiting
    key, by_id = _key(entry, environ)
    now = clock.steady()
    last = _noted.get(key)
    due = last is None or now - last >= EVERY
    if not due and (not _waiting or now - _written_at < TOGETHER):
        return
    at_once = False
    if due:
        browser = client_info.browser(environ.get("HTTP_USER_AGENT", ""))
        at_once = _note(key, now, Use(timezone.now(), by_id, client_info.address(environ), browser))
    with _lock:
        if not _waiting or (not at_once and now - _written_at < TOGETHER):
            return
        _written_at, uses, _waiting = now, _waiting, {}
    try:
        _write(uses)
    except Error:
        with _lock:  # another screen's next note writes them
            _waiting = uses | _waiting
        raise


def _note(key: Key, now: float, use: Use) -> bool:
    """Note a use, unless its link has too many screens; whether it is to be written at once."""
    link_id = key[0]
    with _lock:
        _uncount(_noted.expire())
        new = key not in _noted
        if new and _screens[link_id] >= MOST:
            return False
        _screens[link_id] += new
        _uncount(_noted.put(key, now))
        _waiting[key] = use
        return new and next(_new.get_or_make(link_id, lambda: itertools.count(1))) <= FIRST


def _uncount(dropped: Iterable[tuple[Key, float]]) -> None:
    for (link_id, _key), _at in dropped:
        _screens[link_id] -= 1


@ttl_cache.forgets
def forget() -> None:
    """Drop everything noted."""
    with _lock:
        _noted.forget()
        _new.forget()
        _screens.clear()
        _waiting.clear()


def _key(entry: Entry, environ: Mapping[str, Any]) -> tuple[Key, bool]:
    given = environ.get("HTTP_X_SCREEN", "")
    if _ID.fullmatch(given):
        return (entry.link_id, given), True
    words = "\n".join(environ.get(name, "") for name in _WORDS)
    return (entry.link_id, hashlib.sha256(words.encode()).hexdigest()), False


def _write(uses: dict[Key, Use]) -> None:
    """Write uses, which come oldest first: each screen, each link's latest, and addresses it was never used from."""
    of_link: dict[int, list[tuple[str, Use]]] = defaultdict(list)
    for (link_id, key), use in uses.items():
        of_link[link_id].append((key, use))
    for link in WallLink.objects.filter(pk__in=of_link).select_related("wall"):
        with transaction.atomic():
            _write_link(link, of_link[link.pk])


def _write_link(link: WallLink, uses: list[tuple[str, Use]]) -> None:
    screens = LinkScreen.objects.filter(link=link)
    screens.filter(_gone()).delete()
    known = set(screens.values_list("key", flat=True))
    # Places and screens in one order in every process: in different ones two would wait for each other.
    for place, browser in sorted({client_info.network(use.address): use.browser for _key, use in uses}.items()):
        link_events.note_place(link, place, browser)
    rows = []
    for key, use in sorted(uses):
        if key in known or len(known) < MOST:
            known.add(key)
            place = f"{use.address} {use.browser}"
            rows.append(LinkScreen(link=link, key=key, by_id=use.by_id, place=place, seen=use.at))
    last = uses[-1][1]
    LinkScreen.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["link", "key"], update_fields=["by_id", "place", "seen"]
    )
    minute = timedelta(seconds=EVERY)
    # What a clock that ran ahead has written lies in the future.
    older = Q(seen=None) | Q(seen__lte=last.at - minute) | Q(seen__gt=timezone.now() + minute)
    WallLink.objects.filter(older, pk=link.pk).update(
        seen=last.at, seen_address=last.address, seen_browser=last.browser
    )


def _gone() -> Q:
    """Which screens have not used their link for long, or by a clock that ran ahead."""
    now = timezone.now()
    return Q(seen__lt=now - KEPT) | Q(seen__gt=now + KEPT)


def forget_old() -> int:
    """Delete screens that have not used their link for long, some at a time; how many."""
    with transaction.atomic():
        # What another process has just locked, by writing it or deleting it, is left: two could wait for each other.
        old = LinkScreen.objects.select_for_update(skip_locked=True).filter(_gone())
        return LinkScreen.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]


def expire(age: timedelta) -> int:
    """Forget where links that ended longer ago than this were used last; how many."""
    past = WallLink.objects.filter(ended__lt=timezone.now() - age).exclude(seen_address="", seen_browser="")
    return past.update(seen_address="", seen_browser="")


def _longest(every: int) -> timedelta:
    """How long ago a screen that is there may have been noted, on a wall that polls so often: it is noted at its first
    poll after a minute, and that is written by the first one after `TOGETHER`."""
    return timedelta(seconds=EVERY + TOGETHER + 2 * every + SLACK)


def now(found: Iterable[WallLink]) -> dict[int, int]:
    """How many screens show each of these links now."""
    at = timezone.now()
    rows = LinkScreen.objects.filter(link__in=found, seen__gt=at - _longest(MAX_POLL_SECONDS))
    ids: Counter[int] = Counter()
    with_id: set[tuple[int, str]] = set()
    without: set[tuple[int, str]] = set()
    for link_id, by_id, place, seen, every in rows.values_list("link", "by_id", "place", "seen", "link__wall__every"):
        if seen <= at - _longest(every):
            continue
        ids[link_id] += by_id
        (with_id if by_id else without).add((link_id, place))
    for link_id, _place in without - with_id:
        ids[link_id] += 1
    return dict(ids)
