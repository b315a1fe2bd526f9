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

CODE_LIFETIME = timedelta(minutes=10)
MAX_WAITING_SCREENS = 2000  # screens that wait at one time
CODE_LETTERS = "ACDEFHJKLMNPRTUVWXY34679"  # none that looks like another from six metres
CODE_CHARS = 8


class UnknownCode(Exception):
    """No screen shows this code: it is wrong, was used, or has expired."""


def begin() -> str:
    """Let a screen wait; its token, which is not kept. Where too many wait, those that have waited longest go.

    Whoever asks for codes from many addresses would else keep every other screen out until his have expired. A screen
    whose code went asks for another by itself.
    """
    delete_expired()
    token = secrets.token_urlsafe(links.SECRET_BYTES)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_CHARS))
    Pairing.objects.create(token_hash=links.hash_secret(token), code=code, expires=timezone.now() + CODE_LIFETIME)
    longest = list(Pairing.objects.order_by("-pk").values_list("pk", flat=True)[MAX_WAITING_SCREENS:])
    Pairing.objects.filter(pk__in=longest).delete()
    return token


def find_waiting(token: str) -> Pairing | None:
    """The screen with this token, if it still waits."""
    return Pairing.objects.filter(token_hash=links.hash_secret(token), expires__gt=timezone.now()).first()


def normalized(code: str) -> str:
    """A code as it is kept, however it was typed."""
    return "".join(code.split()).replace("-", "").upper()


def claim(code: str, wall: Wall, label: str, *, days: int | None, by: By) -> WallLink:
    """Turn the screen that shows a code into a wall, by a link that ends after so many days. Raises UnknownCode."""
    with transaction.atomic():
        found = Pairing.objects.filter(code=normalized(code), expires__gt=timezone.now()).first()
        if found is None or Pairing.objects.filter(pk=found.pk).delete()[0] != 1:
            raise UnknownCode
        return links.make_paired_link(wall, label, found.token_hash, days=days, by=by)


def delete_expired() -> None:
    """Delete the screens that have waited too long."""
    Pairing.objects.filter(expires__lte=timezone.now()).delete()
