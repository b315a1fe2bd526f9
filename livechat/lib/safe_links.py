"""Which foreign text may become a link or a redirect: strict patterns, since parsers fail on odd input or accept it."""

import re

from django.utils.http import url_has_allowed_host_and_scheme

_LINK = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?(?:[/?#][!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]*)?",
    re.I,
)
_LABEL_CHARS = 60
_MAX_LINK_CHARS = 2000


def safe(text: str | None) -> str:
    """The address if it is plainly http or https, else the empty string."""
    return text if text and len(text) <= _MAX_LINK_CHARS and _LINK.fullmatch(text) else ""


def is_here(text: str | None) -> bool:
    """Whether an address is a path, which a browser takes for one on this host. An address with a host is not."""
    return bool(text and re.match(r"/(?![/\\])", text)) and url_has_allowed_host_and_scheme(text, allowed_hosts=None)


def label(text: str | None) -> str:
    """The address of a page for people: without scheme and host, cut off if it is long."""
    if not text:
        return ""
    short = re.sub(r"^https?://[^/?#]*", "", text) or text
    return short if len(short) <= _LABEL_CHARS else short[: _LABEL_CHARS - 1] + "…"
