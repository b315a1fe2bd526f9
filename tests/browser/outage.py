"""The demo's web server killed and brought back, and another build of it in its place."""

import os
import signal
import subprocess
from pathlib import Path

import requests

from tests.support.demo import ROOT, Demo, wait_until

REFUSED = "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Failed to fetch"  # what pages complain of


class Outage:
    """The demo's web server, to be killed and brought back. `end` may be called at any time, and again."""

    def __init__(self, demo: Demo) -> None:
        assert demo.process
        self._demo, self._supervisor = demo, demo.process.pid
        self._other: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Kill the web server, and hold the supervisor that would start it again."""
        os.kill(self._supervisor, signal.SIGSTOP)
        for pid in self._web():
            os.kill(pid, signal.SIGKILL)

    def deploy(self, build: str) -> None:
        """Put another build in the place of the web server, and wait until it answers."""
        argv, environment = self._how()
        self.begin()
        self._other = subprocess.Popen(argv, env=environment | {"BUILD": build}, cwd=ROOT, stdin=subprocess.DEVNULL)
        wait_until(self._answers, 60, "the new build does not answer")

    def end(self) -> None:
        """Let the supervisor go on, and wait until it has started the web server again."""
        if self._other:
            self._other.terminate()
            self._other.wait()
            self._other = None
        os.kill(self._supervisor, signal.SIGCONT)
        wait_until(self._answers, 60, "the web server is not back")

    def _web(self) -> list[int]:
        return [pid for pid, command in self._demo.processes().items() if "gunicorn" in command]

    def _how(self) -> tuple[list[str], dict[str, str]]:
        """How the supervisor started it: its arguments and its environment."""
        first = Path(f"/proc/{min(self._web())}")
        argv, lines = ((first / name).read_text().strip("\0").split("\0") for name in ("cmdline", "environ"))
        return argv, dict(line.split("=", 1) for line in lines)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self._demo.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False
