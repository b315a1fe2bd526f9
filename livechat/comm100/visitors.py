"""One visitor out of its JSON: in one go where all of it fits, because there may be 10,000 of them every few
seconds, and field by field where it does not.
"""

from operator import itemgetter
from typing import Any

import msgspec

from livechat.comm100 import fields
from livechat.comm100.fields import Readers, by_field
from livechat.comm100.records import Variable, Visitor
from livechat.comm100.text import MAX_TEXT_CHARS, clean


class _Wire(Visitor, frozen=True, array_like=False, gc=False):
    """A visitor as older versions of the API send it too; its first fields are those of `Visitor`, in order."""

    status: str | int | None = None  # type: ignore[assignment]
    custom_fields: tuple[Variable, ...] | None = ()  # type: ignore[assignment]
    custom_variables: tuple[Variable, ...] | None = msgspec.field(  # type: ignore[assignment]
        default=(), name="customVariableResults"
    )
    department: str | None = None


class _Sent(msgspec.Struct):
    custom_variables: tuple[Variable, ...] | None = msgspec.field(default=(), name="customVariableResults")


_LONG = 256 * 1024  # bytes of a row that may have more variables than it is let to keep

_wire = msgspec.json.Decoder(_Wire)
_sent_variables = msgspec.json.Decoder(_Sent)

_KINDS = {
    "id": fields.guid,
    "status": fields.visitor_status,
    "department_id": fields.guid,
    "visit_time": fields.moment,
    "first_visit_time": fields.moment,
    "visits": fields.count,
    "chats": fields.count,
    "page_views": fields.count,
    "custom_fields": fields.variables,
    "custom_variables": fields.variables,
}
_READERS: Readers = {"department": ("department_id", fields.guid)} | {
    field.encode_name: (field.name, _KINDS.get(field.name, fields.text))
    for field in msgspec.structs.fields(Visitor)
    if field.name != "variables_exact"
}
_WIDTH = len(Visitor.__struct_fields__)
_PLACES = {name: place for place, name in enumerate(Visitor.__struct_fields__)}
_ID, _STATUS, _DEPARTMENT = _PLACES["id"], _PLACES["status"], _PLACES["department_id"]
_VISIT, _FIRST_VISIT = _PLACES["visit_time"], _PLACES["first_visit_time"]
_FIELDS, _VARIABLES = _PLACES["custom_fields"], _PLACES["custom_variables"]
_EXACT = _PLACES["variables_exact"]
_TEXT_PLACES = [_STATUS, *(_PLACES[name] for name, reader in _READERS.values() if reader is fields.text)]
_TEXTS = itemgetter(*_TEXT_PLACES)


def visitor_row(raw: msgspec.Raw) -> tuple[Visitor | None, bool]:
    """The visitor, None without a usable id, and whether a field of it was odd."""
    if len(memoryview(raw)) > _LONG:
        return _piecemeal(raw)
    try:
        return _at_once(raw), False
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError):
        return _piecemeal(raw)


def _at_once(raw: msgspec.Raw) -> Visitor:
    """The whole visitor. Raises `ValueError` where any part of it needs a closer look."""
    wire = _wire.decode(raw)
    values: list[Any] = list(msgspec.structs.astuple(wire)[:_WIDTH])
    values[_ID] = fields.canonical(wire.id)
    if values[_ID] is None:
        raise fields.OddError
    department = wire.department_id or wire.department or fields.NO_GUID
    values[_DEPARTMENT] = None if department == fields.NO_GUID else fields.canonical(department)
    if wire.visit_time is not None:
        values[_VISIT] = fields.utc(wire.visit_time)
    if wire.first_visit_time is not None:
        values[_FIRST_VISIT] = fields.utc(wire.first_visit_time)
    if wire.custom_fields is None:
        values[_FIELDS] = ()
    if wire.custom_variables is None:
        values[_VARIABLES] = ()
    if type(wire.status) is int:
        values[_STATUS] = str(wire.status)
    values[_EXACT] = True
    if not _is_plain(bytes(raw)):
        _clean(values)
    if values[_STATUS]:
        values[_STATUS] = fields.known_status(values[_STATUS])
    return Visitor(*values)


def _is_plain(row: bytes) -> bool:
    """Whether no text of the row can need cleaning, which is quick to see and so for most rows."""
    return len(row) <= MAX_TEXT_CHARS and row.isascii() and b"\\" not in row and b"\x7f" not in row


def _clean(values: list[Any]) -> None:
    texts = _TEXTS(values)
    together = "".join(filter(None, texts))
    if len(together) > MAX_TEXT_CHARS or not together.isprintable():
        for place in _TEXT_PLACES:
            values[place] = values[place] and clean(values[place])
    sent = values[_VARIABLES]
    values[_FIELDS] = _tidy(values[_FIELDS])
    values[_VARIABLES] = _tidy(sent)
    values[_EXACT] = _exact(sent, values[_VARIABLES])


def _piecemeal(raw: msgspec.Raw) -> tuple[Visitor | None, bool]:
    values, odd = by_field(raw, _READERS)
    if not values.get("id"):
        return None, True
    kept = values.get("custom_variables", ())
    values["variables_exact"] = _exact(_sent(raw), kept)
    return Visitor(**values), odd


def _sent(raw: msgspec.Raw) -> tuple[Variable, ...] | None:
    """The custom variables as they came, None where they are not all as documented."""
    try:
        return _sent_variables.decode(raw).custom_variables or ()
    except ValueError:
        return None


def _exact(sent: tuple[Variable, ...] | None, kept: tuple[Variable, ...]) -> bool:
    """Whether `kept` is what came. U+FFFD may stand for a lone surrogate mended on the way, so it never is."""
    return sent == kept and not any("\ufffd" in f"{one.name}{one.value}{one.url}" for one in kept)


def _tidy(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    return tuple([_tidy_one(one) for one in variables]) if variables else ()


def _tidy_one(one: Variable) -> Variable:
    together = f"{one.name}{one.value}{one.url}"
    if len(together) <= MAX_TEXT_CHARS and together.isprintable():
        return one
    return Variable(clean(one.name), one.value and clean(one.value), one.url and clean(one.url))
