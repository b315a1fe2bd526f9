"""Wall links: made, found by their secret, ended."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from livechat.live import linkbook
from livechat.models import Wall, WallLink

SECRET_BYTES = 32  # 256 bits


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
    return WallLink.objects.filter(secret_hash=hashed(secret)).first()


def revoke(link: WallLink) -> None:
    """End a link: its screens say so at their next poll."""
    WallLink.objects.filter(pk=link.pk, revoked=None).update(revoked=timezone.now())
    linkbook.forget()
