"""gunicorn with the project's settings: what it reads, and what its own log shows."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.support.demo import INHERITED, ROOT, free_port, wait_until

SETTINGS = ROOT / "config" / "gunicorn.py"
APPLICATION = f"{__name__}:application"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """An application for gunicorn that fails outside Django. Its error shows the address too."""
    if environ["PATH_INFO"] != "/fine/":
        raise RuntimeError(f"broken at {environ['PATH_INFO']}")
    start_response("204 No Content", [])
    return []


def gunicorn(settings: Path, *arguments: str, app: str = APPLICATION) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-c", str(settings), *arguments, app]


def environment(**given: str) -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | given


@contextmanager
def running(folder: Path, *arguments: str, app: str = APPLICATION) -> Iterator[tuple[str, Path]]:
    """A gunicorn with one worker: its address, and the file with its output."""
    port, said = free_port(), folder / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            gunicorn(SETTINGS, *arguments, app=app), cwd=ROOT,
            env=environment(PORT=str(port), WEB_CONCURRENCY="1", ENV_FILE=""),
            stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(url) or process.poll() is not None, 60, "gunicorn did not answer")
        yield url, said
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/fine/", timeout=5).status_code == 204
    except (requests.ConnectionError, requests.Timeout):
        return False  # it is still loading


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
