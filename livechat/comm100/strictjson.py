"""Reads JSON from outside as strictly as RFC 8259, except for lone surrogates and a byte order mark.

msgspec refuses a whole body because of half an emoji in one visitor's name. Such halves are replaced, and the body is
read again. Everything else that is not JSON is refused: NaN, UTF-16, bad UTF-8, too many levels.
"""

import re
from typing import TypeVar

import msgspec

from livechat.comm100.errors import Malformed
from livechat.comm100.sentences import Sentence, Why, sentence

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


def _reason(body: bytes, error: Exception) -> Sentence:
    if not body.strip():
        return sentence(Why.EMPTY)
    if body.lstrip()[:1] == b"<":
        return sentence(Why.WEB_PAGE)
    if isinstance(error, msgspec.ValidationError):
        return sentence(Why.OTHER_SHAPE)
    return sentence(Why.NOT_JSON)
