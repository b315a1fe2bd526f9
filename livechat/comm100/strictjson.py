"""JSON from outside: strict as RFC 8259 has it, but for one lone surrogate or a byte order mark.

msgspec refuses a whole body for half of an emoji in one visitor's name; such halves are replaced and the body is
read again. Everything else that is not JSON (NaN, UTF-16, bad UTF-8, too deep) stays refused.
"""

import re
from typing import TypeVar

import msgspec

from livechat.comm100.errors import Malformed

T = TypeVar("T")

_BOM = b"\xef\xbb\xbf"
# Escaped backslashes and whole pairs are matched to be stepped over; only the third kind is a lone half.
_ESCAPES = re.compile(
    rb"\\\\"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def read(body: bytes | msgspec.Raw, decoder: "msgspec.json.Decoder[T]") -> T:
    """What `decoder` makes of `body`. Raises `Malformed`."""
    try:
        return decoder.decode(body)
    except (ValueError, RecursionError) as error:
        mended = _mend(bytes(body))
        if mended == bytes(body):
            raise Malformed(_complaint(mended, error)) from error
    try:
        return decoder.decode(mended)
    except (ValueError, RecursionError) as error:
        raise Malformed(_complaint(mended, error)) from error


def _mend(body: bytes) -> bytes:
    """`body` without a byte order mark, each lone surrogate escape replaced by U+FFFD (of the same length)."""
    mended = bytearray(body.removeprefix(_BOM))
    for match in _ESCAPES.finditer(bytes(mended)):
        if match["lone"]:
            mended[match.start() : match.end()] = b"\\ufffd"
    return bytes(mended)


def _complaint(body: bytes, error: Exception) -> str:
    if not body.strip():
        return "Comm100's answer is empty."
    if body.lstrip()[:1] == b"<":
        return "Comm100's answer is a web page, not data."
    if isinstance(error, msgspec.ValidationError):
        return "Comm100's answer has another shape than its documentation says."
    return "Comm100's answer is not JSON."
