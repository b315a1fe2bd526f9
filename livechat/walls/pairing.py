"""Pairing: a screen shows a code, a supervisor enters it, and the screen becomes a wall.

The screen's address holds a token that was made for this screen. Entering the code makes a link whose secret is the
same token. So no secret is stored here at any time, only its hash.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from livechat.models import Pairing, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import links

CODE_LIFETIME = timedelta(minutes=10)
MAX_WAITING_SCREENS = 2000
CODE_LETTERS = "ACDEFHJKLMNPRTUVWXY34679"  # none looks like another from six metres away
CODE_CHARS = 8


class UnknownCode(Exception):
    """No screen shows this code: it is wrong, was used, or has expired."""


def begin() -> str:
    """Let a screen wait. Returns its token, which is not stored.

    If too many screens wait, the ones that have waited longest lose their place. Otherwise a client that asks for
    codes from many addresses could keep every other screen out until its codes expire. A screen that loses its place
    asks for another code by itself.
    """
    delete_expired()
    token = secrets.token_urlsafe(links.SECRET_BYTES)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_CHARS))
    Pairing.objects.create(token_hash=links.hash_secret(token), code=code, expires=timezone.now() + CODE_LIFETIME)
    oldest = list(Pairing.objects.order_by("-pk").values_list("pk", flat=True)[MAX_WAITING_SCREENS:])
    Pairing.objects.filter(pk__in=oldest).delete()
    return token


def find_waiting(token: str) -> Pairing | None:
    """The screen with this token, if it still waits."""
    return Pairing.objects.filter(token_hash=links.hash_secret(token), expires__gt=timezone.now()).first()


def normalized(code: str) -> str:
    """A code as it is stored, whatever way it was typed."""
    return "".join(code.split()).replace("-", "").upper()


def claim(code: str, wall: Wall, label: str, *, days: int | None, by: By) -> WallLink:
    """Turn the screen that shows this code into a wall, by a link that expires after `days` (None: never).

    Raises UnknownCode.
    """
    with transaction.atomic():
        screen = Pairing.objects.filter(code=normalized(code), expires__gt=timezone.now()).first()
        if screen is None or Pairing.objects.filter(pk=screen.pk).delete()[0] != 1:
            raise UnknownCode
        return links.make_paired_link(wall, label, screen.token_hash, days=days, by=by)


def delete_expired() -> None:
    """Delete the screens whose code has expired."""
    Pairing.objects.filter(expires__lte=timezone.now()).delete()
