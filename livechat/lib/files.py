"""Private files and folders."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def make_private_folder(folder: Path) -> None:
    """Make a folder for its owner alone (mode 0700), if it is missing. Raises ImproperlyConfigured.

    SQLite itself makes its file readable for every user of the machine.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{folder} cannot be written: {error.strerror}.") from error


def keep_private(path: Path) -> None:
    """Take a file's rights from all others, if it is there and this user's."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    if found.st_uid == os.geteuid() and found.st_mode & 0o077:
        path.chmod(0o600)


def write_once(path: Path, text: str) -> bool:
    """Write a private file (mode 0600), unless it exists. Returns True if it was written.

    If its folder is missing, the folder is made private too. The text is written to another file and linked into
    place: two processes that start together agree on one file, and no one reads half of it.
    """
    make_private_folder(path.parent)
    try:
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be written: {error.strerror}.") from error
    return True
