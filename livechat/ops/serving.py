"""What `serve` and `demo` share: preparing an installation, and its processes."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command

from livechat.lib import database, listening
from livechat.ops.supervisor import Child, Supervisor

MANAGE = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]


def web(port: int, env: Mapping[str, str]) -> Child:
    """gunicorn with the project's settings."""
    argv = [sys.executable, "-m", "gunicorn", "-c", str(Path(settings.BASE_DIR) / "config" / "gunicorn.py")]
    return Child("web", [*argv, "--chdir", str(settings.BASE_DIR)], {**env, "PORT": str(port)})


def collector(env: Mapping[str, str]) -> Child:
    """The collector."""
    return Child("collector", [*MANAGE, "collect"], env)


def prepare() -> None:
    """Migrate an SQLite database and collect the static files of this build. Raises CommandError as these do."""
    prepare_database()
    collect_static()


def prepare_database() -> None:
    """Migrate an SQLite database.

    Raises CommandError: if the database is damaged or of a newer version, and also if another kind of database is not
    migrated, because its administrators choose the time.
    """
    if settings.SQLITE and (damage := database.damage()):
        raise CommandError(f"The database {settings.DATABASE_FILE} is damaged: {damage}. Restore a backup.")
    check_migrations(but=database.PENDING if settings.SQLITE else "")
    if settings.SQLITE:
        call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> None:
    """Collect the static files of this build, unless they are there. Raises CommandError if that fails."""
    root = Path(settings.STATIC_ROOT)
    if not (root / "staticfiles.json").exists():
        if root.parent.name == "static" and root.parent.parent == settings.DATA_DIR:
            shutil.rmtree(root.parent, ignore_errors=True)
        # django_htmx has five copies of htmx that no page uses, and compressing them takes longer than all the rest.
        argv = [*MANAGE, "collectstatic", "--noinput", "--verbosity", "0", "--ignore", "django_htmx"]
        done = subprocess.run(argv, env={**os.environ, "COLLECTING": "1"}, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError("The static files could not be collected.")


def check_migrations(*, but: str = "") -> None:
    """Raise CommandError if the database is of an older or a newer version than this code, except for `but`."""
    mismatch = database.mismatch()
    if mismatch not in {"", but}:
        raise CommandError(f"The database's migrations are {mismatch}.")


def check_port(host: str, port: int, name: str) -> None:
    """Raise CommandError if the server cannot listen there. It names the variable to change: HOST or `name`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET  # gunicorn decides in the same way
    try:
        address = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)[0][4]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (socket.gaierror, UnicodeError) as error:
        raise CommandError(f"{host!r} is no address of this machine ({error}). Set HOST.") from error
    except OSError as error:
        if error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
            raise CommandError(f"{host!r} is no address of this machine ({error.strerror}). Set HOST.") from error
        raise CommandError(f"Port {port} is taken or not allowed ({error.strerror}). Set {name}.") from error


def check_front(host: str) -> None:
    """Raise CommandError if clients would reach gunicorn without a proxy in front (BEHIND_PROXY)."""
    reason = listening.refusal(host, os.environ.get("BEHIND_PROXY", ""))
    if reason:
        raise CommandError(reason)


def host() -> str:
    """The address that the web listens on: HOST. An IPv6 address has no brackets."""
    return (os.environ.get("HOST") or "127.0.0.1").strip("[]")


def number(name: str, default: int) -> int:
    """A whole number from the environment. Raises CommandError for anything else."""
    text = os.environ.get(name, "") or str(default)
    if not text.isascii() or not text.isdigit():
        raise CommandError(f"{name} is {text!r}; it must be a whole number.")
    return int(text)


def port(name: str, default: int) -> int:
    """The number of a port from the environment. Raises CommandError for anything else."""
    found = number(name, default)
    if not 0 < found < 65536:
        raise CommandError(f"{name} is {found}; it must be a port's number, from 1 to 65535.")
    return found


def wait_for(url: str, supervisor: Supervisor, *, seconds: float = 60.0) -> bool:
    """Wait until an address answers. Returns False if it must stop first. Raises CommandError when time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if supervisor.stopping.wait(0.1):
            return False
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  # nosec B310  (our own loopback address)
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            continue
    raise CommandError(f"{url} did not answer within {seconds:.0f} s.")
