"""What `serve` and `demo` share: preparing an installation, and the processes it is made of."""

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

from livechat.supervisor import Child, Supervisor

MANAGE = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]


def web(port: int, env: Mapping[str, str]) -> Child:
    """gunicorn with the project's settings."""
    argv = [sys.executable, "-m", "gunicorn", "-c", str(Path(settings.BASE_DIR) / "config" / "gunicorn.py")]
    return Child("web", [*argv, "--chdir", str(settings.BASE_DIR)], {**env, "PORT": str(port)})


def collector(env: Mapping[str, str]) -> Child:
    """The collector."""
    return Child("collector", [*MANAGE, "collect"], env)


def prepare() -> None:
    """Migrate an SQLite database and collect the static files of this build. Raises CommandError."""
    if settings.SQLITE:
        call_command("migrate", verbosity=0, interactive=False)
    root = Path(settings.STATIC_ROOT)
    if not (root / "staticfiles.json").exists():
        if root.parent.name == "static" and root.parent.parent == settings.DATA_DIR:
            shutil.rmtree(root.parent, ignore_errors=True)
        # django_htmx brings five copies of htmx that no page asks for, and compressing them takes longer than the rest.
        argv = [*MANAGE, "collectstatic", "--noinput", "--verbosity", "0", "--ignore", "django_htmx"]
        done = subprocess.run(argv, env={**os.environ, "COLLECTING": "1"}, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError("The static files could not be collected.")


def check_port(host: str, port: int, name: str) -> None:
    """Raise CommandError where an address cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Port {port} is taken or not allowed ({error.strerror}). Set {name}.") from error


def number(name: str, default: int) -> int:
    """A whole number from the environment. Raises CommandError for anything else."""
    text = os.environ.get(name, "") or str(default)
    if not text.isascii() or not text.isdigit():
        raise CommandError(f"{name} is {text!r}; it must be a whole number.")
    return int(text)


def wait_for(url: str, supervisor: Supervisor, *, seconds: float = 60.0) -> bool:
    """Wait until an address answers; False when told to stop meanwhile. Raises CommandError when time is up."""
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
