"""Which IP addresses are on the public internet. Any other may belong to the network that this server stands in.

The lists are explicit: what `ipaddress` calls global differs between versions of Python, and it knows neither that
NAT64 nor that 6to4 leads to an IPv4 address.
"""

import ipaddress

_NOT_PUBLIC_V4 = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")  # mapped IPv4, NAT64, loopback, private, link-local, multicast: outside
_NOT_PUBLIC_V6 = [
    ipaddress.IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")  # Teredo and others, examples, 6to4, examples
]


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet. False for a text that is no IP address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_V4)
    return found in _PUBLIC_V6 and not any(found in network for network in _NOT_PUBLIC_V6)


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own. False for a text that is no IP address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
