"""Wall links: make, check a secret, pause, resume, rotate, extend, rename, let frame, end. Each step is recorded."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from livechat.models import LinkEvent, LinkTurn, Site, Snapshot, SpentSecret, Wall, WallLink, append_only
from livechat.models.notes import Code, Note, note
from livechat.record import link_events
from livechat.record.link_events import NOBODY, By
from livechat.walls import link_cache
from livechat.walls.link_cache import ValidLink

SECRET_BYTES = 32  # 256 bits
EXPIRY_WARNING = timedelta(days=14)  # the owner is warned this long before a link expires
ENDS_BATCH = 500  # links whose end is recorded in one transaction
What = LinkEvent.What
_OPEN = Q(ended=None)


def hash_secret(secret: str) -> str:
    """The hash of a secret. Only this is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_secret(secret: str) -> ValidLink | None:
    """The link with this secret, if it is valid. Every request of a screen is checked here."""
    return link_cache.find(hash_secret(secret))


def make_link(
    wall: Wall, owner: User, label: str, *, days: int | None, secret: str = "", address: str = ""
) -> tuple[WallLink, str]:
    """Make a link that expires after `days` (None: never). Returns it with its secret, which is not stored."""
    secret = secret or secrets.token_urlsafe(SECRET_BYTES)
    return _create(wall, label, hash_secret(secret), days, What.MADE, By(owner, address)), secret


def make_paired_link(wall: Wall, label: str, token_hash: str, *, days: int | None, by: By) -> WallLink:
    """Make a link whose secret is the token of a waiting screen. Only the screen knows it; we have its hash."""
    return _create(wall, label, token_hash, days, What.PAIRED, by)


def _create(wall: Wall, label: str, secret_hash: str, days: int | None, what: What, by: By) -> WallLink:
    link = WallLink(wall=wall, owner=by.user, label=label, secret_hash=secret_hash, expires=_after(days))
    with transaction.atomic():
        link.save()
        link_events.note(link, what, by, _until(link.expires))
    link_cache.forget()
    return link


def _after(days: int | None) -> datetime | None:
    return None if days is None else timezone.now() + timedelta(days=days)


def _until(expires: datetime | None) -> Note | None:
    return None if expires is None else note(Code.UNTIL, until=expires)


def ever_existed(secret: str) -> bool:
    """Whether a link has this secret, or ever had it."""
    secret_hash = hash_secret(secret)
    return (
        WallLink.objects.filter(secret_hash=secret_hash).exists()
        or SpentSecret.objects.filter(secret_hash=secret_hash).exists()
    )


def language_of(secret: str) -> str:
    """The language of the wall that a secret leads or led to. Empty if that is not known."""
    current = Wall.objects.filter(links__secret_hash=hash_secret(secret)).values_list("language", flat=True)
    spent = SpentSecret.objects.filter(secret_hash=hash_secret(secret)).values_list("language", flat=True)
    return current.first() or spent.first() or ""


def frames_of(secret: str) -> str:
    """The origins that may frame the wall of the link with this secret, also if it has ended. Empty for none."""
    return WallLink.objects.filter(secret_hash=hash_secret(secret)).values_list("frames", flat=True).first() or ""


def pause(link: WallLink, by: By) -> bool:
    """Pause a link: its screens say so. False if it is paused already, or has ended."""
    return _change(link, What.PAUSED, by, given=_OPEN & Q(paused=None), paused=timezone.now())


def resume(link: WallLink, by: By) -> bool:
    """Resume a link: its screens show the wall again. False if it is not paused, or has ended."""
    return _change(link, What.RESUMED, by, given=_OPEN & Q(paused__isnull=False), paused=None)


def rotate(link: WallLink, by: By) -> str:
    """Give a link a new secret, which is returned. The old address ends at once. Empty if the link has ended."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    given = _OPEN & Q(secret_hash=link.secret_hash)  # if two people rotate at once, only one gets a secret
    with transaction.atomic():
        if not _change(link, What.ROTATED, by, given=given, secret_hash=hash_secret(secret)):
            return ""
        SpentSecret.objects.create(secret_hash=link.secret_hash, language=link.wall.language)
    return secret


def extend(link: WallLink, days: int | None, by: By) -> bool:
    """Change a link's expiry to `days` from now (None: never). A link that has expired becomes valid again.

    The user who does this becomes the owner: the old owner may have lost the right to make walls, and then the link
    would not be valid. False if the link has ended in another way.
    """
    expires = _after(days)
    given = _OPEN | Q(why=What.EXPIRED)
    detail = _until(expires) or note(Code.NO_EXPIRY)
    return _change(link, What.EXTENDED, by, detail, given=given, owner=by.user, expires=expires, ended=None, why="")


def rename(link: WallLink, label: str, by: By) -> bool:
    """Change a link's label. False if it is the same, was changed meanwhile, or the link has ended for good."""
    given = (_OPEN | Q(why=What.EXPIRED)) & Q(label=link.label) & ~Q(label=label)
    detail = note(Code.RENAMED, old=link.label, new=label)
    return _change(link, What.RENAMED, by, detail, given=given, label=label)


