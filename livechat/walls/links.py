"""Wall links: made, found by their secret, paused, given a new secret or another end, ended. Each step is recorded."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from livechat.models import LinkEvent, Site, SpentSecret, Wall, WallLink, append_only
from livechat.record import link_events
from livechat.record.link_events import NOBODY, By
from livechat.walls import link_cache

SECRET_BYTES = 32  # 256 bits
EXPIRY_WARNING = timedelta(days=14)  # before a link ends its owner is told
ENDS_BATCH = 500  # links whose end is noted in one transaction
What = LinkEvent.What
_OPEN = Q(ended=None)


def hash_secret(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_link(
    wall: Wall, owner: User, label: str, *, days: int | None, secret: str = "", address: str = ""
) -> tuple[WallLink, str]:
    """Make a link that ends after so many days (none: never). Returns it with its secret, which is not kept."""
    secret = secret or secrets.token_urlsafe(SECRET_BYTES)
    return _create(wall, label, hash_secret(secret), days, What.MADE, By(owner, address)), secret


def make_paired_link(wall: Wall, label: str, token_hash: str, *, days: int | None, by: By) -> WallLink:
    """Make a link of the token that a screen has made up: the screen alone knows it."""
    return _create(wall, label, token_hash, days, What.PAIRED, by)


def _create(wall: Wall, label: str, secret_hash: str, days: int | None, what: What, by: By) -> WallLink:
    link = WallLink(wall=wall, owner=by.user, label=label, secret_hash=secret_hash, expires=_after(days))
    with transaction.atomic():
        link.save()
        link_events.note(link, what, by, detail=_until(link.expires))
    link_cache.forget()
    return link


def _after(days: int | None) -> datetime | None:
    return None if days is None else timezone.now() + timedelta(days=days)


def _until(expires: datetime | None) -> str:
    return "" if expires is None else f"until {date_format(timezone.localtime(expires), 'j M Y H:i')}"


def ever_existed(secret: str) -> bool:
    """Whether there is a link with this secret, or was one."""
    kept = {"secret_hash": hash_secret(secret)}
    return WallLink.objects.filter(**kept).exists() or SpentSecret.objects.filter(**kept).exists()


def language_of(secret: str) -> str:
    """The language of the wall that a secret leads or led to; empty where that is not known."""
    found = Wall.objects.filter(links__secret_hash=hash_secret(secret)).values_list("language", flat=True)
    spent = SpentSecret.objects.filter(secret_hash=hash_secret(secret)).values_list("language", flat=True)
    return found.first() or spent.first() or ""


def pause(link: WallLink, by: By) -> bool:
    """Let its screens say that they are paused. False where it was paused or had ended already."""
    return _change(link, What.PAUSED, by, given=_OPEN & Q(paused=None), paused=timezone.now())


def resume(link: WallLink, by: By) -> bool:
    """Let its screens show the wall again. False where it was not paused."""
    return _change(link, What.RESUMED, by, given=_OPEN & Q(paused__isnull=False), paused=None)


def rotate(link: WallLink, by: By) -> str:
    """Give a link a new secret, which is returned: the old address ends at once. Empty where the link has ended."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    given = _OPEN & Q(secret_hash=link.secret_hash)  # of two who rotate at once, one gets an address that holds
    with transaction.atomic():
        if not _change(link, What.ROTATED, by, given=given, secret_hash=hash_secret(secret)):
            return ""
        SpentSecret.objects.create(secret_hash=link.secret_hash, language=link.wall.language)
    return secret


def extend(link: WallLink, days: int | None, by: By) -> bool:
    """Let a link end so many days from now (none: never). One that has expired holds again; False for any other end.

    It belongs to whoever does so: its owner may have lost the right to make walls, and then it would not hold.
    """
    expires = _after(days)
    given = _OPEN | Q(why=What.EXPIRED)
    detail = _until(expires) or "without end"
    return _change(link, What.EXTENDED, by, detail, given=given, owner=by.user, expires=expires, ended=None, why="")


