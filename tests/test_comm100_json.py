"""Foreign JSON is read as strictly as its standard, except for lone surrogates. Nothing fails in another way."""

import base64
import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.comm100 import decode
from livechat.comm100.errors import Malformed
from livechat.comm100.records import decode_visitors, encode
from livechat.comm100.strictjson import read
from livechat.comm100.text import MAX_TEXT_CHARS, clean
from tests.support import corpora
from tests.support.talk import VISITOR

FIELDS = [*VISITOR, "department"]

FEW = {
    "y_array.json": b'[{"a": "\\ud83d\\ude00", "b": [1.5e3, null]}]',
    "n_nan.json": b"[NaN]",
    "n_trailing_comma.json": b"[1,]",
    "n_two_values.json": b"[] []",
    "n_single_quotes.json": b"['a']",
    "n_leading_zero.json": b"[012]",
    "n_raw_newline.json": b'["a\nb"]',
    "n_deep.json": b"[" * 100_000,
    "n_utf-16.json": "[1]".encode("utf-16"),
}


def corpus() -> dict[str, bytes]:
    """Odd JSON by file name: a name with y must be read, a name with n refused."""
    found = corpora.load("json_nst_b64.json") or {}
    return FEW | {name: base64.b64decode(data) for name, data in found.items()}


def test_json_is_read_as_its_standard_says() -> None:
    decoder = msgspec.json.Decoder()
    wrong = []
    for name, data in corpus().items():
        try:
            read(data, decoder)
            refused = False
        except Malformed:
            refused = True
        if (name.startswith("y_") and refused) or (name.startswith("n_") and not refused):
            wrong.append(name)
    assert not wrong


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\ud83d"', "\ufffd"),
        (rb'"\ude00\ud83d"', "\ufffd\ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd😀"),
        (rb'"\\ud83d\ude00"', "\\ud83d\ufffd"),
        (rb'"\\\ud83d"', "\\\ufffd"),
        (rb'"\\ud83d\ud83d"', "\\ud83d\ufffd"),
    ],
)
def test_only_lone_surrogates_are_replaced(came: bytes, kept: str) -> None:
    assert read(came, msgspec.json.Decoder(str)) == kept


@settings(max_examples=50)
@given(st.text())
def test_cleaned_text_is_short_and_has_nothing_that_cannot_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert len(cleaned) <= MAX_TEXT_CHARS
    cleaned.encode()
    assert not any(ord(character) < 32 or 0x202A <= ord(character) <= 0x202E for character in cleaned)


@settings(max_examples=50)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_decoder_fail_otherwise(data: bytes) -> None:
    for decoder in (decode.agents, decode.visitors, decode.agent, decode.visitor, decode.departments):
        with suppress(Malformed):
            decoder(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from([*FIELDS]), JSON))
def test_any_json_in_any_field_leaves_a_row_that_can_be_stored(fields: dict[str, Any]) -> None:
    listing = decode.visitors(json.dumps([VISITOR | fields | {"id": VISITOR["id"]}]).encode())
    assert len(listing.rows) == 1
    assert decode_visitors(encode(listing)) == listing
