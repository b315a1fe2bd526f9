"""What a write may hold: GUIDs in paths, statuses, custom variables. Everything else is a 400."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from livechat.chatserver.wire import ApiError

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


class Variable(msgspec.Struct, frozen=True):
    """A custom variable or custom field: the vendor's ``FieldAndValue``."""

    name: str
    value: str = ""
    url: str = ""


def guid(text: str) -> str:
    """The GUID of a path in lower case; raises a 400 :class:`ApiError` when it is none."""
    if not _GUID.fullmatch(text):
        raise ApiError(400, "ParameterFormatIncorrect", 'The parameter "id" is not a GUID.')
    return text.lower()


def status(body: Any, away_statuses: Iterable[str]) -> str:
    """The status that an agent PUT asks for, spelled as reads show it.

    Accepts ``online``, ``away`` and each of ``away_statuses`` without regard to case; every other member of
    the body is ignored, an ``id`` too, because the path says who is meant.
    """
    if not isinstance(body, dict):
        raise ApiError(400, "ParameterInvalid", "The body must be a JSON object.")
    asked = body.get("status")
    if asked is None:
        raise ApiError(400, "ParameterMissing", 'The parameter "status" is required.')
    allowed = {name.lower(): name for name in ("Online", "Away", *away_statuses)}
    if not isinstance(asked, str) or asked.lower() not in allowed:
        raise ApiError(400, "ParameterInvalid", 'The parameter "status" is not a status that can be set.')
    return allowed[asked.lower()]


def variables(body: Any) -> list[Variable]:
    """The custom variables of a visitor PUT: an array or, as the vendor's table has it, one object.

    Where a name comes twice the last one counts.
    """
    if not isinstance(body, dict | list):
        raise ApiError(400, "ParameterInvalid", "The body must be a JSON array or object.")
    items = body if isinstance(body, list) else [body]
    given = [_variable(item) for item in items]
    return list({variable.name: variable for variable in given}.values())


def _variable(item: Any) -> Variable:
    if not isinstance(item, dict):
        raise ApiError(400, "ParameterInvalid", "A custom variable must be a JSON object.")
    if item.get("name") in (None, ""):
        raise ApiError(400, "ParameterMissing", 'The parameter "name" is required.')
    texts = {}
    for field in ("name", "value", "url"):
        text = item.get(field)
        if text is not None and not isinstance(text, str):
            raise ApiError(400, "ParameterInvalid", f'The parameter "{field}" must be a string.')
        texts[field] = text or ""
    return Variable(**texts)
