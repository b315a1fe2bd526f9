"""Whether gunicorn may listen at an address. Its threads wait for slow clients, so only a proxy may be its client."""

import ipaddress
import socket

REASON = (
    "{host} can be reached from beyond this machine, where unfinished requests, one for each of gunicorn's threads, "
    "would stop every page: put a proxy in front that reads requests whole, as config/deploy/nginx.conf does, and set "
    "BEHIND_PROXY=1."
)


def refusal(host: str, behind_proxy: str) -> str:
    """Why gunicorn must not listen at a host, in one sentence; "" if it may. `behind_proxy` is BEHIND_PROXY.

    A host that cannot be found is not refused: the server that tries to listen there says so.
    """
    return "" if behind_proxy.strip() == "1" or not _is_reachable(host) else REASON.format(host=host)


def _is_reachable(host: str) -> bool:
    """Whether any of a host's addresses is not of the loopback."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host or "0.0.0.0", None)}  # noqa: S104  # nosec B104
    except (socket.gaierror, UnicodeError):
        return False
    return not all(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in found)
