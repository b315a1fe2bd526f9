"""Sends one request and reads one bounded answer.

The adapter is used without `requests.Session`, so there are no redirects, no cookies, no `~/.netrc` and no proxies from
the environment; a `Session` even reads the whole body of a redirect. Each call has its own connection: no rest of an
earlier answer counts as the next one, and no write goes to a connection that is being closed.
"""

import ssl
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from http.client import BadStatusLine, HTTPException, LineTooLong, RemoteDisconnected
from pathlib import Path

import msgspec
import requests
from requests.exceptions import InvalidHeader
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from livechat.comm100.errors import Malformed, TimedOut, Unreachable
from livechat.comm100.sentences import Why, sentence
from livechat.comm100.timed import Accepts, Adapter, Call, current

USER_AGENT = "Livechat Board/0.1.0"

_READ_BYTES = 64 * 1024
_MAX_OTHER_BODY_BYTES = 64 * 1024  # of any answer but a 200
_BROKEN = (OSError, HTTPError, HTTPException)  # what requests raises is an OSError
_NOT_HTTP = (BadStatusLine, LineTooLong, InvalidHeader)


class Limits(msgspec.Struct, frozen=True):
    """The limits of a call and its way out.

    `deadline` is in seconds for the whole call, `max_body` in bytes of the unpacked answer. `proxy` is an http or https
    address, `ca_bundle` a file or folder of certificates that replaces certifi's. `accepts` chooses among the IP
    addresses of the host, or of the proxy if there is one.
    """

    deadline: float = 8.0
    max_body: int = 32 * 2**20
    proxy: str = ""
    ca_bundle: str = ""
    accepts: Accepts | None = None


class Fault(msgspec.Struct, frozen=True):
    """Why a body cannot be used.

    It is no exception: that would hold the frames that it passed, with all they had read, and a frame that holds the
    answer would hold the exception. Only a garbage collection ends such a cycle.
    """

    kind: type[Malformed | Unreachable]
    message: str
    sent: bool

    def error(self) -> Malformed | Unreachable:
        """A new exception that says so."""
        return self.kind(self.message, sent=self.sent)


class Answer(msgspec.Struct, frozen=True):
    """What came back.

    `fault` says why the body broke off. The status is valid even then, and a write may have taken effect.
    """

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""
    fault: Fault | None = None


def exchange(request: requests.Request, limits: Limits) -> Answer:
    """Send `request` once and return its answer, whatever the status.

    Raises `Unreachable`, `Malformed`, or `NotAccepted` if `limits` accept none of the host's addresses.
    """
    call = Call(limits.deadline, limits.max_body, limits.accepts)
    token = current.set(call)
    try:
        with closing(Adapter(_context(request.url, limits))) as adapter:
            proxies = {"http": limits.proxy, "https": limits.proxy} if limits.proxy else None
            with adapter.send(request.prepare(), stream=True, timeout=limits.deadline, proxies=proxies) as response:
                return _answer(response, call, limits)
    except _BROKEN as error:
        raise _failure(error, call, limits) from error
    finally:
        current.reset(token)


def _context(url: str, limits: Limits) -> ssl.SSLContext | None:
    if url.startswith("https:") or limits.proxy.startswith("https:"):
        return _verifying(limits.ca_bundle or DEFAULT_CA_BUNDLE_PATH)
    return None


@lru_cache(maxsize=8)
def _verifying(bundle: str) -> ssl.SSLContext:
    """A context that verifies certificates. It is kept, because reading them takes longer than a call."""
    if Path(bundle).is_dir():
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)


def _answer(response: requests.Response, call: Call, limits: Limits) -> Answer:
    max_bytes = limits.max_body if response.status_code == 200 else _MAX_OTHER_BODY_BYTES
    status, headers = response.status_code, {k.lower(): v for k, v in response.headers.items()}
    try:
        return Answer(
            status, headers, _body(response.raw, headers.get("content-encoding", "").strip().lower(), max_bytes)
        )
    except (Malformed, Unreachable) as error:
        return Answer(status, headers, fault=_fault(error))
    except _BROKEN as error:
        return Answer(status, headers, fault=_fault(_failure(error, call, limits)))


def _fault(error: Malformed | Unreachable) -> Fault:
    return Fault(type(error), error.message, error.sent)


def _body(raw: BaseHTTPResponse, encoding: str, max_bytes: int) -> bytes:
    """The unpacked body, at most `max_bytes` bytes. One layer of gzip is unpacked; anything else is refused."""
    if (raw.length_remaining or 0) > max_bytes:
        raise Malformed(sentence(Why.TOO_LARGE))
    if encoding not in ("", "identity", "gzip"):
        raise Malformed(sentence(Why.ODDLY_PACKED))
    unzip = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    body = bytearray()
    while piece := raw.read(_READ_BYTES, decode_content=False):
        try:
            body += unzip.decompress(piece, max_bytes + 1 - len(body)) if unzip else piece
        except zlib.error as error:
            raise Malformed(sentence(Why.NOT_UNPACKED)) from error
        if len(body) > max_bytes:
            raise Malformed(sentence(Why.TOO_LARGE))
        if unzip and unzip.unused_data:
            raise Malformed(sentence(Why.GOES_ON))
    if unzip and not unzip.eof:
        raise Malformed(sentence(Why.NOT_UNPACKED))
    return bytes(body)


def _failure(error: Exception, call: Call, limits: Limits) -> Malformed | Unreachable:
    """What a broken exchange means to the caller. The sentence holds no address and no exception's text."""
    causes = list(_causes(error))
    if call.is_over():
        return TimedOut(sentence(Why.TIMED_OUT, seconds=f"{limits.deadline:g}"), sent=call.connected)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Unreachable(sentence(Why.CERTIFICATE), sent=False)
    if not call.connected:
        return Unreachable(sentence(Why.NOT_REACHED), sent=False)
    if any(isinstance(cause, _NOT_HTTP) and not isinstance(cause, RemoteDisconnected) for cause in causes):
        return Malformed(sentence(Why.NOT_HTTP))
    return Unreachable(sentence(Why.BROKE_OFF), sent=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
