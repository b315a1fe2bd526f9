"""Pairing: a screen shows a code, a supervisor enters it, and the screen becomes a wall.

The screen's address holds a token made for it. Whoever enters the code makes a link whose secret is that very token,
so that no secret is kept here, not for a moment.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from livechat.models import Pairing, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import links

LASTS = timedelta(minutes=10)
MOST = 2000  # screens that wait at one time
LETTERS = "ACDEFHJKLMNPRTUVWXY34679"  # none that looks like another from six metres
LENGTH = 8


class Gone(Exception):
    """No screen shows this code: it is wrong, was used, or has expired."""


def begin() -> str:
    """Let a screen wait; its token, which is not kept. Where too many wait, those that have waited longest go.

    Whoever asks for codes from many addresses would else keep every other screen out until his have expired. A screen
    whose code went asks for another by itself.
    """
    forget_old()
    token = secrets.token_urlsafe(links.SECRET_BYTES)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    Pairing.objects.create(token_hash=links.hashed(token), code=code, expires=timezone.now() + LASTS)
    longest = list(Pairing.objects.order_by("-pk").values_list("pk", flat=True)[MOST:])
    Pairing.objects.filter(pk__in=longest).delete()
    return token


def waiting(token: str) -> Pairing | None:
    """The screen with this token, if it still waits."""
    return Pairing.objects.filter(token_hash=links.hashed(token), expires__gt=timezone.now()).first()


def normal(code: str) -> str:
    """A code as it is kept, however it was typed."""
    return "".join(code.split()).replace("-", "").upper()


def claim(code: str, wall: Wall, label: str, *, days: int | None, by: By) -> WallLink:
    """Turn the screen that shows a code into a wall, by a link that ends after so many days. Raises Gone."""
    with transaction.atomic():
        found = Pairing.objects.filter(code=normal(code), expires__gt=timezone.now()).first()
        if found is None or Pairing.objects.filter(pk=found.pk).delete()[0] != 1:
            raise Gone
        return links.pair(wall, label, found.token_hash, days=days, by=by)


def forget_old() -> None:
    """Delete the screens that have waited too long."""
    Pairing.objects.filter(expires__lte=timezone.now()).delete()
