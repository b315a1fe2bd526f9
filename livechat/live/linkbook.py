"""Which wall links hold, read at most once a second per process, so that a thousand screens cost one query."""

import threading
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from livechat.live import clock, designs, feeds
from livechat.live.designs import Design
from livechat.live.feeds import Feed
from livechat.models import Membership, Site, Wall, WallLink

EVERY = 1.0
SEEN_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A link that holds: its wall, and what feeds it."""

    link_id: int
    wall_id: int
    site: Site
    feed: Feed | None
    design: Design


_book: dict[str, Entry] = {}
_seen: dict[int, float] = {}
_read_at = float("-inf")
_lock = threading.Lock()


def find(secret_hash: str) -> Entry | None:
    """The link with this hash, if it holds now: not revoked, not expired, its owner still of the site."""
    global _book, _read_at
    with _lock:
        if clock.steady() - _read_at >= EVERY:
            _book = _read()
            _read_at = clock.steady()
        return _book.get(secret_hash)


def forget() -> None:
    """Read the links anew at the next call."""
    global _read_at
    _read_at = float("-inf")


def _read() -> dict[str, Entry]:
    member = Membership.objects.filter(user=OuterRef("owner"), site=OuterRef("wall__site"))
    holds = Q(revoked=None) & (Q(expires=None) | Q(expires__gt=timezone.now())) & Q(owner__is_active=True)
    links = list(WallLink.objects.filter(holds, Q(owner__is_superuser=True) | Exists(member)))
    walls = {wall.pk: (wall.site_id, designs.of(wall)) for wall in Wall.objects.all()}
    sites = {site.pk: site for site in Site.objects.select_related("shared")}
    book = {}
    for link in links:
        site_id, design = walls.get(link.wall_id, (0, None))
        site = sites.get(site_id)
        if design is None or site is None:
            continue  # deleted a moment ago
        feed = feeds.of(site, site.shared) if site.shared else None
        book[link.secret_hash] = Entry(link.pk, link.wall_id, site, feed, design)
    return book


def seen(entry: Entry) -> None:
    """Note that a screen uses a link; written at most once a minute."""
    now = clock.steady()
    if now - _seen.get(entry.link_id, float("-inf")) >= SEEN_EVERY:
        _seen[entry.link_id] = now
        WallLink.objects.filter(pk=entry.link_id).update(seen=timezone.now())
