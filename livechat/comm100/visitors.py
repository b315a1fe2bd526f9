"""Reads one visitor from its JSON.

A row that fits is read in one step, because 10,000 of them may come every few seconds. Any other row is read field by
field.
"""

from operator import itemgetter
from typing import Any

import msgspec

from livechat.comm100 import fields, sent_variables
from livechat.comm100.fields import Readers, by_field
from livechat.comm100.records import Variable, Visitor
from livechat.comm100.text import MAX_TEXT_CHARS, clean


class _Wire(Visitor, frozen=True, array_like=False, gc=False):
    """A visitor as any version of the API sends it. Its first fields are those of `Visitor`, in order."""

    status: str | int | None = None  # type: ignore[assignment]
    custom_fields: tuple[Variable, ...] | None = ()  # type: ignore[assignment]
    custom_variables: tuple[Variable, ...] | None = msgspec.field(  # type: ignore[assignment]
        default=(), name="customVariableResults"
    )
    department: str | None = None


_MAX_WHOLE_ROW_BYTES = 256 * 1024  # a longer row is read field by field: it may have too many variables

_wire_decoder = msgspec.json.Decoder(_Wire)

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
    if field.name != "fixed_variables"
}
_WIDTH = len(Visitor.__struct_fields__)
_INDEXES = {name: place for place, name in enumerate(Visitor.__struct_fields__)}
_ID, _STATUS, _DEPARTMENT = _INDEXES["id"], _INDEXES["status"], _INDEXES["department_id"]
_VISIT, _FIRST_VISIT = _INDEXES["visit_time"], _INDEXES["first_visit_time"]
_FIELDS, _VARIABLES = _INDEXES["custom_fields"], _INDEXES["custom_variables"]
_FIXED = _INDEXES["fixed_variables"]
_TEXT_INDEXES = [_STATUS, *(_INDEXES[name] for name, reader in _READERS.values() if reader is fields.text)]
_TEXTS = itemgetter(*_TEXT_INDEXES)


def visitor_row(raw: msgspec.Raw) -> tuple[Visitor | None, bool]:
    """The visitor, None without a usable id, and whether any field was odd."""
    if len(memoryview(raw)) > _MAX_WHOLE_ROW_BYTES:
        return _row_by_field(raw)
    try:
        return _whole_row(raw), False
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError):
        return _row_by_field(raw)


def _whole_row(raw: msgspec.Raw) -> Visitor:
    """The visitor, read in one step. Raises `ValueError` if any part of it must be read by itself."""
    wire = _wire_decoder.decode(raw)
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
    row, sent = bytes(raw), values[_VARIABLES]
    plain = _is_plain(row)
    if not plain:
        _clean(values)
    values[_FIXED] = sent_variables.fixed(raw) if _differ(sent, values[_VARIABLES], plain=plain) else ()
    if not plain or b'" ' in row or b' "' in row:
        _strip(values)
    if values[_STATUS]:
        values[_STATUS] = fields.known_status(values[_STATUS])
    return Visitor(*values)


def _is_plain(row: bytes) -> bool:
    """Whether no text of the row can need cleaning. This is quick, and true for most rows."""
    return len(row) <= MAX_TEXT_CHARS and row.isascii() and b"\\" not in row and b"\x7f" not in row


def _strip(values: list[Any]) -> None:
    """Take the blanks around texts away, because texts are compared. Variables stay: they are sent back unchanged."""
    for place in _TEXT_INDEXES:
        value = values[place]
        if value and (value[0].isspace() or value[-1].isspace()):
            values[place] = value.strip()


def _clean(values: list[Any]) -> None:
    texts = _TEXTS(values)
    together = "".join(filter(None, texts))
    if len(together) > MAX_TEXT_CHARS or not together.isprintable():
        for place in _TEXT_INDEXES:
            values[place] = values[place] and clean(values[place])
    values[_FIELDS] = _cleaned(values[_FIELDS])
    values[_VARIABLES] = _cleaned(values[_VARIABLES])


def _row_by_field(raw: msgspec.Raw) -> tuple[Visitor | None, bool]:
    values, odd = by_field(raw, _READERS)
    if not values.get("id"):
        return None, True
    return Visitor(**values, fixed_variables=sent_variables.fixed(raw)), odd


def _differ(sent: tuple[Variable, ...], kept: tuple[Variable, ...], *, plain: bool) -> bool:
    """Whether some of the variables may differ from what was sent, or share a name. True for few rows."""
    if len({one.name for one in kept}) < len(kept):
        return True
    return not plain and (sent != kept or any(sent_variables.is_doubtful(one) for one in kept))


def _cleaned(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    return tuple([_cleaned_one(one) for one in variables]) if variables else ()


def _cleaned_one(one: Variable) -> Variable:
    together = f"{one.name}{one.value}{one.url}"
    if len(together) <= MAX_TEXT_CHARS and together.isprintable():
        return one
    return Variable(clean(one.name), one.value and clean(one.value), one.url and clean(one.url))
