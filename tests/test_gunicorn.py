"""gunicorn with the project's settings: what it reads, where it listens, and what its own log shows."""

import shutil
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from livechat.lib.listening import REASON
from tests.support.demo import ROOT, wait_until
from tests.support.gunicorn import SETTINGS, environment, gunicorn, running
from tests.support.ports import free_port

HALF_A_REQUEST = b"GET /fine/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def test_no_secret_reaches_gunicorns_own_log(tmp_path: Path) -> None:
    with running(tmp_path, "--access-logfile", "-") as (url, said):
        for kind in ("wall", "invite", "tv"):
            assert requests.get(f"{url}/{kind}/SECRET-secret_1/?a=b", timeout=10).status_code == 500
        wait_until(lambda: said.read_text().count('" 500 ') == 3, 10, "the requests were not logged")
    told = said.read_text()
    for kind in ("wall", "invite", "tv"):
        assert f"[ERROR] Error handling request GET /{kind}/***/?a=b\n" in told, "gunicorn's own format"
        assert f"RuntimeError: broken at /{kind}/***/\n" in told
        assert f'"GET /{kind}/***/?a=b HTTP/1.1" 500 ' in told, "the access log, if it is on"
    assert "SECRET" not in told


def test_gunicorn_alone_reads_the_env_file_and_the_environment_goes_first(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    settings = shutil.copy(SETTINGS, tmp_path / "config")
    (tmp_path / ".env").write_text(
        "HOST=127.0.0.9\nPORT=8765\nWEB_CONCURRENCY=5\nTRUSTED_PROXIES=192.0.2.1,192.0.2.2\n"
    )
    answer = subprocess.run(
        gunicorn(settings, "--print-config"), cwd=ROOT, env=environment(PORT="8766"),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = dict(line.split("=", 1) for line in answer.stdout.splitlines() if "=" in line)
    told = {name.strip(): value.strip() for name, value in told.items()}
    assert told["bind"] == "['127.0.0.9:8766']"
    assert told["workers"] == "5"
    assert told["forwarded_allow_ips"] == "['192.0.2.1', '192.0.2.2']"


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]"])
@pytest.mark.parametrize("way", ["HOST", "--bind"])
def test_it_does_not_face_clients_itself(host: str, way: str) -> None:
    port = str(free_port())
    arguments = ["--bind", f"{host}:{port}"] if way == "--bind" else []
    answer = subprocess.run(
        gunicorn(SETTINGS, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env=environment(PORT=port, ENV_FILE="", **({} if arguments else {"HOST": host})),
    )  # fmt: skip
    assert answer.returncode == 1
    assert answer.stderr.strip() == f"Error: {REASON.format(host=host.strip('[]'))}"


def test_half_a_request_holds_a_thread_so_as_many_as_there_are_threads_stop_every_page(tmp_path: Path) -> None:
    with running(tmp_path, "--threads", "2") as (url, _said), ExitStack() as stack:

        def begin() -> socket.socket:
            client = stack.enter_context(socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))))
            client.sendall(HALF_A_REQUEST)
            return client

        begin()
        assert requests.get(f"{url}/fine/", timeout=10).status_code == 204
        last = begin()
        with pytest.raises(requests.Timeout):
            requests.get(f"{url}/fine/", timeout=1)
        last.sendall(b"\r\n")
        assert requests.get(f"{url}/fine/", timeout=10).status_code == 204


def test_behind_a_proxy_as_in_a_container_it_listens_everywhere(tmp_path: Path) -> None:
    with running(tmp_path, HOST="0.0.0.0", BEHIND_PROXY="1") as (url, _said):
        assert requests.get(f"{url}/fine/", timeout=10).status_code == 204
