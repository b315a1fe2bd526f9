"""Posts one message to an address that an Administrator has typed, and trusts neither the address nor the answer.

It goes by the timed connections of the client of Comm100: no redirects, no cookies, no `~/.netrc`, no proxies from
the environment, one deadline for all of it. The IP addresses of the host are checked after the look-up, and the
connection goes to one that was checked. The name is what TLS verifies and what the server is told.
"""

from collections.abc import Mapping

import requests
from django.conf import settings

from livechat.comm100 import timed, wire
from livechat.lib import public_addresses

DEADLINE_SECONDS = 8.0
MAX_ANSWER_BYTES = 64 * 1024


def post(url: str, headers: Mapping[str, str], body: bytes) -> wire.Answer:
    """Post once and return the answer, whatever the status.

    Raises `Unreachable`, `Malformed`, or `timed.NotAccepted` if the host is not one that may be spoken to.
    """
    accepts = accepting(url)
    limits = wire.Limits(DEADLINE_SECONDS, MAX_ANSWER_BYTES, ca_bundle=settings.WEBHOOK_CA_BUNDLE, accepts=accepts)
    sent = {"User-Agent": wire.USER_AGENT, **headers}
    return wire.exchange(requests.Request("POST", url, headers=sent, data=body), limits)


def accepting(url: str) -> timed.Accepts:
    """Which IP addresses this URL may lead to: public ones by https.

    WEBHOOK_PRIVATE lets https lead anywhere, and http to this machine itself.
    """
    if url.startswith("https://"):
        return _any if settings.WEBHOOK_PRIVATE else public_addresses.is_public
    return public_addresses.is_loopback if settings.WEBHOOK_PRIVATE else _none


def _any(_address: str) -> bool:
    return True


def _none(_address: str) -> bool:
    return False
