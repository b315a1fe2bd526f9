"""Whether a process may serve: the database fits this version of the code, and its keys open what is stored."""

from dataclasses import dataclass

from django.db import Error

from livechat.lib import database, ttl_cache, vault
from livechat.models import Connection

OK = "ok"
LOOK_SECONDS = 60.0  # between two looks of the upkeep


@dataclass
class _Memory:
    fits: bool = False  # whether migrations and keys were in order when the database last answered


_memory = _Memory()


def look() -> tuple[bool, dict[str, str]]:
    """Whether this process may serve, and a word for each of database, migrations and keys.

    A database that fails does not undo what it said before: the process still serves its walls.
    """
    words = {"database": OK, "migrations": OK, "keys": OK}
    try:
        if mismatch := database.mismatch():
            words["migrations"] = mismatch
        else:
            newest = Connection.objects.order_by("-stored").first()
            if newest:
                newest.credential()
        _memory.fits = words["migrations"] == OK
    except vault.CannotOpen:
        words["keys"] = "the newest credential cannot be opened"
        _memory.fits = False
    except Error as error:
        words["database"] = f"degraded: {type(error).__name__}"
        if not _memory.fits:
            words |= dict.fromkeys(("migrations", "keys"), "not known yet")
    return _memory.fits, words


@ttl_cache.forgets
def forget() -> None:
    """As if the process had just started."""
    _memory.fits = False
