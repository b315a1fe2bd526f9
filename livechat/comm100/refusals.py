"""Turns an answer that is no success into an error, by its status and its words.

The vendor's introduction to the API allows 300 calls in 5 minutes for an address; older versions answered a 403 to any
more. The bodies of 401, 403, 409 and 429 are not documented, and a firewall may answer with HTML.
"""

import re
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime

import msgspec

from livechat.comm100.errors import (
    Comm100Error,
    CredentialRefused,
    Forbidden,
    Malformed,
    NotFound,
    Refused,
    Throttled,
    Unreachable,
)
from livechat.comm100.sentences import Why, sentence
from livechat.comm100.text import clean
from livechat.comm100.wire import Answer

MAX_WAIT_SECONDS = 900.0  # a longer Retry-After is cut to this

_SECONDS = re.compile(r"\d+(\.\d+)?")
_THROTTLED = re.compile(r"rate.?limit|too.?many.?(request|call)|throttl|quota", re.IGNORECASE)
# Only a 403 is read this widely: a 400 speaks of other limits too ("ParameterStringLengthExceed").
_THROTTLED_403 = re.compile(_THROTTLED.pattern + r"|limit|too.?many|exceed", re.IGNORECASE)

_NOT_FOUND = (NotFound, Why.NOT_KNOWN, Why.NOT_KNOWN_BECAUSE)
_KINDS: dict[int, tuple[type[Comm100Error], Why, Why]] = {
    401: (CredentialRefused, Why.NOT_ACCEPTED, Why.NOT_ACCEPTED_BECAUSE),
    403: (Forbidden, Why.NOT_PERMITTED, Why.NOT_PERMITTED_BECAUSE),
    404: _NOT_FOUND,
    410: _NOT_FOUND,
}
"""The error of a status, and its sentences without and with the answer's own words."""

FINAL_STATUSES = frozenset({400, 401, 403, 404, 409, 422, 429})  # by which Comm100 itself refuses a PUT

_json = msgspec.json.Decoder(dict[str, object])


def refusal(answer: Answer, secrets: Sequence[str]) -> Comm100Error:
    """The error that `answer` means. Its message holds none of `secrets`, even if the body does."""
    status = answer.status
    if status == 429 or _speaks_of_limits(answer):
        return Throttled(sentence(Why.FEWER_CALLS), retry_after(answer.headers))
    if status == 503:
        return Throttled(sentence(Why.UNAVAILABLE), retry_after(answer.headers), limit=False)
    if status < 400:
        return Malformed(sentence(Why.REDIRECT) if status >= 300 else sentence(Why.ODD_STATUS, status=status))
    if status in (407, 408) or status >= 500:
        said = sentence(Why.PROXY) if status == 407 else sentence(Why.OWN_ERROR, status=status)
        return Unreachable(said, sent=True)
    words = _message(answer.body, secrets)
    if status in _KINDS:
        kind, bare, because = _KINDS[status]
        return kind(sentence(because, words=words) if words else sentence(bare))
    return Refused(words or sentence(Why.NO_REASON, status=status))


def is_final(answer: Answer) -> bool:
    """Whether a PUT that got this answer surely took no effect.

    A gateway answers too, by a page or a status of its own, and the PUT may have passed it before. So only the
    statuses count by which Comm100 refuses, with an error in one of its shapes or with no body at all.
    """
    if answer.status not in FINAL_STATUSES or answer.fault:
        return False
    return not answer.body.strip() or bool(_message(answer.body, ()))


def _speaks_of_limits(answer: Answer) -> bool:
    text = answer.body.decode(errors="replace")
    if answer.status == 403:
        return bool(_THROTTLED_403.search(text))
    if answer.status < 400 or answer.status in (401, 404):
        return False
    return bool(_THROTTLED.search(text)) and bool(_message(answer.body, ()))  # a page of a gateway does not count


def _message(body: bytes, secrets: Sequence[str]) -> str:
    """The body's own message, cleaned, in any of Comm100's shapes; "" if there is none, as in HTML."""
    try:
        said = _json.decode(body)
    except (ValueError, RecursionError):
        return ""
    inner = said.get("error")
    places: tuple[object, ...] = (
        inner.get("message") if isinstance(inner, dict) else None,
        said.get("message"),
        said.get("error_description"),
        inner,
    )
    words = next((clean(place).strip() for place in places if isinstance(place, str) and place.strip()), "")
    for secret in secrets:
        words = words.replace(secret, "…")
    return words


def retry_after(headers: Mapping[str, str], longest: float = MAX_WAIT_SECONDS) -> float | None:
    """The seconds to wait that the answer names, as a number or a date, cut to the `longest`.

    None if it names none, or nonsense.
    """
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value) if _SECONDS.fullmatch(value) else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(seconds, 0.0), longest)
