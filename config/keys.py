"""The two secrets of an installation that nobody has configured yet.

SECRET_KEY signs sessions; SEALING_KEYS ("id:base64url of 32 bytes", several separated by commas,
the first seals and all open) protects stored credentials. With SQLite they may be made once, in
DATA_DIR/keys.env. They are never made a second time: a database that outlived its keys needs the
old ones, and a silent new pair would make every stored credential unreadable.
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
    """SEALING_KEYS one by one, without the blanks around them. Raises ImproperlyConfigured for a malformed one."""
    found = [key.strip() for key in text.split(",") if key.strip()]
    vault.parse(found)
    return found


def ensure(data_dir: Path, database: Path) -> Path:
    """Return DATA_DIR/keys.env, made now if this installation has neither keys nor data.

    Raises ImproperlyConfigured where the database already holds data but the keys are gone, and
    where the folder cannot be written.
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
    """Put the keys of DATA_DIR/keys.env, made now where they may be, into the environment.

    What the environment has goes first. Raises ImproperlyConfigured as `ensure` does, and where a key is still missing.
    """
    path = data_dir / "keys.env"
    try:
        text = ensure(data_dir, database).read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read: {error.strerror}. It belongs to whoever ran manage.py here first. Run all of it "
            f"as one user, and give him {data_dir} with all that is in it (chown -R)."
        ) from error
    environ.Env.read_env(io.StringIO(text))
    missing = [name for name in NAMES if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(
            f"{' and '.join(missing)} cannot be found: neither {path} nor the environment says it, or the environment "
            "says that it is empty. Restore the file, or set both names."
        )
