"""Which foreign text may become a link: one strict pattern, because parsers throw on, or agree to, odd input."""

import re

_LINK = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?(?:[/?#][!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]*)?",
    re.I,
)
_SHOWN = 60


def safe(text: str | None) -> str:
    """The address itself where it is plainly http or https, else the empty string."""
    return text if text and len(text) <= 2000 and _LINK.fullmatch(text) else ""


def label(text: str | None) -> str:
    """A page's address as people read it: without scheme and host, shortened in the middle of nowhere."""
    if not text:
        return ""
    short = re.sub(r"^https?://[^/?#]*", "", text) or text
    return short if len(short) <= _SHOWN else short[: _SHOWN - 1] + "…"
