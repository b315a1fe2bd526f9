"""A PostgreSQL server of the tests' own: a new cluster in a temporary folder, gone afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import machine
from tests.support import packages
from tests.support.ports import free_port

QUICK = ("fsync=off", "synchronous_commit=off")  # nothing of a test must outlive a power cut


def binaries() -> Path | None:
    """Where initdb and postgres are, if they are installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def ensure() -> Path:
    """The folder of the binaries. Installs them by apt-get if they are missing; exits with 1 if that fails."""
    folder = binaries()
    if folder is None and packages.install("postgresql"):
        folder = binaries()
    if folder is None:
        sys.exit("PostgreSQL is needed for its tests and could not be installed. Install it, then run again.")
    return folder


class Server:
    """A server that can be stopped and frozen. PostgreSQL refuses to run as root, so root lends it a lesser user."""

    def __init__(self, base: Path, port: int, settings: Sequence[str] = QUICK) -> None:
        self.data, self.log, self.url = base / "data", base / "log", f"postgresql://tests@127.0.0.1:{port}/postgres"
        self._folder = ensure()
        lesser: dict[str, str] = {}
        if os.geteuid() == 0:
            shutil.chown(base, "postgres", "postgres")
            lesser = {"user": "postgres", "group": "postgres"}
        self._how: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": base, **lesser}
        where = f"-c listen_addresses=127.0.0.1 -p {port} -k {base}"
        self._options = " ".join((where, *(f"-c {one}" for one in settings)))
        subprocess.run(
            [self._folder / "initdb", "-D", self.data, "-U", "tests", "-A", "trust", "-E", "UTF8", "-N"], **self._how
        )

    def _control(self, *arguments: object) -> None:
        subprocess.run([self._folder / "pg_ctl", "-D", self.data, "-w", *arguments], **self._how)

    def start(self) -> None:
        """Start it."""
        self._control("-l", self.log, "-o", self._options, "start")

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        self._control("-m", "immediate", "stop")

    def freeze(self) -> None:
        """Let none of its processes do anything. Their connections stay open, and new ones are taken by the kernel."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        for one in machine.family(pid):
            os.kill(one, number)


@contextmanager
def running(settings: Sequence[str] = QUICK) -> Iterator[Server]:
    """A running server in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="livechat-pg-") as base:
        server = Server(Path(base), free_port(), settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def server(settings: Sequence[str] = QUICK) -> Iterator[str]:
    """A running server; yields its database URL."""
    with running(settings) as found:
        yield found.url


if __name__ == "__main__":
    ensure()
