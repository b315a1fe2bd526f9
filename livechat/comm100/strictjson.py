"""Reads JSON from outside as strictly as RFC 8259, except for lone surrogates and a byte order mark.

msgspec refuses a whole body because of half an emoji in one visitor's name. Such halves are replaced, and the body is
read again. Everything else that is not JSON is refused: NaN, UTF-16, bad UTF-8, too many levels.
"""

import re
from typing import TypeVar

import msgspec

from livechat.comm100.errors import Malformed

T = TypeVar("T")

_BOM = b"\xef\xbb\xbf"
# Escaped backslashes and whole pairs match too, so that they are skipped. Only the third kind is a lone half.
_ESCAPES = re.compile(
    rb"\\\\"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def read(body: bytes | msgspec.Raw, decoder: "msgspec.json.Decoder[T]") -> T:
    """`body` as `decoder` reads it. Raises `Malformed`."""
    try:
        return decoder.decode(body)
    except (ValueError, RecursionError) as error:
        mended = _repaired(bytes(body))
        if mended == bytes(body):
            raise Malformed(_reason(mended, error)) from error
    try:
        return decoder.decode(mended)
    except (ValueError, RecursionError) as error:
        raise Malformed(_reason(mended, error)) from error


def _repaired(body: bytes) -> bytes:
    """`body` without a byte order mark. U+FFFD replaces each lone surrogate escape; it has the same length."""
    mended = bytearray(body.removeprefix(_BOM))
    for match in _ESCAPES.finditer(bytes(mended)):
        if match["lone"]:
            mended[match.start() : match.end()] = b"\\ufffd"
    return bytes(mended)


def _reason(body: bytes, error: Exception) -> str:
    if not body.strip():
        return "Comm100's answer is empty."
    if body.lstrip()[:1] == b"<":
        return "Comm100's answer is a web page, not data."
    if isinstance(error, msgspec.ValidationError):
        return "Comm100's answer has another shape than its documentation says."
    return "Comm100's answer is not JSON."