def let_frame(link: WallLink, origins: list[str], by: By) -> bool:
    """Change which origins may frame a link's wall. False as for `rename`."""
    frames = " ".join(origins)
    given = (_OPEN | Q(why=What.EXPIRED)) & Q(frames=link.frames) & ~Q(frames=frames)
    detail = note(Code.FRAMES, origins=", ".join(origins)) if origins else note(Code.NO_FRAMES)
    return _change(link, What.FRAMED, by, detail, given=given, frames=frames)


def show_in_turn(link: WallLink, seconds: dict[Wall, int], by: By) -> bool:
    """Let a link show these walls in turn, each so long; with fewer than two it shows its own wall.

    False as for `rename`.
    """
    turns = seconds if len(seconds) > 1 else {}
    words = ", ".join(f"{wall.title} {lasts} s" for wall, lasts in turns.items())
    with transaction.atomic():
        given = _OPEN | Q(why=What.EXPIRED)
        if WallLink.objects.select_for_update(no_key=True).filter(given, pk=link.pk).first() is None:
            return False
        before = [(turn.wall_id, turn.seconds) for turn in link.turns.all()]
        if before == [(wall.pk, lasts) for wall, lasts in turns.items()]:
            return False
        link.turns.all().delete()
        LinkTurn.objects.bulk_create(LinkTurn(link=link, wall=wall, seconds=lasts) for wall, lasts in turns.items())
        link_events.note(link, What.TURNS, by, note(Code.TURNS, walls=words) if turns else note(Code.NO_TURNS))
    link_cache.forget()
    return True


def revoke(link: WallLink, by: By = NOBODY) -> bool:
    """End a link: its screens say so at their next poll. False if it has ended already."""
    return _change(link, What.REVOKED, by, given=_OPEN, ended=timezone.now(), why=What.REVOKED)


def delete(wall: Wall, by: By) -> None:
    """Delete a wall. The record keeps that its links ended."""
    with transaction.atomic():
        for link in wall.links.filter(ended=None):
            link_events.note(link, What.DELETED, by)
        _keep_spent_hashes(wall.links.all())
        wall.delete()
    link_cache.forget()


def delete_site(site: Site) -> None:
    """Delete a site with everything stored about it. The screens of its walls say that their link has ended."""
    with transaction.atomic(), append_only.allow_purge():
        Site.objects.select_for_update().filter(pk=site.pk).first()  # nobody sums up its days meanwhile
        _keep_spent_hashes(WallLink.objects.filter(wall__site=site))
        Snapshot.forget(site.snapshots.all())  # no refresh can store anything from here on
        site.delete()
    link_cache.forget()


def _keep_spent_hashes(links: QuerySet[WallLink]) -> None:
    """Keep the hashes of links that are about to be deleted, so that their screens get an answer."""
    spent = links.values_list("secret_hash", "wall__language")
    SpentSecret.objects.bulk_create(
        SpentSecret(secret_hash=secret_hash, language=language) for secret_hash, language in spent
    )


def note_ends() -> None:
    """Record the end of links that ended by themselves: they expired, or their owner lost access.

    Access that is given back does not bring such a link back. A link that is extended meanwhile does not end.
    """
    lapsed = list(link_cache.lapsed_links().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(lapsed), ENDS_BATCH):
        _note_ends(lapsed[start : start + ENDS_BATCH])


def note_end(secret: str) -> None:
    """The same for only the link with this secret: its screens ask often, and many links may end at once."""
    _note_ends(list(WallLink.objects.filter(_OPEN, secret_hash=hash_secret(secret)).values_list("pk", flat=True)))


def _note_ends(link_ids: list[int]) -> None:
    if not link_ids:
        return
    with transaction.atomic():
        # Lock the rows first, in one order, and query them afterwards: if PostgreSQL has to wait for a lock, it checks
        # again only the conditions on the row itself. Any of these links that is ended below was ended here.
        rows = WallLink.objects.select_for_update(no_key=True).filter(_OPEN, pk__in=link_ids).order_by("pk")
        locked = WallLink.objects.filter(pk__in=[link.pk for link in rows])
        lapsed = link_cache.lapsed_links()
        now = timezone.now()  # taken after the query, so a link that expired in between counts as expired
        locked.filter(_OPEN, expires__lte=now).update(ended=F("expires"), why=What.EXPIRED)
        locked.filter(_OPEN, pk__in=lapsed.values("pk")).update(ended=now, why=What.ACCESS)
        link_events.note_ends(locked.exclude(ended=None).select_related("wall", "owner"))
    link_cache.forget()


def ending_soon(owner: User) -> QuerySet[WallLink]:
    """An owner's links that expire soon, the first to expire first."""
    now = timezone.now()
    return (
        link_cache.valid_links()
        .filter(owner=owner, expires__range=(now, now + EXPIRY_WARNING))
        .select_related("wall__site")
        .order_by("expires")
    )


def _change(link: WallLink, what: What, by: By, detail: Note | None = None, *, given: Q, **values: Any) -> bool:
    """Change a link and record that, if it still meets the condition `given`. False if it does not."""
    with transaction.atomic():
        if WallLink.objects.filter(given, pk=link.pk).update(**values) != 1:
            return False
        link_events.note(link, what, by, detail)
    link_cache.forget()
    return True
