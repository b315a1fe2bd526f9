"""Which screens use a link. Each process notes a screen at most once a minute, so that a poll costs no write.

A TV has no cookie. Its page makes up an id, keeps it as long as the tab lives, and sends it with its polls. A browser
that sends no id is known by its address and name; it is not counted if a screen with an id has the same ones. Noted
uses wait in memory and are written several at a time, except for the first new screens of a link. They are written off
the requests: a wall never waits for its note.
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

from livechat.lib import background, client_info, clock, outages, ttl_cache
from livechat.lib.ttl_cache import TtlCache
from livechat.models import LinkScreen, WallLink
from livechat.models.walls import MAX_POLL_SECONDS
from livechat.record import link_events
from livechat.walls.link_cache import ValidLink

NOTE_SECONDS = 60.0  # between two notes of a screen
WRITE_SECONDS = 10.0  # between two writes of the noted uses
LATE_POLL_SECONDS = 10.0  # by which a poll can be late
SCREEN_TTL = timedelta(hours=1)
MAX_SCREENS_PER_LINK = 500
MAX_EARLY_WRITES = 10  # new screens per link and minute: limits writes caused by clients that invent screen ids
MAX_NOTED_SCREENS = 20_000  # per process
DELETE_BATCH = 5000  # screens deleted in one transaction
_CLIENT_WORDS = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT")
_ID = re.compile(r"[0-9a-z]{8,40}")

Key = tuple[int, str]  # of a screen: its link, and its id or a hash of its address and browser


@dataclass(frozen=True, slots=True)
class Use:
    """A screen's use of a link. `by_id`: the screen sent an id."""

    at: datetime
    by_id: bool
    address: str
    browser: str


def _max_pause(every: int) -> timedelta:
    """How long ago a screen that is on may have been noted, if its wall polls every so many seconds.

    It is noted at its first poll after a minute, and written by the first poll after `WRITE_SECONDS` more.
    """
    return timedelta(seconds=NOTE_SECONDS + WRITE_SECONDS + 2 * every + LATE_POLL_SECONDS)


class _Memory:
    """What this process remembers: when it noted each screen, and the uses that are not written yet."""

    def __init__(self) -> None:
        self.noted: TtlCache[Key, float] = TtlCache(MAX_NOTED_SCREENS, _max_pause(MAX_POLL_SECONDS).total_seconds())
        self._screens: Counter[int] = Counter()  # noted screens of each link
        # For each link, how many of its screens were noted for the first time within a minute.
        self._new: TtlCache[int, itertools.count[int]] = TtlCache(MAX_NOTED_SCREENS, NOTE_SECONDS)
        self._unwritten: dict[Key, Use] = {}
        self._written_at = float("-inf")
        self._lock = threading.Lock()

    def is_due(self, key: Key, now: float) -> bool:
        """Whether a screen is to be noted now."""
        noted_at = self.noted.get(key)
        return noted_at is None or now - noted_at >= NOTE_SECONDS

    def note(self, key: Key, now: float, use: Use) -> bool:
        """Note a use, unless its link has too many screens. Returns whether it is to be written at once."""
        link_id = key[0]
        with self._lock:
            self._uncount(self.noted.expire())
            new = key not in self.noted
            if new and self._screens[link_id] >= MAX_SCREENS_PER_LINK:
                return False
            self._screens[link_id] += new
            self._uncount(self.noted.put(key, now))
            self._unwritten[key] = use
            return new and next(self._new.get_or_make(link_id, lambda: itertools.count(1))) <= MAX_EARLY_WRITES

    def _uncount(self, dropped: Iterable[tuple[Key, float]]) -> None:
        for (link_id, _screen), _noted_at in dropped:
            self._screens[link_id] -= 1

    def must_write(self, now: float) -> bool:
        """Whether uses wait that should be written by now."""
        return bool(self._unwritten) and now - self._written_at >= WRITE_SECONDS

    def take_unwritten(self, now: float) -> dict[Key, Use]:
        """The uses to write now, if there are any. The caller has to write them, or to put them back."""
        with self._lock:
            if not self._unwritten:
                return {}
            self._written_at, uses, self._unwritten = now, self._unwritten, {}
            return uses

    def put_back(self, uses: dict[Key, Use]) -> None:
        """Keep uses that could not be written: the next write includes them."""
        with self._lock:
            self._unwritten = uses | self._unwritten

    def forget(self) -> None:
        """Forget everything that was noted."""
        with self._lock:
            self.noted.forget()
            self._new.forget()
            self._screens.clear()
            self._unwritten.clear()


_memory = _Memory()


