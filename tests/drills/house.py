"""The bench's installation, with collectors that can be killed and one more link; and how long a drill is."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.bench.house import ENDING, ROOT, STARTING, House
from tests.drills.store import Store

COLLECT = [sys.executable, str(ROOT / "manage.py"), "collect"]
TUNED = [sys.executable, "-m", "tests.drills.tuned"]
PRODUCT = "config.wsgi:application"
COMPLAINTS = ("Traceback", "Internal Server Error", "locked")

Found = TypeVar("Found")


@dataclass(frozen=True)
class Size:
    """How long and how often."""

    kills: int = 50
    silences: int = 50
    polls: int = 200_000
    warm_up: int = 6_000
    phase: float = 90.0  # seconds that a clock stands where it was set
    writing: float = 60.0
    displays: int = 100
    refreshes: int = 10_000
    pairs: int = 100
    frozen: float = 60.0  # seconds of a database that is silent
    stopped: float = 20.0
    outbox_kills: int = 400
    alert_days: int = 7


QUICK = Size(
    kills=3,
    silences=3,
    polls=10_000,
    warm_up=2_000,
    phase=20.0,
    writing=10.0,
    refreshes=1_000,
    pairs=8,
    frozen=8.0,
    stopped=8.0,
    outbox_kills=40,
    alert_days=1,
)


class Worker:
    """A process that answers no requests; what it says goes to `log`."""

    def __init__(self, argv: list[str], env: Mapping[str, str], log: Path) -> None:
        self.argv, self.env, self.log = argv, dict(env), log
        self.start()

    def start(self) -> None:
        """Start it, for the first time or again."""
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                self.argv, env=self.env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.popen.terminate()
        try:
            self.popen.wait(ENDING)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()


class DrillHouse(House):
    """A house whose later processes may get more in their environment (`extra`)."""

    chat_module = "tests.drills.chat"

    def __init__(self, *, agents: int = 50, latency: float = 0.0, sessions: int = 1) -> None:
        self.extra: dict[str, str] = {}
        super().__init__(agents=agents, visitors=200, latency=latency, sessions=sessions)
        self.store = Store(Path(self.folder.name) / "db.sqlite3")

    def __exit__(self, *exc_info: object) -> None:
        if exc_info and exc_info[0] is not None:
            self.tell()
        super().__exit__(*exc_info)

    def tell(self) -> None:
        """Say what the logs end with, before they are removed: something went wrong."""
        for log in sorted(Path(self.folder.name).glob("*.log")):
            sys.stderr.write(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}\n")

    @property
    def environment(self) -> dict[str, str]:
        """What every process gets that is started from now on."""
        return super().environment | {"DRILL_PUTS": str(self._puts)} | self.extra

    @property
    def _puts(self) -> Path:
        return Path(self.folder.name) / "puts"

    def puts(self) -> list[str]:
        """The agent of every status that the chat server was told to set, in order."""
        return self._puts.read_text().split() if self._puts.exists() else []

    def worker(self, name: str, argv: list[str]) -> Worker:
        """Start a process that answers no requests."""
        return Worker(argv, self.environment, self._log(name))

    def link(self, days: int) -> str:
        """The path of one more link to the wall, which ends after so many days."""
        return f"/wall/{self._made('link', days)}/"

    def supervisors(self, count: int) -> list[str]:
        """The cookies of so many more people, each signed in, with their own connection."""
        cookies: list[str] = self._made("supervisors", count)
        return cookies

    def _made(self, what: str, number: int) -> Any:
        argv = [sys.executable, "-m", "tests.drills.install", what, str(number)]
        done = subprocess.run(argv, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=STARTING)
        if done.returncode:
            raise RuntimeError(f"not made: {what}\n{done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def complaints(self) -> list[str]:
        """The lines of all logs that tell of something that must not happen."""
        logs = sorted(Path(self.folder.name).glob("*.log"))
        lines = [f"{log.stem}: {line}" for log in logs for line in log.read_text(errors="replace").splitlines()]
        return [line for line in lines if any(word in line for word in COMPLAINTS)]


def until(condition: Callable[[], Found | None], seconds: float, what: str, every: float = 0.02) -> Found:
    """Wait until a condition holds; what it found. RuntimeError when the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(every)
    raise RuntimeError(f"waited {seconds:.0f} s in vain: {what}")


def callers(port: int, pids: list[int]) -> list[int]:
    """Which of some processes have a connection open to a port of this machine: they are in the middle of a call."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {
        f"socket:[{line[9]}]" for line in lines if line[3] == "01" and int(line[2].rpartition(":")[2], 16) == port
    }
    return [pid for pid in pids if sockets & open_files(pid)]


def open_files(pid: int) -> set[str]:
    """The files that a process has open; none if it has ended."""
    found = set()
    try:
        for file in os.scandir(f"/proc/{pid}/fd"):
            found.add(os.readlink(file.path))
    except OSError:
        return found  # it has ended, or the file was closed meanwhile: the next look tells
    return found
