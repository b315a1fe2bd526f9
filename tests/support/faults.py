"""The ways in which `Misbehaving` answers: each fault takes the request and answers it badly."""

import gzip
import json
from collections.abc import Callable

from tests.support.talk import Talk, good

Fault = Callable[[Talk], None]

FAULTS: dict[str, Fault] = {}
"""Every fault by its name."""

SURVIVED = ("long-number", "megabyte-string", "lone-surrogates", "escaped-nul", "byte-order-mark")
"""Those after which the rest of the answer can still be used; they are in `FAULTS` too."""

MEGABYTE = b" " * 2**20
HUGE = 10**12
REDIRECT = "302 Found"


def fault(name: str) -> Callable[[Fault], Fault]:
    """Enter a fault in `FAULTS`."""

    def enter(handler: Fault) -> Fault:
        FAULTS[name] = handler
        return handler

    return enter


def body(name: str, make: Callable[[Talk], bytes], *headers: str) -> None:
    """Enter a fault that is a whole answer with an odd body."""
    FAULTS[name] = lambda talk: talk.answer(make(talk), *headers)


def status(name: str, line: str, content: bytes = b"", *headers: str) -> None:
    """Enter a fault that is a status."""
    FAULTS[name] = lambda talk: talk.answer(content, *headers, status=line)


def changed(talk: Talk, text: str, number: str) -> bytes:
    """The good answer with a text and a number of its record replaced by JSON as it stands."""
    answer = good(talk.path)
    record = answer[0] if isinstance(answer, list) else answer
    places = ("status", "ongoingChats") if "ongoingChats" in record else ("name", "visits")
    whole = json.dumps(record | dict(zip(places, ("@text@", "@number@"), strict=True)))
    whole = whole.replace('"@text@"', text).replace('"@number@"', number)
    return (f"[{whole}]" if isinstance(answer, list) else whole).encode()


BOMB = gzip.compress(MEGABYTE * 40, compresslevel=1)  # more, unpacked, than an answer may have
STACKED_BOMB = gzip.compress(BOMB)
MANY_ROWS = b"[" + b"{}," * 2_500_000 + b"{}]"


body("well", Talk.good)

# Time

FAULTS["hang-before-headers"] = Talk.wait


@fault("latency")
def _latency(talk: Talk) -> None:
    talk.stopped.wait(3)
    talk.answer(talk.good())


