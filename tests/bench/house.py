"""One installation to measure: a folder of its own, the chat server, and the product under gunicorn.

with House(agents=50, visitors=200) as house, house.serve("config.wsgi:application") as server:
    ...
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import requests

from tests.bench import machine
from tests.support import prepared
from tests.support.prepared import INHERITED, ROOT

GUARD, PORTS = 9100, range(9101, 9200)
STARTING = 90.0
ENDING = 5.0
TOKEN = "bench-token"
MANAGE = [sys.executable, str(ROOT / "manage.py")]
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "config" / "gunicorn.py"), "--chdir", str(ROOT)]


@contextmanager
def alone() -> Iterator[None]:
    """Keep a second bench from running beside this one: each would spoil the other's figures. Raises OSError."""
    with socket.socket() as guard:
        guard.bind(("127.0.0.1", GUARD))
        guard.listen()
        yield


def free_port() -> int:
    """A port of ours that nobody listens on."""
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no port is free from {PORTS.start} to {PORTS.stop - 1}")


class Process:
    """A process with its children, in a session of its own; what it complains of is in `log`."""

    def __init__(self, argv: list[str], env: Mapping[str, str], port: int, log: Path, url: str) -> None:
        self.port = port
        self.log = log
        with log.open("ab") as out:
            self.popen = subprocess.Popen(
                argv, env=dict(env), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        try:
            self._wait(f"{self.root}{url}")
        except BaseException:
            self.end()
            raise
        self.pids = machine.family(self.popen.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.end()

    @property
    def root(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def _wait(self, url: str) -> None:
        until = time.monotonic() + STARTING
        while time.monotonic() < until and self.popen.poll() is None:
            try:
                requests.get(url, timeout=5)
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"{url} does not answer:\n{self.log.read_text()[-2000:]}")

    def cpu(self) -> float:
        """Seconds of CPU that it has used. RuntimeError if one of its processes has ended: nothing counts then."""
        try:
            return machine.cpu(self.pids)
        except OSError as error:
            raise RuntimeError(f"a process of it has ended:\n{self.log.read_text()[-2000:]}") from error

    def resident(self) -> int:
        """Bytes of memory that it holds."""
        return machine.resident(self.pids)

    def end(self) -> None:
        """End it, politely first, with everything it started."""
        self.popen.terminate()
        try:
            self.popen.wait(ENDING)
        except subprocess.TimeoutExpired:
            os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()


class House:
    """The installation. Its rows are made by the product's own code, in a process of its own (`install`)."""

    chat_module = "tests.bench.chat"

    def __init__(
        self,
        *,
        agents: int,
        visitors: int,
        latency: float = 0.0,
        sessions: int = 1,
        on: bool = False,
        moving: bool = False,
        database: str = "",
        options: tuple[str, ...] = (),
    ) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="livechat-bench-")
        prepared.copy_database(Path(self.folder.name) / "db.sqlite3")
        self.people = [
            "--agents",
            str(agents),
            "--visitors",
            str(visitors),
            *(() if moving else ("--freeze",)),
            *options,
        ]
        self.database = {"DATABASE_URL": database} if database else {}  # SQLite in the folder by default
        self.latency = latency
        self.sessions = sessions
        self.on = on  # everybody, each since another moment
        self.chat_port = free_port()
        self.chat: Process | None = None
        self.secret = self.hook = ""
        self.cookies: list[str] = []

    def __enter__(self) -> Self:
        try:
            self.open_chat(self.latency)
            self._install()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close_chat()
        self.folder.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """What every process of it gets."""
        mine = {
            "SECRET_KEY": "only-for-the-bench",
            "SEALING_KEYS": f"bench:{base64.urlsafe_b64encode(bytes(32)).decode()}",
            "ENV_FILE": "",
            "DATA_DIR": self.folder.name,
            "STATIC_ROOT": str(prepared.static()),
            "BUILD": "bench",
            "LOG_LEVEL": "WARNING",
            "COMM100_HOSTS": f"http://127.0.0.1:{self.chat_port}",
            "CHATSERVER_TOKEN": TOKEN,
            "BENCH_CHAT": f"http://127.0.0.1:{self.chat_port}",
        }
        return {name: os.environ[name] for name in INHERITED if name in os.environ} | mine | self.database

    def _log(self, name: str) -> Path:
        return Path(self.folder.name) / f"{name}.log"

    # The chat server

    def open_chat(self, latency: float) -> None:
        """Start the chat server, the same people as before, each call taking so many seconds."""
        argv = [sys.executable, "-m", self.chat_module, "chatserver", *self.people]
        argv += ["--port", str(self.chat_port), "--latency", str(latency)]
        self.chat = Process(argv, self.environment, self.chat_port, self._log("chat"), "/stats")

    def close_chat(self) -> None:
        """End it."""
        if self.chat is not None:
            self.chat.end()
            self.chat = None

    def calls(self) -> dict[str, int]:
        """How many calls of each route it has had."""
        assert self.chat is not None
        found: dict[str, int] = requests.get(f"{self.chat.root}/stats", timeout=10).json()["calls"]
        return found

    # The product

    def _install(self) -> None:
        if self.database:
            migrate = [*MANAGE, *prepared.MIGRATE]
            subprocess.run(migrate, env=self.environment, cwd=ROOT, check=True, timeout=STARTING * 2)
        argv = [sys.executable, "-m", "tests.bench.install", str(self.sessions), *(["on"] if self.on else [])]
        done = subprocess.run(
            argv, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=STARTING * 2
        )
        if done.returncode:
            raise RuntimeError(f"the installation failed:\n{done.stderr[-2000:]}")
        made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        self.secret, self.hook, self.cookies = made["wall"], made["hook"], made["cookies"]

    @property
    def wall(self) -> str:
        """The wall's path."""
        return f"/wall/{self.secret}/"

    def serve(self, application: str, *options: str, ready: str = "/healthz") -> Process:
        """The product, or what it is compared with, under gunicorn with the product's own settings."""
        port = free_port()
        name = application.partition(":")[0]
        argv = [*GUNICORN, *options, application]
        return Process(argv, self.environment | {"PORT": str(port)}, port, self._log(name), ready)

    def serve_whole(self) -> Process:
        """`manage.py serve`: the product with its collector."""
        port = free_port()
        return Process([*MANAGE, "serve"], self.environment | {"PORT": str(port)}, port, self._log("serve"), "/healthz")

    def warm(self, server: Process, path: str) -> None:
        """Ask for a page until both workers have figures to show."""
        until = time.monotonic() + STARTING
        good = 0
        while good < 12:
            answer = requests.get(
                f"{server.root}{path}", headers={"Cookie": self.cookies[0], "HX-Request": "true"}, timeout=20
            )
            figures = json.loads(answer.headers.get("X-Figures", '{"age": null}'))
            good = good + 1 if figures["age"] is not None and answer.ok else 0
            if time.monotonic() > until:
                raise RuntimeError(f"{path} has no figures: {answer.status_code} {figures}")
            time.sleep(0 if good else 0.1)
