"""A PostgreSQL server of the tests' own: a new cluster in a temporary folder, gone afterwards."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support import packages

QUICK = ("fsync=off", "synchronous_commit=off")  # nothing of a test must outlive a power cut


def binaries() -> Path | None:
    """Where initdb and postgres are, if they are installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def ensure() -> Path:
    """The binaries, installed by apt-get where the user is root. Exits with 1 where neither works."""
    folder = binaries()
    if folder is None and packages.install("postgresql"):
        folder = binaries()
    if folder is None:
        sys.exit("PostgreSQL is needed for its tests and could not be installed. Install it, then run again.")
    return folder


@contextmanager
def server(settings: Sequence[str] = QUICK) -> Iterator[str]:
    """A running server; yields its database URL. PostgreSQL refuses to run as root, so root lends it a lesser user."""
    folder = ensure()
    with tempfile.TemporaryDirectory(prefix="livechat-pg-") as base, socket.socket() as probe:
        data = Path(base) / "data"
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        lesser: dict[str, str] = {}
        if os.geteuid() == 0:
            shutil.chown(base, "postgres", "postgres")
            lesser = {"user": "postgres", "group": "postgres"}
        run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": base, **lesser}
        subprocess.run([folder / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "-N"], **run)
        options = " ".join((f"-c listen_addresses=127.0.0.1 -p {port} -k {base}", *(f"-c {one}" for one in settings)))
        control = [folder / "pg_ctl", "-D", data, "-w"]
        subprocess.run([*control, "-l", Path(base) / "log", "-o", options, "start"], **run)
        try:
            yield f"postgresql://tests@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **run)


if __name__ == "__main__":
    ensure()
