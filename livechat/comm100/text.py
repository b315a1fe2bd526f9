"""Foreign text, made safe to store and to show, once, at the border."""

import re

MAX_TEXT_CHARS = 4_000  # characters of one value; a longer one is cut and ends in "…"
# What is written down in a column of its own is cut to what it holds: PostgreSQL refuses a longer one.
MAX_STATUS_CHARS = 100  # an agent's
MAX_VISITOR_STATUS_CHARS = 40
MAX_NAME_CHARS = 200

_SPACES = re.compile("\r\n|[\t\n\r\v\f\x85\u2028\u2029]")
# Other control characters say nothing on a page; the bidirectional embeddings, overrides and isolates could, left
# open, turn round the text that follows. Marks and joiners (U+200D, U+200F) stay: real names need them.
_DROPPED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str, longest: int = MAX_TEXT_CHARS) -> str:
    """`text` without what no page, database or log can take, at most `longest` characters.

    A longer text is cut and ends in "…". Tabs and line breaks become one space, other control characters and the
    bidirectional embeddings, overrides and isolates go, a lone surrogate becomes U+FFFD.
    """
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    if text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _DROPPED.sub("", _SPACES.sub(" ", text)))