@fault("hang-in-headers")
def _hang_in_headers(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: ")
    talk.wait()


@fault("hang-in-body")
def _hang_in_body(talk: Talk) -> None:
    talk.head("Content-Length: 1000")
    talk.send(talk.good()[:10])
    talk.wait()


@fault("drip-headers")
def _drip_headers(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    talk.forever(b"a", pause=0.05)


@fault("drip-body")
def _drip_body(talk: Talk) -> None:
    talk.head("Content-Length: 1000000")
    talk.forever(b" ", pause=0.05)


@fault("drip-chunks")
def _drip_chunks(talk: Talk) -> None:
    talk.head("Transfer-Encoding: chunked")
    talk.forever(b"1\r\n \r\n", pause=0.05)


# Broken connections

FAULTS["reset"] = Talk.reset
FAULTS["hang-up"] = lambda talk: None


@fault("reset-in-body")
def _reset_in_body(talk: Talk) -> None:
    talk.head("Content-Length: 1000")
    talk.send(talk.good()[:10])
    talk.reset()


@fault("truncated-by-length")
def _truncated_by_length(talk: Talk) -> None:
    talk.head(f"Content-Length: {len(talk.good()) + 1}")
    talk.send(talk.good())


@fault("truncated-by-chunk")
def _truncated_by_chunk(talk: Talk) -> None:
    talk.head("Transfer-Encoding: chunked")
    talk.send(b"%x\r\n%b\r\n" % (len(talk.good()), talk.good()))


# Too much


@fault("endless-body")
def _endless_body(talk: Talk) -> None:
    talk.head("Connection: close")
    talk.forever(MEGABYTE)


@fault("endless-chunks")
def _endless_chunks(talk: Talk) -> None:
    talk.head("Transfer-Encoding: chunked")
    talk.forever(b"100000\r\n" + MEGABYTE + b"\r\n")


@fault("huge-body")
def _huge_body(talk: Talk) -> None:
    talk.head(f"Content-Length: {HUGE}")
    talk.forever(MEGABYTE)


@fault("huge-chunk")
def _huge_chunk(talk: Talk) -> None:
    talk.head("Transfer-Encoding: chunked")
    talk.send(b"%x\r\n" % HUGE)
    talk.forever(MEGABYTE)


@fault("negative-chunk")
def _negative_chunk(talk: Talk) -> None:
    talk.head("Transfer-Encoding: chunked")
    talk.send(b"-1\r\n")
    talk.forever(MEGABYTE)


@fault("endless-chunk-size")
def _endless_chunk_size(talk: Talk) -> None:
    talk.head("Transfer-Encoding: chunked")
    talk.forever(b"0" * 2**20)


@fault("endless-status-line")
def _endless_status_line(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 ")
    talk.forever(b"a" * 2**16)


@fault("endless-headers")
def _endless_headers(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\n")
    talk.forever(b"X-More: " + b"a" * 2**15 + b"\r\n")


@fault("continue-flood")
def _continue_flood(talk: Talk) -> None:
    talk.forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


body("gzip-bomb", lambda talk: BOMB, "Content-Encoding: gzip")
body("gzip-bomb-stacked", lambda talk: STACKED_BOMB, "Content-Encoding: gzip, gzip")
body("gzip-bomb-in-gzip", lambda talk: STACKED_BOMB, "Content-Encoding: gzip")
body("corrupt-gzip", lambda talk: b"\x1f\x8b\x08" + b"\xff" * 200, "Content-Encoding: gzip")
body("cut-gzip", lambda talk: gzip.compress(talk.good())[:-9], "Content-Encoding: gzip")
body("gzip-and-more", lambda talk: gzip.compress(talk.good()) + b"more", "Content-Encoding: gzip")
body("other-packing", lambda talk: talk.good(), "Content-Encoding: br")
body("many-rows", lambda talk: MANY_ROWS)

# Not the data that was asked for

status("redirect-elsewhere", REDIRECT, b"", "Location: http://198.51.100.1/v4/livechat/agents")
status("redirect-to-file", REDIRECT, b"", "Location: file:///etc/passwd")
FAULTS["redirect-loop"] = lambda talk: talk.answer(b"", f"Location: {talk.url}{talk.path}", status=REDIRECT)


@fault("redirect-with-endless-body")
def _redirect_with_endless_body(talk: Talk) -> None:
    talk.head(f"Location: {talk.url}/", status=REDIRECT)
    talk.forever(MEGABYTE)


FAULTS["not-http"] = lambda talk: talk.send(b"SSH-2.0-OpenSSH_9.6\r\n")
body("html", lambda talk: b"<!DOCTYPE html><title>Sign in</title><form method=post>")
body("empty", lambda talk: b"")
body("null", lambda talk: b"null")
body("wrong-shape", lambda talk: b'{"id": "x"}' if isinstance(good(talk.path), list) else b"[]")
body("wrong-rows", lambda talk: b'[1, "a", null, [], {}]')
body("nan", lambda talk: changed(talk, '"a"', "NaN"))
body("deep", lambda talk: b"[" * 200_000)
body("deep-field", lambda talk: changed(talk, "[" * 200_000 + "]" * 200_000, "1"))
body("nul", lambda talk: changed(talk, '"a\0b"', "1"))
body("utf-16", lambda talk: talk.good().decode().encode("utf-16"))
body("bad-utf-8", lambda talk: changed(talk, '"@"', "1").replace(b"@", b"\xff\xfe"))
body("long-number", lambda talk: changed(talk, '"a"', "9" * 5_000))
body("megabyte-string", lambda talk: changed(talk, '"' + "a" * 2**20 + '"', "1"))
body("lone-surrogates", lambda talk: changed(talk, r'"a\ud800b\udc00"', "1"))
body("escaped-nul", lambda talk: changed(talk, r'"a\u0000b"', "1"))
body("byte-order-mark", lambda talk: b"\xef\xbb\xbf" + talk.good())

# Statuses

WORDS = b'{"error": "SomeError", "message": "Their words."}'

FAULTS["204"] = lambda talk: talk.head(status="204 No Content")
FAULTS["206"] = lambda talk: talk.answer(talk.good(), status="206 Partial Content")
FAULTS["103"] = lambda talk: talk.head("Link: </a>", status="103 Early Hints")
for _line in ("400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "409 Conflict"):
    status(_line[:3], _line, WORDS)
status("403-limit", "403 Forbidden", b'{"code": 403000, "message": "API call limit reached"}')
status("429-seconds", "429 Too Many Requests", b"", "Retry-After: 7")
status("429-date", "429 Too Many Requests", b"", "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT")
status("429-garbage", "429 Too Many Requests", b"<h1>Slow down</h1>", "Retry-After: soon; 1e9")
status("500", "500 Internal Server Error", b"<h1>Oops</h1>")
status("503", "503 Service Unavailable", b"", "Retry-After: 30")


@fault("hang-in-refusal")
def _hang_in_refusal(talk: Talk) -> None:
    talk.head("Content-Length: 1000", status="401 Unauthorized")
    talk.wait()