def note_use(link: ValidLink, environ: Mapping[str, Any]) -> None:
    """Note that a screen uses a link. `environ`: the WSGI environment of its request."""
    key, by_id = _key(link, environ)
    now = clock.steady()
    due = _memory.is_due(key, now)
    if not due and not _memory.must_write(now):
        return
    at_once = False
    if due:
        browser = client_info.browser(environ.get("HTTP_USER_AGENT", ""))
        at_once = _memory.note(key, now, Use(timezone.now(), by_id, client_info.address(environ), browser))
    if at_once or _memory.must_write(now):
        background.start("screens", _write_noted)


def _write_noted() -> None:
    """Write what is noted, until nothing is left. What could not be written waits for the next write."""
    with outages.told("to note the screens"):
        while uses := _memory.take_unwritten(clock.steady()):
            try:
                _write(uses)
            except Error:
                _memory.put_back(uses)
                raise


@ttl_cache.forgets
def forget() -> None:
    """Forget everything that this process has noted."""
    _memory.forget()


def _key(link: ValidLink, environ: Mapping[str, Any]) -> tuple[Key, bool]:
    """The key of a request's screen, and whether the screen sent an id."""
    screen_id = environ.get("HTTP_X_SCREEN", "")
    if _ID.fullmatch(screen_id):
        return (link.link_id, screen_id), True
    words = "\n".join(environ.get(name, "") for name in _CLIENT_WORDS)
    return (link.link_id, hashlib.sha256(words.encode()).hexdigest()), False


def _write(uses: dict[Key, Use]) -> None:
    """Write uses, which come oldest first: each screen, the last use of each link, and new addresses of a link."""
    by_link: dict[int, list[tuple[str, Use]]] = defaultdict(list)
    for (link_id, key), use in uses.items():
        by_link[link_id].append((key, use))
    for link in WallLink.objects.filter(pk__in=by_link).select_related("wall"):
        with transaction.atomic():
            _write_link(link, by_link[link.pk])


def _write_link(link: WallLink, uses: list[tuple[str, Use]]) -> None:
    screens = LinkScreen.objects.filter(link=link)
    screens.filter(_is_old()).delete()
    known = set(screens.values_list("key", flat=True))
    # Every process writes places and screens in the same order: otherwise two could deadlock.
    for place, browser in sorted({client_info.network(use.address): use.browser for _key, use in uses}.items()):
        link_events.note_place(link, place, browser)
    rows = []
    for key, use in sorted(uses):
        if key in known or len(known) < MAX_SCREENS_PER_LINK:
            known.add(key)
            place = f"{use.address} {use.browser}"
            rows.append(LinkScreen(link=link, key=key, by_id=use.by_id, place=place, seen=use.at))
    last = uses[-1][1]
    LinkScreen.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["link", "key"], update_fields=["by_id", "place", "seen"]
    )
    minute = timedelta(seconds=NOTE_SECONDS)
    # A time in the future was written when a clock ran ahead.
    older = Q(seen=None) | Q(seen__lte=last.at - minute) | Q(seen__gt=timezone.now() + minute)
    WallLink.objects.filter(older, pk=link.pk).update(
        seen=last.at, seen_address=last.address, seen_browser=last.browser
    )


def _is_old() -> Q:
    """Screens whose last use is long ago, or far in the future, by a clock that ran ahead."""
    now = timezone.now()
    return Q(seen__lt=now - SCREEN_TTL) | Q(seen__gt=now + SCREEN_TTL)


def delete_old() -> int:
    """Delete a batch of screens that have not used their link for long. Returns how many."""
    with transaction.atomic():
        # Skip screens that another process has locked to write or delete them: two processes could deadlock.
        old = LinkScreen.objects.select_for_update(skip_locked=True).filter(_is_old())
        return LinkScreen.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:DELETE_BATCH])).delete()[0]


def expire(age: timedelta) -> int:
    """Clear the last address and browser of links that ended longer ago than this. Returns how many."""
    ended = WallLink.objects.filter(ended__lt=timezone.now() - age).exclude(seen_address="", seen_browser="")
    return ended.update(seen_address="", seen_browser="")


def count_now(links: Iterable[WallLink]) -> dict[int, int]:
    """How many screens show each of these links now, by the link's id."""
    now = timezone.now()
    rows = LinkScreen.objects.filter(link__in=links, seen__gt=now - _max_pause(MAX_POLL_SECONDS))
    counts: Counter[int] = Counter()
    with_id: set[tuple[int, str]] = set()
    without: set[tuple[int, str]] = set()
    for link_id, by_id, place, seen, every in rows.values_list("link", "by_id", "place", "seen", "link__wall__every"):
        if seen <= now - _max_pause(every):
            continue
        counts[link_id] += by_id
        (with_id if by_id else without).add((link_id, place))
    for link_id, _place in without - with_id:
        counts[link_id] += 1
    return dict(counts)
