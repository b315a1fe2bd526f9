"""Reads one field of foreign JSON at a time. Each reader returns the field's value, or raises if the field is odd."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from livechat.comm100.names import name_key
from livechat.comm100.records import VISITOR_STATUSES, Count, Variable
from livechat.comm100.text import MAX_STATUS_CHARS, MAX_VISITOR_STATUS_CHARS, clean

Readers = Mapping[str, tuple[str, Callable[[msgspec.Raw], Any]]]
"""The record's attribute and the reader of its value, by the field's name in the JSON."""

MAX_ROW_BYTES = 4 * 2**20
"""Bytes of one row; a larger one is dropped."""

MAX_VARIABLES = 1_000
"""Custom fields or variables of one visitor; any more are left out, and the field is odd."""

NO_GUID = "00000000-0000-0000-0000-000000000000"  # the API's way to say "none"

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STATUSES = {name_key(status): status for status in VISITOR_STATUSES}
_STATUSES["mannullyinvitedbywindow"] = "manuallyInvitedByWindow"  # an older page's spelling

_text = msgspec.json.Decoder(str)
_count = msgspec.json.Decoder(Count)
_int = msgspec.json.Decoder(int)
_bool = msgspec.json.Decoder(bool)
_time = msgspec.json.Decoder(datetime)
_list = msgspec.json.Decoder(list[msgspec.Raw])
_cells = msgspec.json.Decoder(dict[str, msgspec.Raw])


class OddError(ValueError):
    """A field that does not fit. `remains` is the part of it that could be read.

    If nothing remains, a reader may raise any `ValueError`.
    """

    def __init__(self, remains: object = None, message: str = "an odd field") -> None:
        super().__init__(message)
        self.remains = remains


def by_field(raw: msgspec.Raw, readers: Readers) -> tuple[dict[str, Any], bool]:
    """The values of the fields that could be read, by attribute, and whether any field was odd.

    Missing and null fields are left out and are not odd. JSON that is no object has no values and is odd. Raises
    `UnicodeDecodeError`.
    """
    values: dict[str, Any] = {}
    odd = False
    if len(memoryview(raw)) > MAX_ROW_BYTES:
        return values, True
    try:
        cells = _cells.decode(raw)
    except msgspec.ValidationError:
        return values, True
    for name, (attribute, reader) in readers.items():
        if is_null(cells.get(name)):
            continue
        try:
            values[attribute] = reader(cells[name])
        except UnicodeDecodeError:
            raise
        except OddError as error:
            odd = True
            if error.remains is not None:
                values[attribute] = error.remains
        except (ValueError, RecursionError):
            odd = True
    return values, odd


def is_null(raw: msgspec.Raw | None) -> bool:
    """Whether the field is missing or null, which is not odd."""
    return raw is None or bytes(raw) == b"null"


def text(raw: msgspec.Raw) -> str:
    """A string, cleaned, without blanks around it: texts are compared."""
    return clean(_text.decode(raw)).strip()


def text_or_number(raw: msgspec.Raw) -> str:
    """A string as it came, cleaned, or the text of a number: older versions of the API answer `"status": 3`."""
    if bytes(raw)[:1] in b"-0123456789":
        return clean(bytes(raw).decode())
    return clean(_text.decode(raw))


def agent_status(raw: msgspec.Raw) -> str:
    """An agent's status."""
    return clean(text_or_number(raw).strip(), MAX_STATUS_CHARS)


def visitor_status(raw: msgspec.Raw) -> str:
    """A visitor's status; a documented one gets its documented spelling."""
    return known_status(text_or_number(raw))


def known_status(status: str) -> str:
    """`status` in its documented spelling if it is a documented one, else cleaned, without blanks around it."""
    status = status.strip()
    return _STATUSES.get(name_key(status)) or clean(status, MAX_VISITOR_STATUS_CHARS)


def count(raw: msgspec.Raw) -> int:
    """A number that is not negative."""
    return _count.decode(raw)


def number(raw: msgspec.Raw) -> int:
    """Any whole number of 64 bits."""
    return _int.decode(raw)


def flag(raw: msgspec.Raw) -> bool:
    """True or false."""
    return _bool.decode(raw)


def moment(raw: msgspec.Raw) -> datetime:
    """A time in UTC. A time without a zone counts as UTC, because the API's times are in UTC."""
    return utc(_time.decode(raw))


def utc(time: datetime) -> datetime:
    """`time` in UTC. Raises `OddError` outside 1970 to 2199: near the calendar's ends, local time overflows."""
    if not 1970 <= time.year < 2200:
        raise OddError
    if time.tzinfo is None:
        return time.replace(tzinfo=UTC)
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def guid(raw: msgspec.Raw) -> str | None:
    """A GUID in lower case, None for the zeros that mean none."""
    return canonical(_text.decode(raw))


def canonical(value: str) -> str | None:
    """`value` as a lower-case GUID without blanks or braces around it, None for all zeros.

    Raises `OddError` (a `ValueError`).
    """
    lower = value.lower()
    if not _GUID.fullmatch(lower):
        lower = lower.strip()
        if lower[:1] == "{" and lower[-1:] == "}":
            lower = lower[1:-1].strip()
    if not _GUID.fullmatch(lower):
        raise OddError(message="not a GUID")
    return None if lower == NO_GUID else lower


def guids(raw: msgspec.Raw) -> tuple[str, ...]:
    """A list of GUIDs."""
    return tuple(one for one in map(guid, _list.decode(raw)) if one)


def variables(raw: msgspec.Raw) -> tuple[Variable, ...]:
    """Custom fields or variables. Unreadable ones are left out, and then the field is odd."""
    found: list[Variable] = []
    entries = _list.decode(raw)
    odd = len(entries) > MAX_VARIABLES
    for entry in entries[:MAX_VARIABLES]:
        try:
            found.append(variable(entry))
        except UnicodeDecodeError:
            raise
        except (ValueError, KeyError):
            odd = True
    if odd:
        raise OddError(tuple(found))
    return tuple(found)


def variable(entry: msgspec.Raw) -> Variable:
    """One custom field or variable. Raises `ValueError`, and `KeyError` without a name."""
    cells = _cells.decode(entry)
    value, url = _text_or_literal(cells.get("value")), _text_or_literal(cells.get("url"))
    return Variable(text_or_number(cells["name"]), value, url)


def _text_or_literal(raw: msgspec.Raw | None) -> str | None:
    """A variable's value; a number, true or false becomes its text."""
    if raw is None or is_null(raw):
        return None
    if bytes(raw) in (b"true", b"false"):
        return bytes(raw).decode()
    return text_or_number(raw)
