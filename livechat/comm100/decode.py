"""Reads lists and single records from an answer's body, row by row.

An odd field becomes None, and its row is counted as odd. A row without a usable id is dropped and counted. Of rows with
one id one is kept, by rule (`_ById`). A body in which no row can be read is an error, never an empty list.
"""

from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager
from typing import Generic, TypeVar

import msgspec

from livechat.comm100 import fields, sent_variables
from livechat.comm100.errors import Malformed
from livechat.comm100.fields import Readers, by_field
from livechat.comm100.records import (
    Agent,
    AwayStatus,
    Department,
    DirectoryAgent,
    Listing,
    Row,
    VariableDefinition,
    Visitor,
    status_place,
)
from livechat.comm100.sent_variables import SentVariable
from livechat.comm100.sentences import Why, sentence
from livechat.comm100.strictjson import read
from livechat.comm100.visitors import visitor_row

MAX_LIST_VALUES = 2_000_000
"""Commas in a list's body: a small body must not take much memory. 10,000 visitors have 500,000."""

MAX_LIST_ROWS = 50_000
"""Rows in a list. The product is made for 10,000 visitors."""

Neighbour = TypeVar("Neighbour", DirectoryAgent, Department, AwayStatus, VariableDefinition)
Kept = TypeVar("Kept")


RowReader = Callable[[msgspec.Raw], tuple[Row | None, bool]]
"""Reads one row: the record, None without a usable id, and whether a field was odd."""

_rows = msgspec.json.Decoder(list[msgspec.Raw])
_wrapped = msgspec.json.Decoder(dict[str, msgspec.Raw])
_any = msgspec.json.Decoder(msgspec.Raw)

_AGENT: Readers = {
    "id": ("id", fields.guid),
    "status": ("status", fields.agent_status),
    "ongoingChats": ("ongoing_chats", fields.count),
}
_DIRECTORY_AGENT: Readers = {
    "id": ("id", fields.guid),
    "name": ("name", fields.text),
    "displayName": ("name", fields.text),
    "departmentIds": ("department_ids", fields.guids),
}
_DEPARTMENT: Readers = {
    "id": ("id", fields.guid),
    "name": ("name", fields.text),
    "agentIds": ("agent_ids", fields.guids),
}
_AWAY_STATUS: Readers = {
    "name": ("name", fields.text),
    "order": ("order", fields.number),
    "isSystem": ("is_system", fields.flag),
}
_VARIABLE_DEFINITION: Readers = {
    "name": ("name", fields.text),
}


def agents(body: bytes) -> Listing[Agent]:
    """The answer to `GET livechat/agents`. Raises `Malformed`."""
    return _listing(body, _agent_row)


def agent(body: bytes) -> Agent:
    """The answer to `GET livechat/agents/{id}`. Raises `Malformed`."""
    return _single(body, _agent_row)


def visitors(body: bytes) -> Listing[Visitor]:
    """The answer to `GET livechat/visitors`. Raises `Malformed`."""
    return _listing(body, visitor_row)


def visitor(body: bytes) -> Visitor:
    """The answer to `GET livechat/visitors/{id}`. Raises `Malformed`."""
    return _single(body, visitor_row)


def visitor_as_sent(body: bytes) -> tuple[Visitor, tuple[SentVariable, ...]]:
    """The same, with the custom variables as they came. Raises `Malformed`."""
    found = visitor(body)
    try:
        return found, sent_variables.read(body)
    except ValueError as error:
        raise Malformed(sentence(Why.NO_VARIABLES)) from error


def directory_agents(body: bytes) -> tuple[DirectoryAgent, ...]:
    """The answer to `GET global/agents`. Raises `Malformed`."""
    return _neighbours(body, "agents", _DIRECTORY_AGENT, DirectoryAgent)


def departments(body: bytes) -> tuple[Department, ...]:
    """The answer to `GET global/departments`. Raises `Malformed`."""
    return _neighbours(body, "departments", _DEPARTMENT, Department)


def away_statuses(body: bytes) -> tuple[AwayStatus, ...]:
    """The answer to `GET global/agentAwayStatuses`. Raises `Malformed`."""
    return _neighbours(body, "agentAwayStatuses", _AWAY_STATUS, AwayStatus)


