"""The allow-list of addresses to which a credential may be sent (`COMM100_HOSTS`).

The list holds pairs: the address of an API, then the address that renews its access tokens. {N} stands for a number,
the same one in both. If the last entry has no partner, it renews its own tokens.
"""

import re

from django.conf import settings

from livechat.lib import pasted

NUMBER = "{N}"


def pairs() -> list[tuple[str, str]]:
    """The patterns in pairs: (address of an API, address that renews its tokens)."""
    patterns: list[str] = settings.COMM100_HOSTS
    return [
        (api, patterns[at + 1] if at + 1 < len(patterns) else api) for at, api in enumerate(patterns) if at % 2 == 0
    ]


def allowed(address: str) -> bool:
    """Whether a site may have this API address. Scheme, host and port must match a pattern; nothing may follow."""
    return any(_number(api, address) is not None for api, _renewal in pairs())


def corrected(address: str) -> str:
    """The API's address that is meant by an address with more or less at its ends, else the address as it is.

    Taken are: a slash or the API's version after it, capitals, no https:// before it, and any page of the partner,
    which is where people sign in to Comm100. Host, port and number are never guessed.
    """
    text = pasted.unwrapped(address)
    for api, partner in pairs():
        for pattern, rest in ((api, "/?(?:v4/?)?"), (partner, "(?:[/?#][!-~]*)?")):
            number = _number(pattern, text, rest)
            if number is not None:
                return api.replace(NUMBER, number)
    return address


def renewal(address: str) -> str:
    """The address that renews the access tokens of an API. Raises ValueError if the API is not on the list."""
    for api, partner in pairs():
        number = _number(api, address)
        if number is not None:
            return partner.replace(NUMBER, number)
    raise ValueError("This address is not in COMM100_HOSTS.")


def _number(pattern: str, address: str, rest: str | None = None) -> str | None:
    """The number at {N} in an address, "" if the pattern has no {N}; None if the address does not match.

    With a `rest`, case does not matter, the scheme may be missing if it is https, and this expression may follow.
    """
    before, mark, after = pattern.partition(NUMBER)
    middle = "([0-9]{1,5})" if mark else "()"
    expression = re.escape(before) + middle + re.escape(after)
    if rest is None:
        found = re.fullmatch(expression, address)
    else:
        expression = re.sub("^https://", "(?:https://)?", expression)
        found = re.fullmatch(expression + rest, address, re.IGNORECASE | re.ASCII)
    return found[1] if found else None
