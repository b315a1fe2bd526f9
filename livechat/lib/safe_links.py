"""Which foreign text may become a link: one strict pattern, because parsers fail on odd input or accept it."""

import re

_LINK = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?(?:[/?#][!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]*)?",
    re.I,
)
_LABEL_CHARS = 60
_MAX_LINK_CHARS = 2000


def safe(text: str | None) -> str:
    """The address if it is plainly http or https, else the empty string."""
    return text if text and len(text) <= _MAX_LINK_CHARS and _LINK.fullmatch(text) else ""


def label(text: str | None) -> str:
    """The address of a page for people: without scheme and host, cut off if it is long."""
    if not text:
        return ""
    short = re.sub(r"^https?://[^/?#]*", "", text) or text
    return short if len(short) <= _LABEL_CHARS else short[: _LABEL_CHARS - 1] + "…"
