"""Visitors with odd but legal data, as real visitor lists hold it. Some is hostile: it tries what shows it."""

from collections.abc import Callable
from typing import Any

Record = dict[str, Any]


def _right_to_left(record: Record, contact: Record) -> None:
    contact["name"] = "ليلى الأحمد"
    record.update(name=contact["name"], country="Egypt", state="القاهرة", city="القاهرة", language="ar-EG")
    record["searchKeywords"] = "دراجة كهربائية"


def _no_url(record: Record, _contact: Record) -> None:
    record["customVariableResults"] = [
        {"name": "fccc", "value": "520", "url": "bbbbb"},
        {"name": "Note", "value": "", "url": ""},
    ]


def _long(record: Record, contact: Record) -> None:
    contact["name"] = "Wolfeschlegelsteinhausenbergerdorff-" * 6 + "Senior"
    contact["company"] = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    record.update(contact)
    record["currentBrowsing"] = "https://shop.example/search?" + "&".join(
        f"filter{number}=a-rather-long-value" for number in range(40)
    )


def _empty(record: Record, _contact: Record) -> None:
    for name in ("company", "phone", "searchKeywords", "productService", "state", "departmentId"):
        record[name] = None
    record["customFields"] = None
    record.pop("screenResolution", None)


def _emoji(record: Record, contact: Record) -> None:
    contact["name"] = "Zoë 🚲✨"
    record["name"] = contact["name"]
    record["customVariableResults"] = [{"name": "Mood 🙂", "value": "👩‍👩‍👧‍👦 family", "url": ""}]


def _markup(record: Record, contact: Record) -> None:
    contact["name"] = 'Ann <ann@example.com> & "Bob" O\'Neil'
    record["name"] = contact["name"]
    record["customVariableResults"] = [{"name": "<b>Plan</b>", "value": "a < b && c > d", "url": "javascript:0"}]


def _old_spelling(record: Record, _contact: Record) -> None:
    record["language"] = "xx"
    record["timeZone"] = ""
    record["browser"] = "Unknown"
    record["currentBrowsing"] = "file:///C:/Users/Public/catalogue.html"
    record["ip"] = "::1"


# Each changes the visitor's record and the contact details that the visitor will type into the form.
ODDITIES: tuple[Callable[[Record, Record], None], ...] = (
    _right_to_left,
    _no_url,
    _long,
    _empty,
    _emoji,
    _markup,
    _old_spelling,
)

# Those of them that only tests ask for: markup, values that never end, addresses that are none.
HOSTILE = frozenset({_long, _markup, _no_url, _old_spelling})
