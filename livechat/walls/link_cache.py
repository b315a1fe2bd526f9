"""Which wall links hold, read at most once a second per process, so that a thousand screens cost one query."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from livechat.lib.ttl_cache import TtlCache
from livechat.live import sources
from livechat.live.sources import Feed
from livechat.models import Membership, Role, Site, Wall, WallLink
from livechat.walls import design
from livechat.walls.design import Design

REREAD_SECONDS = 1.0
WALL_MAKER_ROLES = (Role.SUPERVISOR, Role.ADMINISTRATOR)  # who makes walls; a link lasts as long as its owner may


@dataclass(frozen=True, slots=True)
class ValidLink:
    """A link that holds: its wall, and what feeds it."""

    link_id: int
    wall_id: int
    site: Site
    feed: Feed | None
    design: Design
    paused: bool = False


def find(secret_hash: str) -> ValidLink | None:
    """The link with this hash, if it holds now: not ended, not expired, its owner still one who may make walls."""
    found = _book.now().get(secret_hash)
    # Another process may have made the link a moment ago: its screen must not be told that it has ended.
    if found is None and valid_links().filter(secret_hash=secret_hash).exists():
        _book.forget()
        found = _book.now().get(secret_hash)
    return found


def forget() -> None:
    """Read the links anew at the next call, and at the first one after the transaction that this is called in."""
    _book.forget()


def valid_links() -> QuerySet[WallLink]:
    """The links that hold now."""
    seats = Membership.objects.filter(user=OuterRef("owner"), site=OuterRef("wall__site"), role__in=WALL_MAKER_ROLES)
    unspent = Q(ended=None) & (Q(expires=None) | Q(expires__gt=timezone.now()))
    maker = Q(owner__is_active=True) & (Q(owner__is_superuser=True) | Exists(seats))
    return WallLink.objects.filter(unspent & maker)


def lapsed_links() -> QuerySet[WallLink]:
    """The links that do not hold, though nobody has noted their end."""
    left = WallLink.objects.filter(ended=None).exclude(pk__in=valid_links().values("pk"))
    return left.select_related("wall", "owner")


def _read() -> dict[str, ValidLink]:
    links = list(valid_links())
    walls = {wall.pk: (wall.site_id, design.of(wall)) for wall in Wall.objects.all()}
    sites = {site.pk: site for site in Site.objects.select_related("shared")}
    book = {}
    for link in links:
        site_id, layout = walls.get(link.wall_id, (0, None))
        site = sites.get(site_id)
        if layout is None or site is None:
            continue  # deleted a moment ago
        feed = sources.of(site, site.shared) if site.shared else None
        paused = link.paused is not None
        book[link.secret_hash] = ValidLink(link.pk, link.wall_id, site, feed, layout, paused=paused)
    return book


_book = TtlCache(REREAD_SECONDS, _read)
