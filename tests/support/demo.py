"""`manage.py demo` as a process of its own, on free ports, with a data folder of its own.

with Demo(tmp_path, DEMO_FREEZE="1") as demo:
    requests.get(demo.url, timeout=10)
    demo.set_status(demo.agents()[0]["id"], "away")
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import requests

from tests.support import prepared
from tests.support.ports import free_port
from tests.support.prepared import INHERITED, ROOT

LINES = ("Dashboard", "Sign in", "Wall", "Chat server", "Token")
STARTING = 180.0  # seconds: a busy machine, a first migration, every static file compressed
ENDING = 20.0


def wait_until(happened: Callable[[], object], seconds: float, otherwise: str, *, every: float = 0.05) -> None:
    """Wait until something has happened, looking `every` so many seconds. AssertionError if time is up."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, f"{otherwise} within {seconds:.0f} s"
        time.sleep(every)


class Demo:
    """A running demo. `lines` are what it printed, by name; `url` has no slash at its end.

    The environment is what a new shell would have, and what is given; there is no .env. Nor is
    there a past, because tests count what was recorded; nor rules of alerts and hints, which hurry polls.
    `stderr` is all that it complained of. With `ready` it begins with a database, static files and keys of before,
    which saves most of its start.
    """

    def __init__(self, folder: Path, *, ready: bool = False, **environment: str) -> None:
        self.folder = folder
        ports = {"PORT": str(free_port()), "CHATSERVER_PORT": str(free_port())}
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self.environment = inherited | ports | {"DATA_DIR": str(folder / "data"), "ENV_FILE": ""}
        self.environment |= {"DEMO_PAST": "0", "DEMO_ALERTS": "0", "DEMO_HINTS": "0"} | environment
        if ready:
            self.environment |= {"STATIC_ROOT": str(prepared.static()), **prepared.KEYS}
            self.data.mkdir(parents=True)
            prepared.copy_database(self.data / "db.sqlite3")
        self.lines: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.kill()

    # The processes

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the command, in a session of its own, and do not wait for anything."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "stdout").open("wb") as out, (self.folder / "stderr").open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "demo"],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        return self.process

    def start(self) -> None:
        """Start it and wait for its five lines."""
        process = self.launch()
        wait_until(
            lambda: self.stdout.count("\n") >= len(LINES) or process.poll() is not None, STARTING, "it printed no lines"
        )
        if process.poll() is not None:
            self.kill()
            raise AssertionError(f"the demo ended with status {process.returncode}: {self.stderr}")
        self.lines = dict(line.split(": ", 1) for line in self.stdout.splitlines())

    def _told(self) -> bool:
        return self.stdout.count("\n") >= len(LINES)

    def signal(self, number: int) -> None:
        """Send a signal as a terminal does: to the foreground group, in which only the command itself is."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it by SIGTERM, and by SIGKILL if it lasts too long. Does nothing if it has ended."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(ENDING)
        finally:
            for pid in self.processes():
                os.kill(pid, signal.SIGKILL)
            self.process.wait()

    def processes(self) -> dict[int, str]:
        """Every living process of this demo, by its data folder in their environment: number and command."""
        mine = f"DATA_DIR={self.environment['DATA_DIR']}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it has just ended, or is somebody else's
        return found

    @property
    def stdout(self) -> str:
        """What it has printed so far."""
        return (self.folder / "stdout").read_text()

    @property
    def stderr(self) -> str:
        """What it has complained of so far."""
        return (self.folder / "stderr").read_text()

    # What it printed

    @property
    def data(self) -> Path:
        """Its DATA_DIR."""
        return Path(self.environment["DATA_DIR"])

    @property
    def url(self) -> str:
        """The dashboard's address."""
        return self.lines["Dashboard"].rstrip("/")

    @property
    def user(self) -> str:
        """The user who can sign in."""
        return self.lines["Sign in"].split(" / ")[0]

    @property
    def password(self) -> str:
        """Their password."""
        return self.lines["Sign in"].split(" / ")[1]

    @property
    def wall(self) -> str:
        """The address of the wall."""
        return self.lines["Wall"]

    # Its database

    def shell(self, code: str) -> None:
        """Run code over its database, in a process of its own."""
        command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", code]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement in its database. Returns the rows."""
        with closing(sqlite3.connect(self.data / "db.sqlite3", timeout=20, isolation_level=None)) as database:
            return database.execute(sql, values).fetchall()

    def forget_calls(self) -> None:
        """Let nothing count as called: without this, tests together would use up what an address may call."""
        self.query("UPDATE livechat_budget SET calls = '[]'")

    # The chat server, as somebody else uses it

    def agents(self) -> list[dict[str, Any]]:
        """Every agent as the chat server has them."""
        found: list[dict[str, Any]] = self._call("GET", "livechat/agents")
        return found

    def names(self) -> dict[str, str]:
        """The agents' names by their ids."""
        return {item["id"]: item["displayName"] for item in self._call("GET", "global/agents")["agents"]}

    def visitors(self) -> list[dict[str, Any]]:
        """Every visitor as the chat server has them."""
        found: list[dict[str, Any]] = self._call("GET", "livechat/visitors")
        return found

    def status(self, agent_id: str) -> str:
        """An agent's status as the chat server has it."""
        return str(self._call("GET", f"livechat/agents/{agent_id}")["status"])

    def set_status(self, agent_id: str, status: str) -> None:
        """Somebody else sets an agent's status."""
        self._call("PUT", f"livechat/agents/{agent_id}", {"id": agent_id, "status": status})

    def variables(self, visitor_id: str) -> dict[str, str]:
        """A visitor's custom variables as the chat server has them."""
        found = self._call("GET", f"livechat/visitors/{visitor_id}")["customVariableResults"]
        return {item["name"]: item["value"] for item in found}

    def set_variables(self, visitor_id: str, variables: dict[str, str]) -> None:
        """Somebody else sets a visitor's custom variables."""
        body = [{"name": name, "value": value, "url": ""} for name, value in variables.items()]
        self._call("PUT", f"livechat/visitors/{visitor_id}", body)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        bearer = {"Authorization": f"Bearer {self.lines['Token']}"}
        answer = requests.request(method, f"{self.lines['Chat server']}/{path}", json=body, headers=bearer, timeout=30)
        answer.raise_for_status()
        return answer.json()
