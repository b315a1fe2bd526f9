"""A gunicorn with the project's settings and an application of the tests' own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.support.demo import INHERITED, ROOT, wait_until
from tests.support.ports import free_port

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
def running(folder: Path, *arguments: str, app: str = APPLICATION, **given: str) -> Iterator[tuple[str, Path]]:
    """A gunicorn with one worker: its address, and the file with its output."""
    port, said = free_port(), folder / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            gunicorn(SETTINGS, *arguments, app=app), cwd=ROOT,
            env=environment(**{"PORT": str(port), "WEB_CONCURRENCY": "1", "ENV_FILE": ""} | given),
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
