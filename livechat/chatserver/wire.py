"""One HTTP call in, one HTTP answer out, and refusals in the vendor's shape."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import msgspec

from livechat.chatserver.schemas import Error

MAX_BODY_BYTES = 1024 * 1024  # a longer body is a 413, so that no client fills the memory
MAX_DRAINED_BYTES = (
    32 * MAX_BODY_BYTES
)  # up to here a body is read to its end: only then can its sender read the refusal
JSON_HEADER = ("Content-Type", "application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. `query` holds the first value of each parameter; `address` is the client's IP address."""

    method: str
    path: str
    query: Mapping[str, str]
    authorization: str
    address: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response. Its body is complete, so its length is always sent."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (JSON_HEADER,)

    @property
    def status_line(self) -> str:
        """The code and its phrase, as WSGI needs them."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    def all_headers(self) -> list[tuple[str, str]]:
        """The headers of this answer, and the ones that every answer has."""
        return [*self.headers, ("Content-Length", str(len(self.body))), ("Cache-Control", "no-store")]


class ApiError(Exception):
    """A call that is refused, in the vendor's shape `{"error": code, "message": sentence}`."""

    def __init__(self, status: int, error: str, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message
        self.headers = headers

    def answer(self) -> Answer:
        """The refusal as an HTTP answer."""
        body = msgspec.json.encode(Error(self.error, self.message))
        return Answer(self.status, body, (JSON_HEADER, *self.headers))


def read_call(environ: Mapping[str, Any]) -> Call:
    """The call of a WSGI environment, without its body."""
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True, errors="replace")
    return Call(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", ""),
        query={name: values[0] for name, values in query.items()},
        authorization=environ.get("HTTP_AUTHORIZATION", ""),
        address=environ.get("REMOTE_ADDR", ""),
    )


def read_body(environ: Mapping[str, Any]) -> bytes:
    """The request's body; raises a 413 `ApiError` if it is longer than `MAX_BODY_BYTES`."""
    stated = environ.get("CONTENT_LENGTH") or ""
    if not re.fullmatch(r"[0-9]{1,18}", stated):
        if not environ.get("wsgi.input_terminated"):
            return b""
        stated = str(MAX_DRAINED_BYTES)  # a chunked body: the server ends the stream itself
    stream, left, parts, size = environ["wsgi.input"], min(int(stated), MAX_DRAINED_BYTES), [], 0
    while left > 0:
        part = stream.read(min(left, 65536))
        if not part:
            break
        left -= len(part)
        size += len(part)
        if size <= MAX_BODY_BYTES:
            parts.append(part)
    if size > MAX_BODY_BYTES:
        raise ApiError(413, "RequestTooLarge", f"The body is longer than {MAX_BODY_BYTES} bytes.")
    return b"".join(parts)


def parse_json(body: bytes) -> Any:
    """The value of a strict JSON text in UTF-8; raises a 400 `ApiError` for anything else.

    NaN, lone surrogates, a byte order mark, raw control characters and numbers beyond a double are refused.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(400, "ParameterFormatIncorrect", "The body is not valid JSON.") from error
