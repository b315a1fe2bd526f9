"""One field of foreign JSON at a time: each reader takes the field's JSON and gives its value, or says it is odd."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from livechat.comm100.records import VISITOR_STATUSES, Count, Variable
from livechat.comm100.text import MAX_STATUS_CHARS, MAX_VISITOR_STATUS_CHARS, clean

Readers = Mapping[str, tuple[str, Callable[[msgspec.Raw], Any]]]
"""For each field's name in the JSON: the record's attribute and the reader of its value."""

MOST_ROW = 4 * 2**20
"""Bytes of one row; a larger one is dropped."""

MOST_VARIABLES = 1_000
"""Custom fields or variables of one visitor; those beyond are left out, and the field is odd."""

NO_GUID = "00000000-0000-0000-0000-000000000000"  # the API's way to say "none"

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STATUSES = {status.casefold(): status for status in VISITOR_STATUSES}
_STATUSES["mannullyinvitedbywindow"] = "manuallyInvitedByWindow"  # an older page's spelling

_text = msgspec.json.Decoder(str)
_count = msgspec.json.Decoder(Count)
_int = msgspec.json.Decoder(int)
_bool = msgspec.json.Decoder(bool)
_time = msgspec.json.Decoder(datetime)
_list = msgspec.json.Decoder(list[msgspec.Raw])
_cells = msgspec.json.Decoder(dict[str, msgspec.Raw])


class OddError(ValueError):
    """A field that does not fit, with what is left of it. (Where nothing is left, any `ValueError` will do.)"""

    def __init__(self, remains: object = None, message: str = "an odd field") -> None:
        super().__init__(message)
        self.remains = remains


def by_field(raw: msgspec.Raw, readers: Readers) -> tuple[dict[str, Any], bool]:
    """The values of the fields that could be read, by attribute, and whether any was odd.

    Missing and null fields are left out and not odd. What is no object has no values. Raises `UnicodeDecodeError`.
    """
    values: dict[str, Any] = {}
    odd = False
    if len(memoryview(raw)) > MOST_ROW:
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
    """A string, cleaned."""
    return clean(_text.decode(raw))


def text_or_number(raw: msgspec.Raw) -> str:
    """A string, or a number as it came (older versions of the API answer `"status": 3`)."""
    if bytes(raw)[:1] in b"-0123456789":
        return clean(bytes(raw).decode())
    return text(raw)


def agent_status(raw: msgspec.Raw) -> str:
    """An agent's status."""
    return clean(text_or_number(raw), MAX_STATUS_CHARS)


def visitor_status(raw: msgspec.Raw) -> str:
    """A visitor's status, a documented one in its documented spelling."""
    return known_status(text_or_number(raw))


def known_status(status: str) -> str:
    """`status` in its documented spelling, where it is documented."""
    return _STATUSES.get(status.casefold()) or clean(status, MAX_VISITOR_STATUS_CHARS)


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
    """A time in UTC; one without a zone is taken for UTC, as the API has it."""
    return utc(_time.decode(raw))


def utc(time: datetime) -> datetime:
    """`time` in UTC. Raises `OddError` outside 1970 to 2199: other ends overflow when shown in a local zone."""
    if not 1970 <= time.year < 2200:
        raise OddError
    if time.tzinfo is None:
        return time.replace(tzinfo=UTC)
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def guid(raw: msgspec.Raw) -> str | None:
    """A GUID in lower case, None for the one that means none."""
    return canonical(_text.decode(raw))


def canonical(value: str) -> str | None:
    """`value` as a lower-case GUID, None for all zeros. Raises `OddError` (a `ValueError`)."""
    lower = value.lower()
    if not _GUID.fullmatch(lower):
        raise OddError(message="not a GUID")
    return None if lower == NO_GUID else lower


def guids(raw: msgspec.Raw) -> tuple[str, ...]:
    """A list of GUIDs."""
    return tuple(one for one in map(guid, _list.decode(raw)) if one)


def variables(raw: msgspec.Raw) -> tuple[Variable, ...]:
    """Custom fields or variables; those that cannot be read are left out, and the field is odd."""
    found: list[Variable] = []
    entries = _list.decode(raw)
    odd = len(entries) > MOST_VARIABLES
    for entry in entries[:MOST_VARIABLES]:
        try:
            cells = _cells.decode(entry)
            found.append(Variable(text_or_number(cells["name"]), _loose(cells.get("value")), _loose(cells.get("url"))))
        except UnicodeDecodeError:
            raise
        except (ValueError, KeyError):
            odd = True
    if odd:
        raise OddError(tuple(found))
    return tuple(found)


def _loose(raw: msgspec.Raw | None) -> str | None:
    """A variable's value: a bare number or truth value is its own text."""
    if raw is None or is_null(raw):
        return None
    if bytes(raw) in (b"true", b"false"):
        return bytes(raw).decode()
    return text_or_number(raw)
