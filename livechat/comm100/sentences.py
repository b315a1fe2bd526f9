"""The sentences of the client's own errors, by a code: rows keep the code, and a page says it in its reader's language.

Comm100's own words are no sentence of ours: they stay as they came.
"""

from collections.abc import Mapping
from enum import StrEnum

from livechat.comm100.text import clean

MAX_MESSAGE_CHARS = 300


class Why(StrEnum):
    """Why a call failed."""

    NOT_REACHED = "not-reached"
    CERTIFICATE = "certificate"
    TIMED_OUT = "timed-out"
    BROKE_OFF = "broke-off"
    PROXY = "proxy"
    OWN_ERROR = "own-error"
    UNAVAILABLE = "unavailable"
    FEWER_CALLS = "fewer-calls"
    RENEWING = "renewing"
    NOT_ACCEPTED = "not-accepted"
    NOT_ACCEPTED_BECAUSE = "not-accepted-because"
    NOT_PERMITTED = "not-permitted"
    NOT_PERMITTED_BECAUSE = "not-permitted-because"
    NOT_KNOWN = "not-known"
    NOT_KNOWN_BECAUSE = "not-known-because"
    NOT_RENEWED = "not-renewed"
    NOT_RENEWED_BECAUSE = "not-renewed-because"
    NO_REASON = "no-reason"
    REDIRECT = "redirect"
    ODD_STATUS = "odd-status"
    NOT_HTTP = "not-http"
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"
    ODDLY_PACKED = "oddly-packed"
    NOT_UNPACKED = "not-unpacked"
    GOES_ON = "goes-on"
    EMPTY = "empty"
    WEB_PAGE = "web-page"
    NOT_JSON = "not-json"
    NOT_UTF8 = "not-utf8"
    OTHER_SHAPE = "other-shape"
    NO_ROW = "no-row"
    NO_RECORD = "no-record"
    OTHER_RECORD = "other-record"
    NO_VARIABLES = "no-variables"
    BAD_TOKEN = "bad-token"  # noqa: S105


# Parameters: `status` of HTTP, `seconds`, and `words`, which are Comm100's.
WORDS: Mapping[str, str] = {
    Why.NOT_REACHED: "Comm100 cannot be reached.",
    Why.CERTIFICATE: "Comm100's certificate could not be verified.",
    Why.TIMED_OUT: "Comm100 did not answer within %(seconds)s seconds.",
    Why.BROKE_OFF: "The connection to Comm100 broke off.",
    Why.PROXY: "The proxy on the way to Comm100 asks for a sign-in.",
    Why.OWN_ERROR: "Comm100 answers with an error of its own (%(status)s).",
    Why.UNAVAILABLE: "Comm100 is not available for now.",
    Why.FEWER_CALLS: "Comm100 asks for fewer calls.",
    Why.RENEWING: "Comm100's access token is still being renewed.",
    Why.NOT_ACCEPTED: "Comm100 does not accept the credential.",
    Why.NOT_ACCEPTED_BECAUSE: "Comm100 does not accept the credential: %(words)s",
    Why.NOT_PERMITTED: "Comm100 does not permit this to the agent behind the credential.",
    Why.NOT_PERMITTED_BECAUSE: "Comm100 does not permit this to the agent behind the credential: %(words)s",
    Why.NOT_KNOWN: "Comm100 does not know what was asked for.",
    Why.NOT_KNOWN_BECAUSE: "Comm100 does not know what was asked for: %(words)s",
    Why.NOT_RENEWED: "Comm100 does not renew the access token.",
    Why.NOT_RENEWED_BECAUSE: "Comm100 does not renew the access token: %(words)s",
    Why.NO_REASON: "Comm100 refuses this without a reason (%(status)s).",
    Why.REDIRECT: "Comm100 answers with a redirect, which is not followed.",
    Why.ODD_STATUS: "Comm100 answers with an unexpected status (%(status)s).",
    Why.NOT_HTTP: "Comm100's answer is not HTTP.",
    Why.TOO_LARGE: "Comm100's answer is too large.",
    Why.TOO_LONG: "Comm100's answer is a longer list than a site can have.",
    Why.ODDLY_PACKED: "Comm100's answer is packed in a way that was not asked for.",
    Why.NOT_UNPACKED: "Comm100's answer cannot be unpacked.",
    Why.GOES_ON: "Comm100's answer goes on after its end.",
    Why.EMPTY: "Comm100's answer is empty.",
    Why.WEB_PAGE: "Comm100's answer is a web page, not data.",
    Why.NOT_JSON: "Comm100's answer is not JSON.",
    Why.NOT_UTF8: "Comm100's answer is not UTF-8.",
    Why.OTHER_SHAPE: "Comm100's answer has another shape than its documentation says.",
    Why.NO_ROW: "Comm100's answer is a list in which no row can be read.",
    Why.NO_RECORD: "Comm100's answer is not the record that was asked for.",
    Why.OTHER_RECORD: "Comm100 answered with another record than the one asked for.",
    Why.NO_VARIABLES: "Comm100's answer has custom variables that are no list.",
    Why.BAD_TOKEN: "Comm100 answered with a token that cannot be used.",
}


class Sentence(str):
    """A sentence in English that knows its code and its parameters."""

    why: Why
    parameters: dict[str, str | int]


def sentence(why: Why, **parameters: str | int) -> Sentence:
    """The sentence of a code, of at most 300 characters. Raises KeyError if a parameter is missing."""
    given = {
        name: clean(value, MAX_MESSAGE_CHARS) if isinstance(value, str) else value for name, value in parameters.items()
    }
    made = Sentence(clean(WORDS[why] % given, MAX_MESSAGE_CHARS))
    made.why, made.parameters = why, given
    return made
