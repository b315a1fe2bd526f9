"""The allow-list of addresses to which a credential may be sent (`COMM100_HOSTS`).

The list holds pairs: where a site's API is, and where its access tokens are renewed. {N} stands for a
number, the same one in both. A last entry without a partner renews its own.
"""

import re

from django.conf import settings

NUMBER = "{N}"


def pairs() -> list[tuple[str, str]]:
    """The patterns of the API's addresses, each with the pattern of where its tokens are renewed."""
    patterns: list[str] = settings.COMM100_HOSTS
    return [
        (api, patterns[at + 1] if at + 1 < len(patterns) else api) for at, api in enumerate(patterns) if at % 2 == 0
    ]


def allowed(address: str) -> bool:
    """Whether a site may have this API address: scheme, host and port exactly as a pattern has them, nothing after."""
    return any(_number(api, address) is not None for api, _renewal in pairs())


def renewal(address: str) -> str:
    """Where the access tokens of an API address are renewed. Raises ValueError for an address outside the list."""
    for api, partner in pairs():
        number = _number(api, address)
        if number is not None:
            return partner.replace(NUMBER, number)
    raise ValueError("This address is not in COMM100_HOSTS.")


def _number(pattern: str, address: str) -> str | None:
    """What stands for {N} in an address ("" where the pattern has none); none where it does not fit."""
    before, mark, after = pattern.partition(NUMBER)
    middle = "([0-9]{1,5})" if mark else "()"
    found = re.fullmatch(re.escape(before) + middle + re.escape(after), address)
    return found[1] if found else None
