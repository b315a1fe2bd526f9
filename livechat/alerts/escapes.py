"""Keeps labels, aliases and statuses from becoming mentions, links or markup where a message is shown."""

import re
import string

_ZERO_WIDTH = "\u200b"
_AFTER = re.compile(r"@(?=\w)|:(?=//)|\](?=[(\[])|\bwww(?=\.)|\bmailto(?=:)", re.IGNORECASE)
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_DISCORD = str.maketrans({mark: "\\" + mark for mark in string.punctuation if mark not in ",'\"/%"})


def unlinked(text: str) -> str:
    """The text with a character of no width wherever a reader would see an address or a mention, and make a link."""
    return _AFTER.sub(lambda found: found[0] + _ZERO_WIDTH, text)


def slack(text: str) -> str:
    """The text for Slack and what speaks as it does: `<` and `>` would make links and mentions such as <!channel>."""
    return unlinked(text).translate(_SLACK)


def discord(text: str) -> str:
    """The text for Discord's Markdown, in which a backslash before a mark lets it stand for itself."""
    return unlinked(text).translate(_DISCORD)
