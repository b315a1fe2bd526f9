"""What an answer that is no success means, by its status and, where it has any, its words.

Source: the vendor's introduction to the API (300 calls in 5 minutes for an address; 403 for too many in older
versions); the bodies of 401, 403, 409 and 429 are not documented, and a firewall may answer with HTML.
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
from livechat.comm100.text import clean
from livechat.comm100.wire import Answer

LONGEST_WAIT = 900.0  # seconds that a Retry-After is believed

_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")
_THROTTLED = re.compile(r"rate.?limit|too.?many.?(request|call)|throttl|quota", re.IGNORECASE)
# A 400 speaks of limits too ("ParameterStringLengthExceed"); only a 403 is read this widely.
_FORBIDDEN_BUT_THROTTLED = re.compile(_THROTTLED.pattern + r"|limit|too.?many|exceed", re.IGNORECASE)

_json = msgspec.json.Decoder(dict[str, object])


def refusal(answer: Answer, secrets: Sequence[str]) -> Comm100Error:
    """The error that `answer` stands for; none of `secrets` gets into its message, even where the body has it."""
    status = answer.status
    words = _words(answer.body, secrets)
    if status == 429 or _speaks_of_limits(answer):
        return Throttled("Comm100 asks for fewer calls.", retry_after(answer.headers))
    if status == 503:
        return Throttled("Comm100 is not available for now.", retry_after(answer.headers), limit=False)
    if status == 401:
        return CredentialRefused(_joined("Comm100 does not accept the credential", words))
    if status == 403:
        return Forbidden(_joined("Comm100 does not permit this to the agent behind the credential", words))
    if status in (404, 410):
        return NotFound(_joined("Comm100 does not know what was asked for", words))
    if status == 408 or status >= 500:
        return Unreachable(f"Comm100 answers with an error of its own ({status}).", sent=True)
    if status == 407:
        return Unreachable("The proxy on the way to Comm100 asks for a sign-in.", sent=True)
    if status >= 400:
        return Refused(words or f"Comm100 refuses this without a reason ({status}).")
    if status >= 300:
        return Malformed("Comm100 answers with a redirect, which is not followed.")
    return Malformed(f"Comm100 answers with a status that was not expected ({status}).")


def _speaks_of_limits(answer: Answer) -> bool:
    text = answer.body.decode(errors="replace")
    if answer.status == 403:
        return bool(_FORBIDDEN_BUT_THROTTLED.search(text))
    return answer.status >= 400 and answer.status not in (401, 404) and bool(_THROTTLED.search(text))


def _joined(sentence: str, words: str) -> str:
    return f"{sentence}: {words}" if words else f"{sentence}."


def _words(body: bytes, secrets: Sequence[str]) -> str:
    """The body's own message in any of the shapes that Comm100 uses, cleaned; "" where there is none (HTML, say)."""
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


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait that the answer names, in seconds or as a date; None for none and for nonsense."""
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(moment - time.time(), 0.0), LONGEST_WAIT)
