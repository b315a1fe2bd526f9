"""A small supervisor: it starts processes, starts them again when they end, and ends all of them together."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from livechat.ops import parent_death

# Without site-packages, which it does not need: it starts at once.
PARENT_DEATH_ARGV = (sys.executable, "-I", "-S", parent_death.__file__)
STOP_SECONDS = 4.0  # that children have to end by themselves
MAX_RESTART_SECONDS = 30.0  # between two starts
log = logging.getLogger(__name__)


@dataclass
class Child:
    """One process to keep running. `once`: it ends by itself, and is not started again."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    quiet: bool = False
    once: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    ended: float | None = None
    apart: float = 1.0  # seconds between two starts

    def start(self) -> None:
        """Start it in a process group of its own: Ctrl-C reaches only the supervisor, which then ends it in order.

        If the supervisor is killed, the system ends it.
        """
        stdout = subprocess.DEVNULL if self.quiet else None
        argv = [*PARENT_DEATH_ARGV, str(os.getpid()), *self.argv]
        self.process = subprocess.Popen(argv, env=dict(self.env), stdout=stdout, process_group=0)  # noqa: S603
        self.started, self.ended = time.monotonic(), None

    def signal(self, number: int) -> None:
        """Send a signal to the process if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


class Supervisor:
    """Runs children until SIGTERM, SIGINT or SIGHUP. `run` returns when all of them have ended."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def watch_signals(self) -> None:
        """Stop at SIGTERM, SIGINT and SIGHUP. A terminal sends SIGHUP when it closes; after nohup it is ignored."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, stop)

    def add(self, child: Child) -> Child:
        """Start a child and keep it running."""
        child.start()
        self.children.append(child)
        return child

    def run(self) -> None:
        """Keep the children running until `stopping` is set, then end them."""
        while not self.stopping.wait(0.2):
            for child in self.children:
                self._restart(child)
        self.end()

    def _restart(self, child: Child) -> None:
        """Start a child again if it has ended. Each time it ends soon, it waits longer."""
        if child.once or child.process is None or child.process.poll() is None:
            return
        now = time.monotonic()
        if child.ended is None:
            child.ended = now
            child.apart = 1.0 if now - child.started > MAX_RESTART_SECONDS else child.apart
        if now - child.started < child.apart:
            return
        log.warning("%s ended with status %s and is started again", child.name, child.process.returncode)
        child.apart = min(MAX_RESTART_SECONDS, 2 * child.apart)
        child.start()

    def end(self) -> None:
        """End every child with SIGTERM, and after a few seconds with SIGKILL."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.signal(signal.SIGKILL)
                child.process.wait()
