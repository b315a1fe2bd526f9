"""Checks what a write holds: the GUID in its path, a status, custom variables. Anything else is a 400."""

import re
from typing import Any, TypeVar

import msgspec

from livechat.chatserver.schemas import WRITABLE_STATUSES, FieldAndValue, StatusWrite, VariableWrite
from livechat.chatserver.webhook_bodies import WebhookWrite
from livechat.chatserver.wire import ApiError

T = TypeVar("T")

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)

# How msgspec ends its sentences: the member that is missing, and the path to the member that does not fit.
_MISSING = re.compile(r"missing required field `(\w+)`|(?:got `null`|of length >= 1) - at `\$[^`]*\.(\w+)`$")
_MISFIT = re.compile(r" - at `\$[^`]*\.(\w+)`$")


def guid(text: str) -> str:
    """The GUID of a path in lower case; raises a 400 `ApiError` if it is none."""
    if not _GUID.fullmatch(text):
        raise ApiError(400, "ParameterFormatIncorrect", 'The parameter "id" is not a GUID.')
    return text.lower()


def status(body: Any) -> str:
    """The status that an agent PUT asks for, spelled as reads show it; raises a 400 `ApiError`.

    Any case is accepted. Every other member of the body is ignored, an `id` too: the path says which agent it is.
    """
    asked = _checked(body, StatusWrite).status.lower()
    if asked not in WRITABLE_STATUSES:
        raise ApiError(400, "ParameterInvalid", 'The parameter "status" is not a status that can be set.')
    return WRITABLE_STATUSES[asked]


def variables(body: Any) -> list[FieldAndValue]:
    """The custom variables of a visitor PUT, null as empty text; raises a 400 `ApiError`.

    The vendor's example sends an array, the vendor's table shows one object: both are accepted. If a name comes
    twice, the last one counts.
    """
    items = _checked(body if isinstance(body, list) else [body], list[VariableWrite])
    return list({item.name: FieldAndValue(item.name, item.value or "", item.url or "") for item in items}.values())


def webhook(body: Any) -> WebhookWrite:
    """The webhook that is to be registered; raises a 400 `ApiError`."""
    return _checked(body, WebhookWrite)


def _checked(body: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error


def _refusal(problem: str) -> ApiError:
    """msgspec's complaint as the vendor words it; a null or empty parameter counts as a missing one."""
    if missing := _MISSING.search(problem):
        return ApiError(400, "ParameterMissing", f'The parameter "{missing[1] or missing[2]}" is required.')
    if misfit := _MISFIT.search(problem):
        return ApiError(400, "ParameterInvalid", f'The parameter "{misfit[1]}" must be a string.')
    return ApiError(400, "ParameterInvalid", f"The body has another shape than documented: {problem}.")
