"""`manage.py demo`: what it prints, what it keeps, and that nothing of it is left behind."""

import re
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.support.demo import LINES, ROOT, Demo, wait_until
from tests.support.metrics import samples
from tests.support.ports import free_port


@dataclass
class Run:
    """One start and end of a demo, as it was seen from outside."""

    printed: str
    complained: str
    commands: list[str]
    agents: int
    signed_in: str
    wall: int
    status: int
    seconds: float
    left: dict[int, str]
    called: float


def run(demo: Demo, ending: signal.Signals) -> Run:
    """Start a demo, look at it, and end it by a signal."""
    with demo:
        commands = list(demo.processes().values())
        agents, signed_in = len(demo.agents()), sign_in(demo)
        wall = requests.get(demo.wall, timeout=30).status_code
        called = calls(demo)
        demo.set_status(demo.agents()[0]["id"], "away")
        wait_until(lambda: demo.query("SELECT hinted FROM livechat_hook")[0][0], 10, "no hint of the chat server came")
        assert demo.process
        demo.signal(ending)
        began = time.monotonic()
        status = demo.process.wait(30)
        seconds = time.monotonic() - began
        return Run(
            demo.stdout, demo.stderr, commands, agents, signed_in, wall, status, seconds, demo.processes(), called
        )  # fmt: skip


def calls(demo: Demo) -> float:
    """The calls to Comm100 in the metrics, which two processes answer, when there are some: they only grow."""
    seen = [0.0]

    def are_there() -> bool:
        answer = requests.get(f"{demo.url}/metrics", timeout=30)  # a new connection, so either of the processes
        told = samples(answer.text, "livechat_comm100_calls_total")
        seen.append(told["ok",])
        return seen[-1] > 0 and len(seen) > 12

    wait_until(are_there, 30, "no call was counted")
    assert seen == sorted(seen)
    return seen[-1]


def sign_in(demo: Demo) -> str:
    """Where the printed name and password lead."""
    with requests.Session() as session:
        page = session.get(f"{demo.url}/accounts/login/", timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        form = {"login": demo.user, "password": demo.password, "csrfmiddlewaretoken": token[1]}
        return session.post(f"{demo.url}/accounts/login/", form, timeout=30).url.removeprefix(demo.url)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A small demo that is not running."""
    return Demo(
        tmp_path_factory.mktemp("demo"),
        DEMO_AGENTS="5",
        DEMO_VISITORS="9",
        DEMO_FREEZE="1",
        DEMO_HINTS="1",
        METRICS_LOOPBACK="1",
    )


@pytest.fixture(scope="module")
def runs(demo: Demo) -> list[Run]:
    """It is started and ended by Ctrl-C, then started anew and ended by SIGTERM."""
    return [run(demo, signal.SIGINT), run(demo, signal.SIGTERM)]


def test_it_prints_where_everything_is_one_a_line(runs: list[Run], demo: Demo) -> None:
    lines = [line.split(": ", 1) for line in runs[0].printed.splitlines()]
    assert [name for name, _ in lines] == list(LINES)
    port, chatserver = demo.environment["PORT"], demo.environment["CHATSERVER_PORT"]
    assert demo.lines["Dashboard"] == f"http://127.0.0.1:{port}/"
    assert demo.lines["Sign in"].startswith("demo / ")
    assert demo.lines["Wall"].startswith(f"http://127.0.0.1:{port}/wall/")
    assert demo.lines["Chat server"] == f"http://127.0.0.1:{chatserver}/v4"


def test_what_it_prints_is_true(runs: list[Run]) -> None:
    for each in runs:
        assert (each.agents, each.signed_in, each.wall) == (5, "/agents/", 200)


def test_it_is_the_web_the_collector_and_the_chat_server(runs: list[Run]) -> None:
    for each in runs:
        for part in ("manage.py demo", "gunicorn -c", "manage.py collect", "manage.py chatserver"):
            assert [command for command in each.commands if part in command], part


def test_it_complains_of_nothing_and_tells_once_of_the_keys_that_it_made(runs: list[Run]) -> None:
    first, second = (each.complained.splitlines() for each in runs)
    assert len(first) == 1
    assert first[0].startswith("Made the secret keys of this installation: ")
    assert second == []


@pytest.mark.parametrize("place", [0, 1], ids=["ctrl-c", "sigterm"])
def test_it_ends_by_itself_and_leaves_no_process(runs: list[Run], place: int) -> None:
    assert runs[place].status == 0
    assert runs[place].left == {}


@pytest.mark.long(sibling="test_it_ends_by_itself_and_leaves_no_process")
def test_it_ends_within_five_seconds_on_a_machine_that_has_time_for_it(runs: list[Run]) -> None:
    assert min(run.seconds for run in runs) < 5


def test_a_second_start_prints_the_same(runs: list[Run]) -> None:
    assert runs[0].printed == runs[1].printed


@pytest.mark.long(sibling="test_it_prints_where_everything_is_one_a_line")
def test_what_the_collector_counts_is_told_by_the_web_and_goes_on_after_a_restart(runs: list[Run]) -> None:
    assert runs[1].called >= runs[0].called > 0


def test_its_addresses_are_those_by_which_it_is_reached(runs: list[Run], demo: Demo) -> None:
    with Demo(demo.folder, **demo.environment | {"PUBLIC_URL": "http://board.example.org"}) as again:
        assert again.lines["Dashboard"] == "http://board.example.org/"
        assert again.lines["Wall"] == f"http://board.example.org/{demo.lines['Wall'].split('/', 3)[3]}"


@pytest.mark.parametrize("name", ["demo.env", "keys.env"])
def test_its_secrets_are_for_its_owner_alone(runs: list[Run], demo: Demo, name: str) -> None:
    assert stat.S_IMODE((demo.data / name).stat().st_mode) == 0o600


def refused(demo: Demo) -> str:
    """What a demo that cannot start complains of: one line, status 1, nothing printed, nothing left."""
    process = demo.launch()
    assert process.wait(60) == 1
    assert demo.stdout == ""
    assert demo.processes() == {}
    lines = [line for line in demo.stderr.splitlines() if not line.startswith("Made the secret keys")]
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize("name", ["PORT", "CHATSERVER_PORT"])
def test_a_taken_port_is_one_line_and_status_1(tmp_path: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(Demo(tmp_path, **{name: port}))
    assert f"Port {port} is taken" in said
    assert said.endswith(f"Set {name}.")


def test_a_port_that_is_no_number_is_one_line_and_status_1(tmp_path: Path) -> None:
    assert "PORT is 'eighty'" in refused(Demo(tmp_path, PORT="eighty"))


def test_a_folder_that_cannot_be_written_is_one_line_and_status_1(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refused(Demo(tmp_path, DATA_DIR=str(tmp_path / "file" / "data")))
    assert str(tmp_path / "file") in said


def test_a_missing_module_is_one_line_and_status_1(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "manage.py"), "demo"],
        env={"DATA_DIR": str(tmp_path), "PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "requirements.txt" in done.stderr