def variable_definitions(body: bytes) -> tuple[VariableDefinition, ...]:
    """The answer to `GET livechat/customVariables`. Raises `Malformed`."""
    return _neighbours(body, "customVariables", _VARIABLE_DEFINITION, VariableDefinition)


def _agent_row(raw: msgspec.Raw) -> tuple[Agent | None, bool]:
    values, odd = by_field(raw, _AGENT)
    if not values.get("id"):
        return None, True
    agent = Agent(**{"status": ""} | values)
    return agent, odd or not agent.status


class _ById(Generic[Kept]):
    """Rows by their ids. Of rows with one id the first by `_precedence` is kept, in whatever order they come."""

    def __init__(self) -> None:
        self.rows: dict[str, Kept] = {}
        self.odd: set[str] = set()
        self.repeated = 0
        self._firsts: dict[str, tuple[bool, int, bytes]] = {}  # of ids that came again: each row is encoded once

    def add(self, key: str, row: Kept, *, odd: bool) -> None:
        """Keep a row, unless the one that has its id goes before it."""
        if key in self.rows:
            self.repeated += 1
            held = self._firsts.get(key) or _precedence(self.rows[key], odd=key in self.odd)
            mine = _precedence(row, odd=odd)
            self._firsts[key] = min(held, mine)
            if held <= mine:
                return
        self.rows[key] = row
        (self.odd.add if odd else self.odd.discard)(key)


def _precedence(row: object, *, odd: bool) -> tuple[bool, int, bytes]:
    """What decides between two rows with one id: the fields that cannot be read, the statuses' order, the bytes."""
    return odd, status_place(row), msgspec.msgpack.encode(row)


def _listing(body: bytes, row: RowReader[Row]) -> Listing[Row]:
    raws = _split(body, "")
    kept: _ById[Row] = _ById()
    dropped = 0
    with _utf8():
        for raw in raws:
            record, odd = row(raw)
            if record is None:
                dropped += 1
            else:
                kept.add(record.id, record, odd=odd)
    _require_some(raws, kept.rows)
    return Listing(tuple(kept.rows[key] for key in sorted(kept.rows)), len(kept.odd), dropped, kept.repeated)


def _single(body: bytes, row: RowReader[Row]) -> Row:
    with _utf8():
        record, _ = row(read(body, _any))
    if record is None:
        raise Malformed(sentence(Why.NO_RECORD))
    return record


def _neighbours(body: bytes, key: str, readers: Readers, record: type[Neighbour]) -> tuple[Neighbour, ...]:
    name = next(iter(readers))  # a row needs its first field
    kept: _ById[Neighbour] = _ById()
    raws = _split(body, key)
    with _utf8():
        for raw in raws:
            values, odd = by_field(raw, readers)
            if values.get(name):
                kept.add(values[name], record(**values), odd=odd)
    _require_some(raws, kept.rows)
    return tuple(kept.rows.values())


def _require_some(raws: Sequence[object], kept: Sized) -> None:
    if raws and not kept:
        raise Malformed(sentence(Why.NO_ROW))


@contextmanager
def _utf8() -> Iterator[None]:
    """Turn bad UTF-8 into `Malformed`: it is no odd field but a broken answer. msgspec finds it when a row is read."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise Malformed(sentence(Why.NOT_UTF8)) from error


def _split(body: bytes, key: str) -> list[msgspec.Raw]:
    """The rows of a bare array. With a `key`, also of an object's array under that key, or of its only array."""
    if body.count(b",") > MAX_LIST_VALUES:
        raise Malformed(sentence(Why.TOO_LONG))
    rows = read(_array(body, key), _rows)
    if len(rows) > MAX_LIST_ROWS:
        raise Malformed(sentence(Why.TOO_LONG))
    return rows


def _array(body: bytes, key: str) -> bytes | msgspec.Raw:
    if not key or body.lstrip()[:1] != b"{":
        return body
    cells = read(body, _wrapped)
    arrays = {name: raw for name, raw in cells.items() if bytes(raw)[:1] == b"["}
    if key not in arrays and len(arrays) != 1:
        raise Malformed(sentence(Why.OTHER_SHAPE))
    return arrays[key] if key in arrays else next(iter(arrays.values()))
