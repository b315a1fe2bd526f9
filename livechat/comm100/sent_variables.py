"""A visitor's custom variables as Comm100 sent them, so that those which nobody edits go back byte for byte."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from livechat.comm100 import fields
from livechat.comm100.records import Variable

REPLACEMENT = "\ufffd"

_list = msgspec.json.Decoder(list[msgspec.Raw])
_cells = msgspec.json.Decoder(dict[str, msgspec.Raw])
_strict = msgspec.json.Decoder(Variable)
_row = msgspec.json.Decoder(dict[str, msgspec.Raw])


class SentVariable(msgspec.Struct, frozen=True):
    """One entry: the JSON as it came, and the variable as pages show it, None if it cannot be read."""

    raw: msgspec.Raw
    shown: Variable | None


def read(visitor: bytes) -> tuple[SentVariable, ...]:
    """The entries of a visitor's JSON, all of them, in their order. Raises `ValueError` if they are no array."""
    entries = _row.decode(visitor).get("customVariableResults")
    if entries is None or fields.is_null(entries):
        return ()
    return tuple(SentVariable(entry.copy(), _shown(entry)) for entry in _list.decode(entries))


def merged(sent: Iterable[SentVariable], edits: Sequence[Mapping[str, str]]) -> list[msgspec.Raw]:
    """The whole set to send: each entry as it came, edited ones with their new texts, new ones at the end.

    An edited entry keeps what else it holds. A text that was absent stays absent as long as it is empty.
    """
    new = {edit["name"]: edit for edit in edits}
    whole = []
    for one in sent:
        edit = new.pop(one.shown.name, None) if one.shown else None
        whole.append(_edited(one.raw, edit) if edit else one.raw)
    return whole + [msgspec.Raw(msgspec.json.encode(edit)) for edit in new.values()]


def fixed(raw: msgspec.Raw) -> tuple[str, ...]:
    """The names, as pages show them, of the variables in a visitor's JSON that cannot be edited.

    A page shows such a one differently from what Comm100 sent, so an edit would lose something; or its name is there
    twice.
    """
    try:
        sent = read(bytes(raw))
    except ValueError:
        return ()
    named = [(one.shown.name, _is_exact(one)) for one in sent if one.shown]
    times = Counter(name for name, _ in named)
    return tuple(sorted({name for name, exact in named if not exact or times[name] > 1}))


def _shown(entry: msgspec.Raw) -> Variable | None:
    try:
        return fields.variable(entry)
    except (ValueError, KeyError):
        return None


def _is_exact(one: SentVariable) -> bool:
    """Whether pages show an entry to the letter."""
    try:
        plain = _strict.decode(one.raw)
    except ValueError:
        return False
    return plain == one.shown and not is_doubtful(plain)


def is_doubtful(variable: Variable) -> bool:
    """Whether a text may not be what was sent: it has the character that stands for a lone surrogate."""
    return REPLACEMENT in f"{variable.name}{variable.value}{variable.url}"


def _edited(raw: msgspec.Raw, edit: Mapping[str, str]) -> msgspec.Raw:
    cells = _cells.decode(raw)
    for key in ("value", "url"):
        if edit[key] or not fields.is_null(cells.get(key)):
            cells[key] = msgspec.Raw(msgspec.json.encode(edit[key]))
    return msgspec.Raw(msgspec.json.encode(cells))
