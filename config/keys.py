"""The two secrets of an installation that no one has configured yet.

SECRET_KEY signs sessions. SEALING_KEYS ("id:base64url of 32 bytes", several separated by commas; the first one seals,
all of them open) protects stored credentials. With SQLite they may be made once, in DATA_DIR/keys.env. They are never
made a second time: if the keys are lost, the database needs the old ones, and new ones would make every stored
credential unreadable without a word.
"""

import base64
import io
import os
import secrets
import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from livechat.lib import vault
from livechat.lib.files import write_once

NAMES: tuple[str, ...] = ("SECRET_KEY", "SEALING_KEYS")


def new_sealing_key() -> str:
    """One sealing key with a random id, as SEALING_KEYS holds it."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return f"k{secrets.token_hex(3)}:{key}"


def sealing(text: str) -> list[str]:
    """The keys of SEALING_KEYS without blanks around them. Raises ImproperlyConfigured for a malformed one."""
    found = [key.strip() for key in text.split(",") if key.strip()]
    vault.parse(found)
    return found


def ensure(data_dir: Path, database: Path) -> Path:
    """Return DATA_DIR/keys.env. It is made now if this installation has neither keys nor data.

    Raises ImproperlyConfigured if the database holds data but the keys are gone, or if the folder cannot be written.
    """
    path = data_dir / "keys.env"
    if path.exists():
        return path
    if database.exists() and database.stat().st_size:
        raise ImproperlyConfigured(
            f"{path} is missing but {database} holds data sealed with it. "
            "Restore the file, or set SECRET_KEY and SEALING_KEYS."
        )
    text = f"SECRET_KEY={secrets.token_urlsafe(48)}\nSEALING_KEYS={new_sealing_key()}\n"
    if write_once(path, text):
        print(f"Made the secret keys of this installation: {path}. Back it up.", file=sys.stderr)  # noqa: T201
    return path


def load(data_dir: Path, database: Path) -> None:
    """Put the keys of DATA_DIR/keys.env into the environment. They are made now if that is allowed.

    The environment has precedence. Raises ImproperlyConfigured as `ensure` does, and if a key is still missing.
    """
    path = data_dir / "keys.env"
    try:
        text = ensure(data_dir, database).read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read: {error.strerror}. It belongs to the user who ran manage.py here first. Run all "
            f"of it as one user, and give that user {data_dir} with everything in it (chown -R)."
        ) from error
    environ.Env.read_env(io.StringIO(text))
    missing = [name for name in NAMES if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(
            f"{' and '.join(missing)} cannot be found: neither {path} nor the environment has a value, or the "
            "environment has an empty one. Restore the file, or set both names."
        )
