"""Wrong values for every field of a visitor, and what is to become of them."""

from typing import Any

import msgspec

from livechat.comm100.records import Visitor
from livechat.comm100.text import MAX_TEXT_CHARS, MAX_VISITOR_STATUS_CHARS, clean
from tests.support.talk import VISITOR

MISSING = object()

FIELDS = {field.encode_name: field.name for field in msgspec.structs.fields(Visitor) if field.name != "fixed_variables"}
COUNTS = ("visits", "chats", "page_views")
LISTS = ("custom_fields", "custom_variables")
SPECIAL = (*COUNTS, *LISTS, "id", "status", "visit_time", "first_visit_time", "department_id")
TEXTS = [name for name in FIELDS.values() if name not in SPECIAL]

STRINGS = {
    "a megabyte": ("x" * 2**20, "x" * (MAX_TEXT_CHARS - 1) + "…"),
    "surrogates": ("a\ud800b\udc00", "a\ufffdb\ufffd"),
    "bidi": ("abc\u202edef\u2066g", "abcdefg"),
    "markup": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "controls": ("a\x00b\tc\r\nd\x7f\x85e", "ab c d e"),
}
"""Strings as they come and as they are kept."""
WRONG = {"missing": MISSING, "null": None, "number": 7, "negative": -1, "fraction": 1.5, "bool": True, "list": [1],
         "object": {"a": 1}} | {name: came for name, (came, _) in STRINGS.items()}  # fmt: skip
NOT_ODD = ("missing", "null")


def row(**fields: Any) -> dict[str, Any]:
    """The good visitor with some fields replaced."""
    return {name: value for name, value in (VISITOR | fields).items() if value is not MISSING}


def kept(name: str, kind: str) -> Any:
    """What a field is to be after the wrong value of that kind came for it."""
    if kind in STRINGS and name in (*TEXTS, "status"):
        return clean(STRINGS[kind][1], MAX_VISITOR_STATUS_CHARS) if name == "status" else STRINGS[kind][1]
    if kind == "number" and name in COUNTS:
        return 7
    if name == "status" and kind in ("number", "negative", "fraction"):
        return str(WRONG[kind])  # older versions of the API answer a number
    return () if name in LISTS else None
