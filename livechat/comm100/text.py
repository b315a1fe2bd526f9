"""Makes foreign text safe to store and to show. It is done once, when the text comes in."""

import re

MAX_TEXT_CHARS = 4_000  # of one value; a longer one is cut and ends in "…"
# A text that has a database column is cut to the column's length, because PostgreSQL refuses a longer one.
MAX_STATUS_CHARS = 100  # of an agent
MAX_VISITOR_STATUS_CHARS = 40
MAX_NAME_CHARS = 200

_SPACES = re.compile("\r\n|[\t\n\r\v\f\x85\u2028\u2029]")
# Other control characters mean nothing on a page. A bidirectional embedding, override or isolate that is left open
# reverses the text after it. Marks and joiners (U+200D, U+200F) stay: real names need them.
_DROPPED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str, max_chars: int = MAX_TEXT_CHARS) -> str:
    """`text` without characters that a page, a database or a log cannot take, at most `max_chars` characters.

    A longer text is cut and ends in "…". Each tab or line break becomes one space, and a lone surrogate becomes U+FFFD.
    Other control characters and bidirectional embeddings, overrides and isolates are removed.
    """
    if len(text) > max_chars:
        text = text[: max_chars - 1] + "…"
    if text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _DROPPED.sub("", _SPACES.sub(" ", text)))
