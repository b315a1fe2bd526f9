"""Wall links: made, found by their secret, ended."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from livechat.models import Membership, Wall, WallLink

SECRET_BYTES = 32  # 256 bits
SEEN_EVERY = timedelta(minutes=1)


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_link(wall: Wall, owner: User, label: str, *, days: int | None, secret: str = "") -> tuple[WallLink, str]:
    """Make a link that ends after so many days (none: never). Returns it with its secret, which is not kept."""
    secret = secret or secrets.token_urlsafe(SECRET_BYTES)
    expires = None if days is None else timezone.now() + timedelta(days=days)
    link = WallLink.objects.create(
        wall=wall, owner_id=owner.pk, label=label, secret_hash=hashed(secret), expires=expires
    )
    return link, secret


def find(secret: str) -> WallLink | None:
    """The link of a secret, ended or not."""
    rows = WallLink.objects.select_related("wall__site__shared", "owner")
    return rows.filter(secret_hash=hashed(secret)).first()


def holds(link: WallLink) -> bool:
    """Whether a link still opens its wall: not revoked, not expired, its owner still of the site."""
    now = timezone.now()
    if link.revoked or (link.expires and link.expires <= now) or not link.owner.is_active:
        return False
    return link.owner.is_superuser or Membership.objects.filter(user=link.owner, site=link.wall.site_id).exists()


def note_seen(link: WallLink) -> None:
    """Note that a screen uses a link, at most once a minute."""
    now = timezone.now()
    if link.seen is None or now - link.seen > SEEN_EVERY:
        WallLink.objects.filter(Q(seen=None) | Q(seen__lt=now - SEEN_EVERY), pk=link.pk).update(seen=now)


def revoke(link: WallLink) -> None:
    """End a link: its screens say so at their next poll."""
    WallLink.objects.filter(pk=link.pk, revoked=None).update(revoked=timezone.now())
