"""Takes what people paste for what it is: a value with the quotes, commas and names that stood around it."""

import json
import re
from typing import Any

# Characters without width, which copying from a page or a chat brings along.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_AROUND = " \t\r\n\u00a0,;\"'`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_HEADER = re.compile(r"^(?:.*\bauthorization\b[\"']?\s*[:=]\s*)?[\"']?bearer(?:\s+|$)", re.IGNORECASE | re.DOTALL)
_BARE_HEADER = re.compile(r"^authorization\s*[:=]\s*", re.IGNORECASE)


def unwrapped(text: str) -> str:
    """A value without blanks, quotes, commas and semicolons around it, and without characters that have no width."""
    return _UNSEEN.sub("", text).strip(_AROUND)


def secret(text: str, member: str) -> str:
    """A secret out of what was pasted for it: the value, a line of JSON, or a whole answer, of which it is `member`.

    Raises ValueError if it is JSON without this member.
    """
    bare = _UNSEEN.sub("", text).strip()
    if bare.startswith(("{", "[")):
        return unwrapped(_of_json(bare, member))
    line = re.match(rf"""[\"']?{member}[\"']?\s*[:=]\s*""", bare, re.IGNORECASE)
    return unwrapped(bare[line.end() :] if line else bare)


def access_token(text: str) -> str:
    """The same for an access token, which may also be a header, or a command with one: "Authorization: Bearer …"."""
    bare = unwrapped(text)
    header = _HEADER.match(bare)
    if header:
        value = unwrapped(bare[header.end() :])
        return re.split(r"""["']\s""", value, maxsplit=1)[0]  # in a command more may follow the header's quote
    bare = secret(text, "access_token")
    return unwrapped(_BARE_HEADER.sub("", bare))


def _of_json(text: str, member: str) -> str:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("This is a part of a JSON text. Paste all of it, or only the value.") from error
    value = found.get(member) if isinstance(found, dict) else None
    if not isinstance(value, str) or not value:
        raise ValueError(f"This JSON text has no “{member}”.")
    return value
