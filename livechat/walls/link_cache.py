"""The wall links that are valid. Each process reads them at most once a second, for all its screens together."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import Error
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from livechat.lib import outages
from livechat.lib.ttl_cache import TtlValue
from livechat.live import sources
from livechat.live.sources import Feed
from livechat.models import LinkTurn, Membership, Role, Site, Wall, WallLink, WallMessage
from livechat.walls import design
from livechat.walls.design import Design

REREAD_SECONDS = 1.0
WALL_MAKER_ROLES = (Role.SUPERVISOR, Role.ADMINISTRATOR)  # a link is valid as long as its owner has one of them


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a wall shows it: its text, its tone, and when it ends."""

    text: str
    tone: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of several walls is shown: the titles of all, the place of this one, and whether it stays as it is red."""

    titles: tuple[str, ...]
    place: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class ValidLink:
    """A valid link with its wall's design. `feed`: None if the site has no shared connection.

    `paused`: when it was paused. `message`: the newest message for this wall, or for all walls. `turns`: empty unless
    the link shows several walls in turn. For each wall: its seconds, the link that shows it, and the link that holds
    it. Those links have a `turn`.
    """

    link_id: int
    wall_id: int
    site: Site
    feed: Feed | None
    design: Design
    paused: datetime | None = None
    frames: str = ""  # the origins that may frame the wall, separated by blanks
    expires: datetime | None = None
    message: Message | None = None
    turns: "tuple[tuple[int, ValidLink, ValidLink], ...]" = ()
    turn: Turn | None = None


def find(secret_hash: str) -> ValidLink | None:
    """The link with this hash, if it is valid: not ended, not expired, and its owner may still make walls.

    While the database fails, a link that was valid stays valid until it expires. Otherwise raises django.db.Error.
    """
    try:
        return _find(secret_hash)
    except Error as error:
        known = (_links.last or {}).get(secret_hash)
        if known is None or (known.expires is not None and known.expires <= timezone.now()):
            raise
        outages.note(error, "to check a wall's link")
        return known


def _find(secret_hash: str) -> ValidLink | None:
    link = _links.now().get(secret_hash)
    # Another process may have made the link a moment ago. Its screen must not be told that it has ended.
    if link is None and valid_links().filter(secret_hash=secret_hash).exists():
        _links.forget()
        link = _links.now().get(secret_hash)
    return link


def forget() -> None:
    """Read links and messages again at the next call. In a transaction: also at the first call after it has ended."""
    _messages.forget()
    _links.forget()


def valid_links() -> QuerySet[WallLink]:
    """The links that are valid now."""
    memberships = Membership.objects.filter(
        user=OuterRef("owner"), site=OuterRef("wall__site"), role__in=WALL_MAKER_ROLES
    )
    lasts = Q(ended=None) & (Q(expires=None) | Q(expires__gt=timezone.now()))
    owner_may = Q(owner__is_active=True) & (Q(owner__is_superuser=True) | Exists(memberships))
    return WallLink.objects.filter(lasts & owner_may)


def lapsed_links() -> QuerySet[WallLink]:
    """The links that are no longer valid, but whose end is not recorded yet."""
    lapsed = WallLink.objects.filter(ended=None).exclude(pk__in=valid_links().values("pk"))
    return lapsed.select_related("wall", "owner")


def _read() -> dict[str, ValidLink]:
    links = list(valid_links())
    walls = {wall.pk: (wall.site_id, design.of(wall)) for wall in Wall.objects.all()}
    sites = {site.pk: site for site in Site.objects.select_related("shared")}
    turns: dict[int, list[LinkTurn]] = {}
    for turn in LinkTurn.objects.all():
        turns.setdefault(turn.link_id, []).append(turn)
    by_hash = {}
    for link in links:
        site_id, layout = walls.get(link.wall_id, (0, None))
        site = sites.get(site_id)
        if layout is None or site is None:
            continue  # deleted a moment ago
        feed = sources.of(site, site.shared) if site.shared else None
        valid = ValidLink(
            link.pk, link.wall_id, site, feed, layout, paused=link.paused, frames=link.frames,
            expires=link.expires, message=message_of(site.pk, link.wall_id),
        )  # fmt: skip
        lasting = [turn for turn in turns.get(link.pk, ()) if turn.wall_id in walls]
        titles = tuple(walls[turn.wall_id][1].title for turn in lasting)
        shown = []
        for place, turn in enumerate(lasting):
            message = message_of(site.pk, turn.wall_id)
            design_of_it = walls[turn.wall_id][1]
            one = replace(valid, wall_id=turn.wall_id, design=design_of_it, message=message, turn=Turn(titles, place))
            shown.append((turn.seconds, one, replace(one, turn=Turn(titles, place, held=True))))
        by_hash[link.secret_hash] = replace(valid, turns=tuple(shown) if len(shown) > 1 else ())
    return by_hash


def message_of(site_id: int, wall_id: int) -> Message | None:
    """The newest of the messages that a wall shows."""
    here = (one for one in _messages.now() if one.site_id == site_id and one.wall_id in (None, wall_id))
    return next((Message(one.text, one.tone, one.until) for one in here), None)


def _read_messages() -> list[WallMessage]:
    """The messages that have not ended, the newest first."""
    return list(WallMessage.objects.filter(ended=None, until__gt=timezone.now()))


_messages = TtlValue(REREAD_SECONDS, _read_messages)
_links = TtlValue(REREAD_SECONDS, _read)
