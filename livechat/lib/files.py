"""Private files that are written once."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def make_private_folder(folder: Path) -> None:
    """Make a folder that is missing, for its owner alone (mode 0700). Raises ImproperlyConfigured.

    SQLite makes its file readable to whoever gets at it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{folder} cannot be written: {error.strerror}.") from error


def write_once(path: Path, text: str) -> bool:
    """Put a private file (mode 0600) in place whole, or leave the one that is there; True if written.

    A folder that is missing is made private too.

    The text is written beside it and linked into place, so two processes that start together agree
    on one file and nobody reads half of it.
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