def rename(link: WallLink, label: str, by: By) -> bool:
    """Call a link something else; its record has both labels. False where it is called so, or has ended for good."""
    given = (_OPEN | Q(why=What.EXPIRED)) & Q(label=link.label) & ~Q(label=label)
    return _change(link, What.RENAMED, by, f"from “{link.label}” to “{label}”", given=given, label=label)


def revoke(link: WallLink, by: By = NOBODY) -> bool:
    """End a link: its screens say so at their next poll. False where it had ended before."""
    return _change(link, What.REVOKED, by, given=_OPEN, ended=timezone.now(), why=What.REVOKED)


def delete(wall: Wall, by: By) -> None:
    """Delete a wall; the ends of its links stay in the record."""
    with transaction.atomic():
        for link in wall.links.filter(ended=None):
            link_events.note(link, What.DELETED, by)
        _keep_spent_hashes(wall.links.all())
        wall.delete()
    link_cache.forget()


def delete_site(site: Site) -> None:
    """Delete a site with everything kept about it; the screens of its walls say that their link has ended."""
    with transaction.atomic(), append_only.allow_purge():
        _keep_spent_hashes(WallLink.objects.filter(wall__site=site))
        site.delete()
    link_cache.forget()


def _keep_spent_hashes(found: QuerySet[WallLink]) -> None:
    """Keep the hashes of links that are about to be deleted."""
    spent = found.values_list("secret_hash", "wall__language")
    SpentSecret.objects.bulk_create(SpentSecret(secret_hash=each, language=language) for each, language in spent)


def note_ends() -> None:
    """End, and put into the record, what has ended by itself: links that expired, or whose owner lost his access.

    Access that comes back does not bring such a link back. Whoever extends a link meanwhile keeps it.
    """
    found = list(link_cache.lapsed_links().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(found), ENDS_BATCH):
        _note_ends(found[start : start + ENDS_BATCH])


def note_end(secret: str) -> None:
    """The same for the link with this secret alone: its screens ask often, and many may end at once."""
    _note_ends(list(WallLink.objects.filter(_OPEN, secret_hash=hash_secret(secret)).values_list("pk", flat=True)))


def _note_ends(found: list[int]) -> None:
    if not found:
        return
    with transaction.atomic():
        # TtlCache first, in one order, and looked at then: PostgreSQL, where it has waited for another's change, asks
        # anew only what the row itself says. What is ended of these afterwards was ended here.
        rows = WallLink.objects.select_for_update(no_key=True).filter(_OPEN, pk__in=found).order_by("pk")
        held = WallLink.objects.filter(pk__in=[link.pk for link in rows])
        over = link_cache.lapsed_links()
        now = timezone.now()  # later than what they are compared with: what expired meanwhile has expired
        held.filter(_OPEN, expires__lte=now).update(ended=F("expires"), why=What.EXPIRED)
        held.filter(_OPEN, pk__in=over.values("pk")).update(ended=now, why=What.ACCESS)
        link_events.note_ends(held.exclude(ended=None).select_related("wall", "owner"))
    link_cache.forget()


def ending_soon(owner: User) -> QuerySet[WallLink]:
    """The links of an owner that end soon, the first to end first."""
    now = timezone.now()
    return (
        link_cache.valid_links()
        .filter(owner=owner, expires__range=(now, now + EXPIRY_WARNING))
        .select_related("wall__site")
        .order_by("expires")
    )


def _change(link: WallLink, what: What, by: By, detail: str = "", *, given: Q, **values: Any) -> bool:
    """Change a link where something holds of it still, and record that. False where it does not hold any more."""
    with transaction.atomic():
        if WallLink.objects.filter(given, pk=link.pk).update(**values) != 1:
            return False
        link_events.note(link, what, by, detail=detail)
    link_cache.forget()
    return True
