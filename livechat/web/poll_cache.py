"""Unchanged polls of signed-in people, answered before Django's stack.

A poll that went through everything, sign-in, seat and view, and ended in a 304, is remembered for a minute:
who asked (the session cookie), for what, with which tag, and what the answer rested on. While none of that has
moved, the same question gets the same 304, which has no body; anything else takes the whole way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings

from livechat.lib.ttl_cache import TtlCache
from livechat.live import site_versions, snapshot_cache
from livechat.live.freshness import Freshness
from livechat.sites.roles import Seat

KEEP = 20_000
LASTS = 60.0  # seconds until sign-in and seat are looked at again; until then only "nothing has changed" is said

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Memo:
    tag: str
    shown: Freshness
    site_id: int
    version: int | None


_memos: TtlCache[Key, _Memo] = TtlCache(KEEP, LASTS)


def remember(environ: Mapping[str, Any], seat: Seat, shown: Freshness) -> None:
    """Remember a poll that has just been answered with 304, where its answer rests on snapshots alone."""
    site = seat.site
    key = _key(environ)
    if key is None or site is None or not shown.snapshots or any(snapshot.feed is None for snapshot in shown.snapshots):
        return
    bare = replace(shown, snapshot=shown.snapshot.bare, snapshots=tuple(snapshot.bare for snapshot in shown.snapshots))
    _memos.put(key, _Memo(shown.tag, bare, site.pk, site.version))


def unchanged(environ: Mapping[str, Any]) -> Freshness | None:
    """The figures to tell with a 304, where this very poll is known to be unchanged."""
    key = _key(environ)
    memo = _memos.get(key) if key else None
    if memo is None or memo.tag != environ.get("HTTP_HX_PTAG"):
        return None
    if site_versions.of(memo.site_id) != memo.version:
        return None
    now = tuple(snapshot_cache.get(snapshot.feed, snapshot.kind, wait=0) for snapshot in memo.shown.snapshots)
    if any(new.key != old.key for new, old in zip(now, memo.shown.snapshots, strict=True)):
        return None
    return memo.shown.again(now)


def _key(environ: Mapping[str, Any]) -> Key | None:
    """What tells one question from another: path, query and session."""
    try:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return (environ["PATH_INFO"], environ.get("QUERY_STRING", ""), cookie.value) if cookie and cookie.value else None
