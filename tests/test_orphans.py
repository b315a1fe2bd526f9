"""A supervisor that is killed, or whose terminal closes, leaves no process behind, and its ports are free."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.support import prepared
from tests.support.demo import ROOT, Demo, wait_until

ENDING = 20.0
SIGNALS = [signal.SIGKILL, signal.SIGHUP]


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Demo, subprocess.Popen[bytes]]]:
    """`manage.py serve` in a data folder of its own; a Demo that is not running knows its processes."""
    folder.mkdir()
    known = Demo(folder, ready=True)
    prepared.copy_database(known.data / "db.sqlite3")
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve"], env=known.environment, cwd=folder,
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until(lambda: not is_free(int(known.environment["PORT"])), 120, "it does not listen")
        wait_until(lambda: len(known.processes()) >= 5, 60, "serve, gunicorn, two workers, the collector")
        yield known, process
    finally:
        for pid in known.processes():
            os.kill(pid, signal.SIGKILL)
        process.wait()


@pytest.mark.long(sibling="test_the_demo_leaves_nothing_behind")
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_serve_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path / "board") as (known, process):
        process.send_signal(number)
        process.wait(ENDING)
        wait_until(lambda: not known.processes(), ENDING, f"these are left: {known.processes()}")
        assert is_free(int(known.environment["PORT"]))


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_the_demo_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with Demo(tmp_path, ready=True, DEMO_AGENTS="5", DEMO_VISITORS="9", DEMO_FREEZE="1") as demo:
        assert demo.process
        assert requests.get(f"{demo.url}/healthz", timeout=30).status_code == 200
        demo.signal(number)
        demo.process.wait(ENDING)
        wait_until(lambda: not demo.processes(), ENDING, f"these are left: {demo.processes()}")
        assert is_free(int(demo.environment["PORT"]))
        assert is_free(int(demo.environment["CHATSERVER_PORT"]))


def test_a_hang_up_is_ignored_after_nohup(tmp_path: Path) -> None:
    code = (
        "import signal, os\n"
        "from livechat.ops.supervisor import Supervisor\n"
        "supervisor = Supervisor()\n"
        "supervisor.watch_signals()\n"
        "os.kill(os.getpid(), signal.SIGHUP)\n"
        "print(supervisor.stopping.is_set())\n"
    )
    said = {}
    for before in ("SIG_IGN", "SIG_DFL"):
        given = f"import signal\nsignal.signal(signal.SIGHUP, signal.{before})\n{code}"
        said[before] = subprocess.run(
            [sys.executable, "-c", given], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
    assert said == {"SIG_IGN": "False", "SIG_DFL": "True"}


def test_what_was_started_by_a_supervisor_that_has_ended_meanwhile_does_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    argv = [sys.executable, str(ROOT / "livechat/ops/parent_death.py"), str(free_pid()), sys.executable, "-c"]
    done = subprocess.run([*argv, f"open({str(mark)!r}, 'w')"], check=False)
    assert (done.returncode, mark.exists()) == (0, False)


def free_pid() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid
