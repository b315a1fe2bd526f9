"""Unchanged polls of signed-in people, answered without Django.

A poll that passed sign-in, membership and view, and ended in a 304, is remembered for a minute: the session cookie, the
address, the tag, and the snapshots that the answer depends on. While none of these changes, the same poll gets the same
304, which has no body. Any other request goes through Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.db import Error
from django.utils import timezone

from livechat.lib import outages
from livechat.lib.ttl_cache import TtlCache
from livechat.live import site_versions, snapshot_cache
from livechat.live.freshness import Freshness
from livechat.sites.roles import Seat

MAX_POLLS = 20_000
POLL_SECONDS = 60.0  # until sign-in and membership are checked again; until then the only answer is "unchanged"

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Memo:
    """A remembered poll. `version` is the site's version at its answer."""

    tag: str
    shown: Freshness
    site_id: int
    version: int | None


_memos: TtlCache[Key, _Memo] = TtlCache(MAX_POLLS, POLL_SECONDS)


def remember(environ: Mapping[str, Any], seat: Seat, shown: Freshness) -> None:
    """Remember a poll that was just answered with a 304, if its answer depends on snapshots only."""
    site = seat.site
    key = _key(environ)
    if key is None or site is None or not shown.snapshots or any(snapshot.feed is None for snapshot in shown.snapshots):
        return
    bare = replace(shown, snapshot=shown.snapshot.bare, snapshots=tuple(snapshot.bare for snapshot in shown.snapshots))
    _memos.put(key, _Memo(shown.tag, bare, site.pk, site.version))


def unchanged(environ: Mapping[str, Any]) -> Freshness | None:
    """The freshness for a 304, if this poll is known to be unchanged; else None."""
    key = _key(environ)
    memo = _memos.get(key) if key else None
    if memo is None or memo.tag != environ.get("HTTP_HX_PTAG"):
        return None
    if memo.shown.until and timezone.now() >= memo.shown.until:
        return None
    try:
        if site_versions.of(memo.site_id) != memo.version:
            return None
    except Error as error:
        outages.note(error, "to check whether a poll is unchanged")  # until the memo ends, nothing newer can be known
    now = tuple(snapshot_cache.get(snapshot.feed, snapshot.kind, wait=0) for snapshot in memo.shown.snapshots)
    if any(new.key != old.key for new, old in zip(now, memo.shown.snapshots, strict=True)):
        return None
    return memo.shown.again(now)


def _key(environ: Mapping[str, Any]) -> Key | None:
    """The key of a poll: path, query and session. None without a session."""
    try:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return (environ["PATH_INFO"], environ.get("QUERY_STRING", ""), cookie.value) if cookie and cookie.value else None
