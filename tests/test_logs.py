"""The log: it holds no secrets."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from livechat.lib.logs import masked

ROOT = Path(__file__).resolve().parent.parent
NGINX = (ROOT / "config" / "deploy" / "nginx.conf").read_text()


@pytest.mark.parametrize("page", ["wall", "invite", "tv", "hooks"])
def test_no_secret_reaches_the_log_in_any_of_its_forms(page: str) -> None:
    stream = io.StringIO()
    handlers = [*logging.getLogger().handlers, *logging.getLogger("django.server").handlers]
    ours = {handler.formatter for handler in handlers if type(handler.formatter).__module__ == "livechat.lib.logs"}
    assert len(ours) == 2, "one for the log, one for runserver"
    for formatter in ours:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        logger = logging.Logger("test")
        logger.addHandler(handler)
        path = f"/{page}/SECRET-secret_1/"
        logger.warning("Not Found: %s", path, extra={"request": f"<WSGIRequest: GET '{path}'>"})
        logger.warning('"GET %s HTTP/1.1" 404', path)
        logger.warning("/accounts/login/?next=%s", path.replace("/", "%2F"))
        try:
            raise ValueError(path)
        except ValueError:
            logger.exception("broken")
    assert stream.getvalue().count("***") == 9
    assert "SECRET" not in stream.getvalue()


FORMS = [
    "/{}//SECRET/", "/{}/SECRET/more/SECRET/", "/board/{}/SECRET/", "//{}/SECRET", "/{}/./SECRET/", "/{}/%53ECRET/",
    "/{}/%2FSECRET/", "/accounts/login/?next=%2F{}%2FSECRET%2F", "/accounts/login/?next=%252F{}%252FSECRET%252F",
    "/accounts/login/?next=%25252f{}%25252fSECRET", "/?next=/accounts/login/%3Fnext%3D%252F{}%252FSECRET%252F",
    "/a?next=%2F{}%2F%2FSECRET", "/a?next=https%3A%2F%2Fboard%2F{}%2FSECRET&q=1", "/{}/SECRET%20x", "/{}/%5FSECRET",
]  # fmt: skip


@pytest.mark.parametrize("page", ["wall", "invite", "tv", "hooks", "WALL"])
@pytest.mark.parametrize("form", FORMS)
def test_no_secret_is_logged_however_its_address_is_written(form: str, page: str) -> None:
    uri = form.format(page)
    for logged in (masked(f'GET {uri} HTTP/1.1" 404'), masked(f"Not Found: {uri}"), in_the_proxys_log(uri)):
        assert "***" in logged, logged
        assert "SECRET" not in logged
        assert "53ECRET" not in logged
    assert masked(f'GET {uri} HTTP/1.1" 404').endswith(' HTTP/1.1" 404'), "the rest of the line stays"


@pytest.mark.parametrize("form", ["/a?token=lbr_{}", "/a/lbr_{}/", "/a?t=lbr%5F{}&x=1", "/a?t=lbr_{}&next=/wall/{}/"])
def test_no_read_token_is_logged_that_was_put_into_an_address(form: str) -> None:
    uri = form.format("SECRET-se_cret", "SECRET-se_cret")
    for logged in (masked(f"Not Found: {uri}"), masked(f"Bearer {uri}"), in_the_proxys_log(uri)):
        assert "***" in logged
        assert "cret" not in logged.lower()


@pytest.mark.parametrize(
    "line", ["/walls/1/links/2/", "GET /tv/ HTTP/1.1", "/agents/?q=wall", "/static/wall.css", "a/wallet/x"]
)
def test_the_log_tells_other_addresses_as_they_are(line: str) -> None:
    assert masked(line) == line


IN_A_THREAD = """
import threading
import django
django.setup()
from livechat.lib import background

def work():
    raise ValueError("/wall/SECRET-secret_1/")

background.start("x", work)
for thread in threading.enumerate():
    if thread.name.startswith("background"):
        thread.join()
"""


def test_what_ends_a_thread_is_one_line_of_the_log_without_secrets() -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", IN_A_THREAD], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    (line,) = done.stderr.splitlines()
    told = json.loads(line)
    assert (told["levelname"], told["message"]) == ("ERROR", "the thread background x ended with an error")
    assert "ValueError: /wall/***/" in told["exc_info"]
    assert "SECRET" not in line


def in_the_proxys_log(uri: str) -> str:
    """An address as nginx would log it: an exact text goes before the first pattern that matches; `~*` ignores case."""
    assert re.search(r"log_format masked '[^']*\$masked_uri[^']*'", NGINX)
    block = re.search(r"^map \$request_uri \$masked_uri \{\n(.*?)^\}", NGINX, re.M | re.S)
    assert block
    rows = [tuple(line.strip().removesuffix(";").split()) for line in block[1].splitlines()]
    plain = {source: value for source, value in rows if not source.startswith("~")}
    found: dict[str, str | None] = {"request_uri": uri}
    value = plain.get(uri)
    for source, then in rows:
        if value is None and source.startswith("~"):
            pattern = source.removeprefix("~").removeprefix("*").replace("(?<", "(?P<")
            match = re.search(pattern, uri, re.I if source.startswith("~*") else 0)
            if match:
                value, found = then, found | match.groupdict()
    return re.sub(r"\$(\w+)", lambda name: found[name[1]] or "", value or plain["default"])


@pytest.mark.parametrize("page", ["wall", "invite", "tv", "hooks"])
def test_no_secret_reaches_the_proxys_log(page: str) -> None:
    path = f"/{page}/SECRET-secret_1/"
    encoded = path.replace("/", "%2F")
    for uri in (
        path, path.rstrip("/"), f"{path}?screen=1", encoded, f"/accounts/login/?next={encoded}",
        f"/accounts/login/?next={encoded}", f"/accounts/login/?a=b&next={encoded.lower()}",
        f"/accounts/login/?next={path}",
    ):  # fmt: skip
        logged = in_the_proxys_log(uri)
        assert "***" in logged, uri
        assert "secret" not in logged.lower(), uri
    assert in_the_proxys_log(f"/accounts/login/?next={encoded}").startswith("/accounts/login/?next=")


@pytest.mark.parametrize("uri", ["/", "/walls/", "/walls/1/links/2/", "/tv/", "/agents/?q=wall", "/static/wall.css"])
def test_the_proxys_log_tells_other_addresses_as_they_are(uri: str) -> None:
    assert in_the_proxys_log(uri) == uri


def test_the_proxys_error_log_is_above_the_level_at_which_it_tells_request_lines() -> None:
    levels = re.findall(r"^\s*error_log \S+ (\w+);", NGINX, re.M)
    assert levels
    assert set(levels) <= {"crit", "alert", "emerg"}
