"""Bodies are refused by their length, before anything reads them."""

import io
import socket
from typing import Any

import pytest
from django.test import Client

from livechat.web.body_limits import MAX_BYTES, MAX_BYTES_SIGNED_IN, BodyLimits
from tests.support.gunicorn import running

UPLOAD = "/directory/upload/"


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")


def inner(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("204 No Content", [])
    return []


def asked(path: str, length: object, *, cookie: str = "", **more: str) -> int:
    """The status of a post with a body of this length."""
    said: list[str] = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(length), "wsgi.input": Unread()}
    environ |= {"HTTP_COOKIE": cookie} if cookie else {}
    b"".join(BodyLimits(inner)(environ | more, lambda status, headers, exc_info=None: said.append(status)))
    return int(said[0].split()[0])


@pytest.mark.parametrize("path", ["/", "/healthz", "/accounts/login/", "/wall/SECRET/", "/agents/1/status/"])
def test_a_stranger_may_send_64_kb_anywhere(path: str) -> None:
    assert asked(path, MAX_BYTES) == 204
    assert asked(path, MAX_BYTES + 1) == 413


@pytest.mark.django_db
@pytest.mark.parametrize("path", MAX_BYTES_SIGNED_IN)
def test_large_forms_are_for_people_who_are_signed_in(path: str, web: Client) -> None:
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    most = MAX_BYTES_SIGNED_IN[path]
    assert asked(path, most, cookie=cookie) == 204
    assert asked(path, most + 1, cookie=cookie) == 413
    assert asked("/agents/", most, cookie=cookie) == 413, "by the path"
    assert asked(path, most) == 413
    assert asked(path, most, cookie="sessionid=made-up-by-a-stranger") == 413
    web.logout()
    assert asked(path, most, cookie=cookie) == 413, "the session has ended"


@pytest.mark.django_db
def test_a_session_that_nobody_signed_in_to_opens_nothing(client: Client) -> None:
    session = client.session
    session["anything"] = 1
    session.save()
    assert asked(UPLOAD, MAX_BYTES + 1, cookie=f"sessionid={session.session_key}") == 413


def test_a_body_of_unknown_length_is_refused() -> None:
    assert asked("/accounts/login/", "", HTTP_TRANSFER_ENCODING="chunked") == 411


def test_gunicorn_answers_before_a_large_upload_has_come(tmp_path: Any) -> None:
    with running(tmp_path, app="tests.test_body_limits:application") as (url, _said):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as sent:
            sent.sendall(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 400000000\r\n\r\n" + b"a" * 10_000)
            assert sent.recv(1000).startswith(b"HTTP/1.1 413 ")


application = BodyLimits(inner)
