"""The sample for nginx: what a TV gets while the dashboard is down."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

CONFIG = Path(__file__).resolve().parent.parent / "config"
NGINX = (CONFIG / "deploy" / "nginx.conf").read_text()
GUNICORN = CONFIG / "gunicorn.py"
LOCATION = re.compile(r"^    location ([^{]+) \{\n(.*?)^    \}\n", re.MULTILINE | re.DOTALL)
LOCATIONS = {name: re.findall(r"^\s+(.+);$", body, re.MULTILINE) for name, body in LOCATION.findall(NGINX)}
SERVER = LOCATION.sub("", NGINX)


def location(path: str) -> list[str]:
    """The text of the location that nginx chooses for a path: the first pattern that matches, or the longest prefix."""
    for name, lines in LOCATIONS.items():
        if name.startswith("~ ") and re.search(name.removeprefix("~ "), path):
            return lines
    return LOCATIONS[max((name for name in LOCATIONS if path.startswith(name)), key=len)]


def away() -> dict[str, Any]:
    """The answer of nginx to a TV if the dashboard does not answer: status, headers, and the page."""
    lines = LOCATIONS["@again"]
    said = re.search(r'^return (\d+) "([^"]+)"$', "\n".join(lines), re.MULTILINE)
    assert said
    headers = [line.split() for line in lines if line.startswith("add_header ") and line.endswith(" always")]
    kind = [line.split()[1] for line in lines if line.startswith("default_type ")]
    named = {"Content-Type": kind[0], **{name: value for _add, name, value, _always in headers}}
    return {"status": int(said[1]), "headers": named, "body": said[2]}


@pytest.mark.parametrize("path", ["/wall/SECRET-secret_1/", "/tv/", "/tv/TOKEN-token_1/"])
def test_while_the_dashboard_is_away_a_tv_gets_a_page_that_tries_again_by_itself(path: str) -> None:
    assert "error_page 502 503 504 = @again" in location(path)
    assert "proxy_intercept_errors on" not in NGINX, "the dashboard's own answers are passed on"
    answer = away()
    assert answer["status"] == 503
    assert "background:#0a0e13" in answer["body"], "as dark as a wall"
    assert answer["headers"] == {"Content-Type": "text/html", "Cache-Control": "no-store", "Refresh": "30"}


@pytest.mark.parametrize("path", ["/", "/agents/", "/walls/", "/walls/1/", "/static/js/wall.js", "/healthz"])
def test_everything_else_gets_what_the_proxy_answers_itself(path: str) -> None:
    assert [line for line in location(path) if line.startswith("error_page")] == []


def test_http2_is_asked_for_in_a_way_that_the_nginx_of_debian_12_knows() -> None:
    assert re.findall(r"^ +(?:listen|http2) .+?;", NGINX, re.MULTILINE) == ["    listen 443 ssl http2;"]


def test_every_location_passes_on_the_same_to_the_same_place_and_logs_alike() -> None:
    passed = [line for lines in LOCATIONS.values() for line in lines if line.startswith("proxy_")]
    assert set(passed) == {"proxy_pass http://livechat_board"}
    answered = [lines for lines in LOCATIONS.values() if any(line.startswith("return ") for line in lines)]
    assert len(passed) == len(LOCATIONS) - len(answered), "all except those that the sample answers itself"
    for header in ("Host $host", "X-Forwarded-For $proxy_add_x_forwarded_for", "X-Forwarded-Proto $scheme"):
        assert f"\n    proxy_set_header {header};\n" in SERVER  # one more in a location, and it would inherit none
    assert not re.search(r"_log\b", " ".join(line for lines in LOCATIONS.values() for line in lines))


def test_connections_to_the_dashboard_are_kept_for_less_long_than_gunicorn_keeps_them() -> None:
    upstream = re.search(r"^upstream livechat_board \{\n(.*?)^\}", NGINX, re.MULTILINE | re.DOTALL)
    assert upstream
    kept = re.search(r"^ +keepalive_timeout (\d+)s;", upstream[1], re.MULTILINE)
    assert re.search(r"^ +keepalive \d+;", upstream[1], re.MULTILINE)
    assert kept
    assert int(kept[1]) < runpy.run_path(str(GUNICORN))["keepalive"]
    for line in ("proxy_http_version 1.1;", 'proxy_set_header Connection "";'):
        assert line in SERVER, "without these nginx keeps none"
    assert "proxy_request_buffering" not in NGINX, "nginx reads requests whole unless it is told otherwise"
